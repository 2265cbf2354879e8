import type { LastPull, ManifestContents } from '../model/facts.ts';
import { asBoolean, asNumber, asString, parseObject } from '../model/json.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { notQuay } from './answers.ts';
import { CredentialRefusedError, QuayError, UnknownOutcomeError } from './errors.ts';
import { deleteTag } from './rest/delete-tag.ts';
import { expireTag } from './rest/expire-tag.ts';
import { findTag } from './rest/find-tag.ts';
import { listRepositories } from './rest/list-repositories.ts';
import { listTags } from './rest/list-tags.ts';
import { readLastPull } from './rest/pull-statistics.ts';
import { type RestApi, repositoryPath, tokenOnlyReads } from './rest/rest-api.ts';
import { restoreTag } from './rest/restore-tag.ts';
import type {
  Batch,
  Deletion,
  FoundRepository,
  RepositoryDetails,
  TagList,
  TagStore,
  TagToRestore,
  Visible,
} from './tag-store.ts';
import { deleteTagOverV2 } from './v2/delete-tag.ts';
import { readManifest } from './v2/read-manifest.ts';
import type { V2Session } from './v2/session.ts';

/**
 * From this many deletions on, the v2 API is used, although it takes two requests to sign in to.
 *
 * A server checks an OAuth token with a bcrypt for each REST request, over v2 only for the sign-in. On a real Quay with two
 * cores 100 tags took 12.6 s over REST, and 120 tags 3.7 s over v2: a tenth of a second less for each, and about 0.4 s for
 * the sign-in (a bcrypt and two round trips), which the fifth or sixth deletion has made up for. Under Quay's rate limits so
 * few are within the burst of either; above it, v2 takes ten times as many a second.
 */
const V2_FROM = 6;

/** Speaks to Quay's REST API with an OAuth token or none, and deletes many tags over the v2 API where that works. */
export class OAuthTagStore implements TagStore {
  readonly canRestore: boolean;
  readonly #api: RestApi;
  readonly #v2: V2Session | undefined;
  readonly #now: () => number;

  /** @param options.v2 - a session of the v2 API with the same token; `now` gives Unix seconds */
  constructor(options: { readonly api: RestApi; readonly v2?: V2Session; readonly now: () => number }) {
    this.#api = options.api;
    this.#v2 = options.v2;
    this.#now = options.now;
    this.canRestore = !options.api.isAnonymous;
  }

  async findRepositories(namespace: string): Promise<readonly FoundRepository[]> {
    const found = await listRepositories(this.#api, namespace);
    if (found.length === 0) await this.#refuseWrongToken(namespace);
    return found;
  }

  /** A wrong token gets an empty list, and so does a right one without repositories: signing in to any repository shows which it is. */
  async #refuseWrongToken(namespace: string): Promise<void> {
    try {
      await this.#v2?.mayRead(`${namespace}/any`);
    } catch (error) {
      // A server without a v2 API for tokens does not show it.
      if (error instanceof CredentialRefusedError || !(error instanceof QuayError)) throw error;
    }
  }

  async inspect(repository: string): Promise<RepositoryDetails> {
    const response = await this.#api.send({
      method: 'GET',
      path: repositoryPath(repository),
      query: { includeTags: 'false' },
      valid: ({ text }) => parseObject(text) !== undefined,
    });
    if (response.status !== 200)
      throw this.#api.refusal(response, { doing: `reading ${repository}`, repository });
    const body = parseObject(response.text);
    if (!body || asString(body['name']) === undefined) throw notQuay(this.#api.registry.host, response);
    const restorableFor = asNumber(body['tag_expiration_s']);
    const obstacle = this.#obstacle(repository, body);
    return {
      ...(restorableFor === undefined ? {} : { restorableFor }),
      ...(obstacle ? { obstacle } : {}),
    };
  }

  #obstacle(repository: string, body: Readonly<Record<string, unknown>>): QuayError | undefined {
    const { host } = this.#api.registry;
    const state = asString(body['state']);
    if (state === 'MIRROR') {
      return new QuayError(
        `${repository} is a mirror on ${host}, so its tags cannot be deleted. Leave it out of \`repository\`, or change its state to "Normal" in its settings.`,
      );
    }
    if (state === 'READ_ONLY') {
      return new QuayError(
        `${repository} is read-only on ${host}. Leave it out of \`repository\`, or change its state to "Normal" in its settings.`,
      );
    }
    if (this.#api.isAnonymous) {
      return new CredentialRefusedError(
        `No tags of ${repository} on ${host} can be deleted without credentials.`,
      );
    }
    return asBoolean(body['can_write']) === false
      ? tokenOnlyReads(host, { repository, isPublic: body['is_public'] === true })
      : undefined;
  }

  async visible(): Promise<Visible> {
    return { details: true, pulls: true };
  }

  list(repository: string): Promise<TagList> {
    return listTags(this.#api, repository, this.#now);
  }

  reread(repository: string, name: TagName): Promise<Tag | undefined> {
    return findTag(this.#api, { repository, name, now: this.#now, evenWhenStopped: true });
  }

  lastPull(repository: string, tag: TagName): Promise<LastPull> {
    return readLastPull(this.#api, repository, tag);
  }

  async readManifest(repository: string, digest: string): Promise<ManifestContents> {
    return this.#v2 ? readManifest(this.#v2, repository, digest) : 'unknown';
  }

  async deleter(batch: Batch): Promise<(tag: TagName) => Promise<Deletion>> {
    const overRest = (tag: TagName) => deleteTag(this.#api, batch, tag);
    const session = await this.#v2For(batch);
    if (!session) return overRest;
    let works = true;
    return async (tag) => {
      if (!works) return overRest(tag);
      try {
        return await deleteTagOverV2(session, batch, tag);
      } catch (error) {
        if (!(error instanceof QuayError) || batch.stop.aborted) throw error;
        // Whatever stopped the v2 API, the REST API does the same and words its own refusals.
        works = false;
        const answer = await overRest(tag);
        // The request without an answer may have been the one that deleted it.
        return answer === 'gone' && error instanceof UnknownOutcomeError ? 'deleted' : answer;
      }
    };
  }

  async #v2For({ repository, count }: Batch): Promise<V2Session | undefined> {
    if (!this.#v2 || count < V2_FROM) return undefined;
    try {
      return (await this.#v2.mayWrite(repository)) ? this.#v2 : undefined;
    } catch (error) {
      // A server without a v2 API for tokens still has its REST API.
      if (error instanceof QuayError) return undefined;
      throw error;
    }
  }

  expire(
    { repository, stop }: Batch,
    tag: TagName,
    expiration: number,
  ): Promise<'expiring' | 'gone' | 'immutable'> {
    return expireTag(this.#api, { repository, tag, expiration, stop });
  }

  restore(tag: TagToRestore): Promise<void> {
    return restoreTag(this.#api, tag, true);
  }

  async setExpiration({ repository, name }: TagToRestore, expiration: number): Promise<void> {
    const result = await expireTag(this.#api, { repository, tag: name, expiration, evenWhenStopped: true });
    if (result !== 'expiring')
      throw new QuayError(`${repository}:${name} was ${result} when its expiration was to be set.`);
  }
}
