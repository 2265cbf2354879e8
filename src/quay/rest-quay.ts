import type { AnswerTo, Reading } from '../http/client.ts';
import { CredentialRefusedError, ServiceError, UnknownOutcomeError } from '../model/errors.ts';
import { imageReader, readLastPull } from './details.ts';
import type { Batch, Connection, Deletion, Quay, Sending, TagAddress, TagDeleter } from './quay.ts';
import { isPage, orElse, readRefusal } from './refusals.ts';
import { describeRepository, listRepositories } from './repositories.ts';
import { RestApi } from './rest-api.ts';
import { findTag, listTags, readHistory } from './tags.ts';
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

/**
 * Speaks to Quay's REST API with an OAuth token or none, and deletes many tags over the v2 API where that works.
 *
 * @param access - an OAuth access token, and the v2 API that it opens as well
 */
export function restQuay(
  connection: Connection,
  access?: { readonly token: string; readonly v2: V2Api },
): Quay {
  const api = new RestApi(connection, access?.token);
  return {
    async findRepositories(namespace) {
      const found = await listRepositories(api, namespace);
      // A wrong token gets an empty list, and so does a right one without repositories: signing in to any shows which it is.
      if (found.length === 0) await access?.v2.actions(`${namespace}/any`).catch(unlessV2IsMissing);
      return found;
    },
    async open(repository) {
      return {
        repository,
        ...(await describeRepository(api, repository)),
        list: () => listTags(api, repository),
        details: {
          find: (tag) => findTag(api, repository, tag, { evenWhenStopped: true }),
          ...imageReader(api, repository),
        },
        lastPull: (tag) => readLastPull(api, repository, tag),
      };
    },
    close: () => connection.http.close(),
    ...(access && {
      deleter: { prepare: (batch) => prepare(api, access.v2, batch) },
      timeMachine: {
        history: (repository) => readHistory(api, repository),
        find: ({ repository, name }) => findTag(api, repository, name),
        restore: (tag, sending) => restoreTag(api, tag, sending),
        setExpiration: (tag, expiration, sending) => setExpiration(api, tag, expiration, sending),
      },
    }),
  };
}

/** A server without a v2 API for tokens shows nothing of them, and still has its REST API. */
function unlessV2IsMissing(error: unknown): void {
  if (error instanceof CredentialRefusedError || !(error instanceof ServiceError)) throw error;
}

async function prepare(
  api: RestApi,
  v2: V2Api,
  { repository, count, stop }: Batch,
): ReturnType<TagDeleter['prepare']> {
  // A server without a v2 API for tokens still has its REST API.
  let usesV2 =
    count >= V2_FROM && (await orElse(v2.actions(repository), ServiceError, undefined))?.includes('push');
  return async (name, { next } = {}) => {
    const tag = { repository, name };
    const sending = { stop, next };
    if (!usesV2) return deleteTag(api, tag, sending);
    try {
      return await v2.deleteTag(tag, sending);
    } catch (error) {
      if (!(error instanceof ServiceError) || stop.aborted) throw error;
      // Whatever stopped the v2 API, the REST API does the same and words its own refusals.
      usesV2 = false;
      return deleteTag(api, tag, { ...sending, mayBeDone: error instanceof UnknownOutcomeError });
    }
  };
}

function deleteTag(api: RestApi, tag: TagAddress, sending: Sending): Promise<Deletion> {
  return api.send({
    method: 'DELETE',
    ...requestFor(tag, 'deleting'),
    ...sending,
    read: (answer) => (answer.status === 204 ? { value: 'deleted' } : readUnchanged(answer, 'deleted')),
  });
}

function setExpiration(
  api: RestApi,
  tag: TagAddress,
  expiration: number | null,
  sending: Sending = {},
): Promise<'set' | 'gone' | 'immutable'> {
  return api.send<'set' | 'gone' | 'immutable'>({
    method: 'PUT',
    ...requestFor(tag, 'setting the expiration of'),
    json: { expiration },
    ...sending,
    read: (answer) => (isDone(answer) ? { value: 'set' } : readUnchanged(answer, 'gone')),
  });
}

function restoreTag(
  api: RestApi,
  { digest, ...tag }: TagAddress & { readonly digest: string },
  sending: Sending = {},
): Promise<void> {
  const { path, ...request } = requestFor(tag, 'restoring');
  return api.send({
    method: 'POST',
    path: `${path}/restore`,
    ...request,
    json: { manifest_digest: digest },
    ...sending,
    read: (answer) => (isDone(answer) ? { value: undefined } : undefined),
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
          `${host} refused to move ${tag.repository}:${tag.name}, which is immutable (409)${quote}.`,
      },
    ],
  });
}

function requestFor({ repository, name }: TagAddress, doing: string) {
  return {
    path: `repository/${repository}/tag/${name}`,
    doing: `${doing} ${repository}:${name}`,
    about: repository,
  };
}

function isDone(answer: AnswerTo): boolean {
  return answer.status < 300 && !isPage(answer);
}

/** A tag that is immutable, or that is not there: then it is `gone`, or what an earlier attempt may have made of it. */
function readUnchanged<T>(answer: AnswerTo, earlier: T): Reading<T | 'gone' | 'immutable'> | undefined {
  const { kind } = readRefusal(answer);
  const { status } = answer;
  if ((status === 409 || status === 400) && kind === 'tag_immutable') return { value: 'immutable' };
  if (status === 404 && kind === 'not_found') return { value: answer.mayHaveActedBefore ? earlier : 'gone' };
  return undefined;
}
