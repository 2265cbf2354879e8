import type { AnswerTo, HttpClient, Reading } from '../http/client.ts';
import type { Clock } from '../model/clock.ts';
import { CredentialRefusedError, ServiceError, UnknownOutcomeError } from '../model/errors.ts';
import type { TagName } from '../model/tag.ts';
import { ManifestReader, readLastPull } from './details.ts';
import type {
  Batch,
  Deletion,
  FoundRepository,
  Quay,
  Repository,
  Sending,
  TagAddress,
  TagDeleter,
  TimeMachine,
} from './quay.ts';
import { isPage, readRefusal } from './refusals.ts';
import { describeRepository, listRepositories } from './repositories.ts';
import { type RestApi, repositoryPath } from './rest-api.ts';
import { TagReader } from './tags.ts';
import type { V2Api } from './v2.ts';

/**
 * From this many deletions on, the v2 API is used, although it takes two requests to sign in to.
 *
 * A server checks an OAuth token with a bcrypt for each REST request, over v2 only for the sign-in. On a real Quay with two
 * cores 100 tags took 12.6 s over REST, and 120 tags 3.7 s over v2: a tenth of a second less for each, and about 0.4 s for
 * the sign-in (a bcrypt and two round trips), which the fifth or sixth deletion has made up for. Under Quay's rate limits so
 * few are within the burst of either; above it, v2 takes ten times as many a second.
 */
const V2_FROM = 6;

interface RestQuayOptions {
  readonly api: RestApi;
  /** The v2 API with the same token; absent without one. */
  readonly v2?: V2Api;
  readonly http: HttpClient;
  readonly clock: Clock;
}

/** Speaks to Quay's REST API with an OAuth token or none, and deletes many tags over the v2 API where that works. */
export class RestQuay implements Quay {
  readonly deleter?: TagDeleter;
  readonly timeMachine?: TimeMachine;
  readonly #api: RestApi;
  readonly #v2: V2Api | undefined;
  readonly #http: HttpClient;
  readonly #tags: TagReader;
  readonly #manifests: ManifestReader;

  constructor({ api, v2, http, clock }: RestQuayOptions) {
    const tags = new TagReader(api, clock);
    this.#api = api;
    this.#v2 = v2;
    this.#http = http;
    this.#tags = tags;
    this.#manifests = new ManifestReader(api);
    if (api.isAnonymous) return;
    this.deleter = { prepare: (batch) => this.#prepare(batch) };
    this.timeMachine = {
      history: (repository) => tags.history(repository),
      find: ({ repository, name }) => tags.find(repository, name),
      restore: (tag, sending) => restoreTag(api, tag, sending),
      setExpiration: (tag, expiration, sending) => setExpiration(api, tag, expiration, sending),
    };
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
      if (error instanceof CredentialRefusedError || !(error instanceof ServiceError)) throw error;
    }
  }

  async open(repository: string): Promise<Repository> {
    const [api, tags, manifests] = [this.#api, this.#tags, this.#manifests];
    return {
      repository,
      ...(await describeRepository(api, repository)),
      list: () => tags.list(repository),
      details: {
        find: (tag) => tags.find(repository, tag, { evenWhenStopped: true }),
        manifest: (digest) => manifests.contents(repository, digest),
        labels: (digest) => manifests.labels(repository, digest),
      },
      lastPull: (tag) => readLastPull(api, repository, tag),
    };
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #prepare(batch: Batch): ReturnType<TagDeleter['prepare']> {
    const { repository, stop } = batch;
    let v2 = await this.#v2For(batch);
    return async (name, { next } = {}) => {
      const [tag, sending] = [
        { repository, name },
        { stop, next },
      ];
      if (!v2) return deleteTag(this.#api, tag, sending);
      try {
        return await v2.deleteTag(tag, sending);
      } catch (error) {
        if (!(error instanceof ServiceError) || stop.aborted) throw error;
        // Whatever stopped the v2 API, the REST API does the same and words its own refusals.
        v2 = undefined;
        const answer = await deleteTag(this.#api, tag, sending);
        // The request without an answer may have been the one that deleted it.
        return answer === 'gone' && error instanceof UnknownOutcomeError ? 'deleted' : answer;
      }
    };
  }

  async #v2For({ repository, count }: Batch): Promise<V2Api | undefined> {
    if (!this.#v2 || count < V2_FROM) return undefined;
    try {
      return (await this.#v2.mayWrite(repository)) ? this.#v2 : undefined;
    } catch (error) {
      // A server without a v2 API for tokens still has its REST API.
      if (error instanceof ServiceError) return undefined;
      throw error;
    }
  }
}

function deleteTag(api: RestApi, { repository, name }: TagAddress, sending: Sending): Promise<Deletion> {
  return api.send({
    method: 'DELETE',
    path: pathOf(repository, name),
    doing: `deleting ${repository}:${name}`,
    about: repository,
    ...sending,
    read: (answer) => (answer.status === 204 ? { value: 'deleted' } : readUnchanged(answer, 'deleted')),
  });
}

function setExpiration(
  api: RestApi,
  { repository, name }: TagAddress,
  expiration: number | null,
  sending: Sending = {},
): Promise<'set' | 'gone' | 'immutable'> {
  return api.send<'set' | 'gone' | 'immutable'>({
    method: 'PUT',
    path: pathOf(repository, name),
    json: { expiration },
    doing: `setting the expiration of ${repository}:${name}`,
    about: repository,
    ...sending,
    read: (answer) =>
      answer.status < 300 && !isPage(answer) ? { value: 'set' } : readUnchanged(answer, 'gone'),
  });
}

/** A tag that is immutable, or that is not there: then it is `gone`, or what an earlier attempt may have made of it. */
function readUnchanged<T>(answer: AnswerTo, earlier: T): Reading<T | 'gone' | 'immutable'> | undefined {
  const { kind } = readRefusal(answer);
  const { status } = answer;
  if ((status === 409 || status === 400) && kind === 'tag_immutable') return { value: 'immutable' };
  if (status === 404 && kind === 'not_found') return { value: answer.mayHaveActedBefore ? earlier : 'gone' };
  return undefined;
}

function restoreTag(
  api: RestApi,
  { repository, name, digest }: TagAddress & { readonly digest: string },
  sending: Sending = {},
): Promise<void> {
  return api.send({
    method: 'POST',
    path: `${pathOf(repository, name)}/restore`,
    json: { manifest_digest: digest },
    doing: `restoring ${repository}:${name}`,
    about: repository,
    ...sending,
    read: (answer) => (answer.status < 300 && !isPage(answer) ? { value: undefined } : undefined),
    meanings: [
      {
        status: [404],
        kind: ['not_found'],
        text: ({ host }) =>
          `${host} no longer has ${digest.slice(0, 19)} (404): the time machine's window is over, or the image was deleted for good. Push the image again.`,
      },
      {
        status: [409],
        text: ({ host, quote }) =>
          `${host} refused to move ${repository}:${name}, which is immutable (409)${quote}.`,
      },
    ],
  });
}

function pathOf(repository: string, name: TagName): string {
  return `${repositoryPath(repository)}/tag/${name}`;
}
