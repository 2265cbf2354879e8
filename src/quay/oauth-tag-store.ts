import type { IndexedImages, LastPull } from '../model/facts.ts';
import { asBoolean, asNumber, asString, parseObject } from '../model/json.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { CredentialRefusedError, QuayError } from './errors.ts';
import { findRepositories } from './rest/list-repositories.ts';
import { fetchPage, listTags } from './rest/list-tags.ts';
import { notQuay, type RestApi, repositoryPath, restRefusal } from './rest/rest-api.ts';
import { livingTags } from './rest/tag-rows.ts';
import type { Batch, FoundRepository, KnownFacts, Removal, RepositoryFacts, TagStore } from './tag-store.ts';
import { deleteByRegistry, isCredibleRemoval } from './v2/delete-tag.ts';
import { readIndexedImages } from './v2/read-index.ts';
import type { RegistrySession } from './v2/session.ts';

/** From this many deletions on, signing in to the registry API as well pays for itself: it may delete ten times as fast. */
const FAST_LANE_FROM = 101;

/** Speaks to Quay's REST API with an OAuth token, and deletes many tags over the registry API where that works. */
export class RestStore implements TagStore {
  readonly #api: RestApi;
  readonly #fastLane: RegistrySession | undefined;
  readonly #now: () => number;

  /** @param options.fastLane - a session of the registry API with the same token; `now` gives Unix seconds */
  constructor(options: {
    readonly api: RestApi;
    readonly fastLane?: RegistrySession;
    readonly now: () => number;
  }) {
    this.#api = options.api;
    this.#fastLane = options.fastLane;
    this.#now = options.now;
  }

  findRepositories(namespace: string): Promise<readonly FoundRepository[]> {
    return findRepositories(this.#api, namespace);
  }

  async inspect(repository: string): Promise<RepositoryFacts> {
    const { host } = this.#api.registry;
    const response = await this.#api.send({
      method: 'GET',
      path: repositoryPath(repository),
      query: { includeTags: 'false' },
      valid: ({ text }) => parseObject(text) !== undefined,
    });
    if (response.status !== 200)
      throw restRefusal(response, this.#api.registry, { doing: `reading ${repository}`, repository });
    const body = parseObject(response.text);
    if (!body || asString(body['name']) === undefined) throw notQuay(host, response);
    const restorableFor = asNumber(body['tag_expiration_s']);
    const obstacle = this.#obstacle(repository, body);
    return {
      repository,
      ...(restorableFor === undefined ? {} : { restorableFor }),
      ...(obstacle ? { obstacle } : {}),
    };
  }

  #obstacle(repository: string, body: Readonly<Record<string, unknown>>): QuayError | undefined {
    const { host } = this.#api.registry;
    const state = asString(body['state']);
    if (state === 'MIRROR') {
      return new QuayError(
        `${repository} is a mirror: ${host} lets nobody delete its tags by hand. Leave it out of \`repository\`, or change its state to "Normal" in its settings.`,
      );
    }
    if (state === 'READ_ONLY') {
      return new QuayError(
        `${repository} is read-only on ${host}. Leave it out of \`repository\`, or change its state to "Normal" in its settings.`,
      );
    }
    if (this.#api.isAnonymous) {
      return new CredentialRefusedError(
        `Without credentials ${host} lets nobody delete tags of ${repository}.`,
      );
    }
    if (asBoolean(body['can_write']) !== false) return undefined;
    const orUnknown =
      body['is_public'] === true ? ' On a public repository, a wrong or expired token looks the same.' : '';
    return new CredentialRefusedError(
      `The token can read ${repository} on ${host} but not write to it.${orUnknown} Create one under Organization → OAuth Applications → Generate Token, with "Write to any accessible repositories", as a user with write permission on ${repository}.`,
    );
  }

  async knows(): Promise<KnownFacts> {
    return { dates: true, pulls: true, expiry: true };
  }

  list(repository: string): Promise<readonly Tag[]> {
    return listTags(this.#api, repository, this.#now);
  }

  async reread(repository: string, tag: TagName): Promise<Tag | undefined> {
    const page = await fetchPage(this.#api, repository, {
      onlyActiveTags: 'true',
      filter_tag_name: `eq:${tag}`,
    });
    return livingTags(page.rows, this.#now()).find(({ name }) => name === tag);
  }

  async lastPull(repository: string, tag: TagName): Promise<LastPull> {
    const response = await this.#api.send({
      method: 'GET',
      path: `${repositoryPath(repository)}/tag/${tag}/pull_statistics`,
      valid: ({ text }) => parseObject(text) !== undefined,
    });
    if (response.status === 404) return 'unknown';
    if (response.status !== 200)
      throw restRefusal(response, this.#api.registry, {
        doing: `reading the pull statistics of ${repository}:${tag}`,
        repository,
      });
    const body = parseObject(response.text) ?? {};
    return latestPull(body['last_tag_pull_date'], body['last_manifest_pull_date']);
  }

  async indexedImages(repository: string, digest: string): Promise<IndexedImages> {
    return this.#fastLane ? readIndexedImages(this.#fastLane, repository, digest) : 'unknown';
  }

  async deleter(batch: Batch): Promise<(tag: TagName) => Promise<Removal>> {
    const overRest = (tag: TagName) => this.#delete(batch, tag);
    const session = await this.#fastLaneFor(batch);
    if (!session) return overRest;
    let works = true;
    return async (tag) => {
      if (!works) return overRest(tag);
      try {
        return await deleteByRegistry(session, batch, tag);
      } catch (error) {
        if (!(error instanceof QuayError)) throw error;
        // Whatever stopped the fast lane, the REST API does the same and words its own refusals.
        works = false;
        return overRest(tag);
      }
    };
  }

  async #fastLaneFor({ repository, count }: Batch): Promise<RegistrySession | undefined> {
    if (!this.#fastLane || count < FAST_LANE_FROM) return undefined;
    try {
      return (await this.#fastLane.mayWrite(repository)) ? this.#fastLane : undefined;
    } catch (error) {
      // A server without a registry API for tokens still has its REST API.
      if (error instanceof QuayError) return undefined;
      throw error;
    }
  }

  async #delete({ repository, stop }: Batch, tag: TagName): Promise<Removal> {
    const path = `${repositoryPath(repository)}/tag/${tag}`;
    const response = await this.#api.send({ method: 'DELETE', path, stop, credible: isCredibleRemoval });
    if (response.status === 204) return 'deleted';
    if (response.status === 409) return 'immutable';
    if (response.status === 404 && parseObject(response.text))
      return response.mayHaveActedBefore ? 'deleted' : 'gone';
    throw restRefusal(response, this.#api.registry, { doing: `deleting ${repository}:${tag}`, repository });
  }

  async expire(
    { repository, stop }: Batch,
    tag: TagName,
    expiration: number,
  ): Promise<'expiring' | 'gone' | 'immutable'> {
    const path = `${repositoryPath(repository)}/tag/${tag}`;
    const response = await this.#api.send({
      method: 'PUT',
      path,
      body: { expiration },
      stop,
      valid: isNoPage,
    });
    if (response.status === 200 || response.status === 201) return 'expiring';
    if (response.status === 404) return 'gone';
    const isImmutable =
      response.status === 409 || (response.status === 400 && /immutable/i.test(response.text));
    if (isImmutable) return 'immutable';
    throw restRefusal(response, this.#api.registry, {
      doing: `setting the expiration of ${repository}:${tag}`,
      repository,
    });
  }
}

/** Whether an answer is Quay's own and not a page that something in between shows. */
function isNoPage({ text }: { readonly text: string }): boolean {
  return !/^\s*</.test(text);
}

/** The later of the pulls by tag and by digest: either means that somebody uses the image. */
function latestPull(byTag: unknown, byDigest: unknown): LastPull {
  const dates = [byTag, byDigest].map((date) =>
    date === null || date === undefined ? 'never' : Date.parse(asString(date) ?? '') / 1000,
  );
  if (dates.some((date) => Number.isNaN(date))) return 'unknown';
  const pulls = dates.filter((date) => date !== 'never');
  return pulls.length === 0 ? 'never' : Math.max(...pulls);
}
