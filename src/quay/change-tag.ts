import type { AnswerTo, Reading } from '../http/client.ts';
import { ServiceError } from '../model/errors.ts';
import type { TagName } from '../model/tag.ts';
import { isPage, quoteRefusal, readRefusal } from './answers.ts';
import type { Deletion, Sending, TagAddress } from './quay.ts';
import { type RestApi, repositoryPath } from './rest-api.ts';

/**
 * Deletes one tag over the REST API, by name.
 *
 * @throws CredentialRefusedError where the token may not delete; ServiceError for all else
 */
export function deleteTag(
  api: RestApi,
  { repository, name }: TagAddress,
  sending: Sending = {},
): Promise<Deletion> {
  return api.send({
    method: 'DELETE',
    path: pathOf(repository, name),
    doing: `deleting ${repository}:${name}`,
    about: repository,
    ...sending,
    read: (answer) => (answer.status === 204 ? { value: 'deleted' } : readUnchanged(answer, 'deleted')),
  });
}

/**
 * Lets the registry expire a tag at a time in Unix seconds, or never with null. Where the time is out of its bounds the
 * registry sets another, and does not say so.
 */
export function setExpiration(
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

/**
 * Lets a tag stand for a digest again, from Quay's time machine.
 *
 * @throws ServiceError with why it could not come back
 */
export function restoreTag(
  api: RestApi,
  { repository, name, digest }: TagAddress & { readonly digest: string },
  sending: Sending = {},
): Promise<void> {
  const { host } = api.registry;
  return api.send({
    method: 'POST',
    path: `${pathOf(repository, name)}/restore`,
    json: { manifest_digest: digest },
    doing: `restoring ${repository}:${name}`,
    about: repository,
    ...sending,
    read: (answer) => {
      const { status } = answer;
      const refusal = readRefusal(answer);
      if (status < 300 && !isPage(answer)) return { value: undefined };
      if (status === 404 && refusal.kind === 'not_found') {
        const text = `${host} no longer has ${digest.slice(0, 19)} (404): the time machine's window is over, or the image was deleted for good. Push the image again.`;
        return { refusal: new ServiceError(text) };
      }
      if (status !== 409) return undefined;
      const text = `${host} refused to move ${repository}:${name}, which is immutable (409)${quoteRefusal(refusal)}.`;
      return { refusal: new ServiceError(text) };
    },
  });
}

function pathOf(repository: string, name: TagName): string {
  return `${repositoryPath(repository)}/tag/${name}`;
}
