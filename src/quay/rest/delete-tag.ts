import type { TagName } from '../../model/tag.ts';
import { errorKind, orUnknown } from '../answers.ts';
import type { HttpResponse } from '../http/client.ts';
import type { Batch, Deletion } from '../tag-store.ts';
import { type RestApi, repositoryPath } from './rest-api.ts';

/**
 * Deletes one tag over the REST API, by name.
 *
 * @throws CredentialRefusedError where the token may not delete; QuayError for all else
 */
export async function deleteTag(api: RestApi, { repository, stop }: Batch, tag: TagName): Promise<Deletion> {
  const response = await api.send({
    method: 'DELETE',
    path: `${repositoryPath(repository)}/tag/${tag}`,
    stop,
    credible: isCredible,
  });
  if (response.status === 204) return 'deleted';
  if (isImmutable(response)) return 'immutable';
  if (isMissing(response)) return response.mayHaveActedBefore ? 'deleted' : 'gone';
  throw orUnknown(response, api.refusal(response, { doing: `deleting ${repository}:${tag}`, repository }));
}

/** Quay answers a deletion with 204, and a missing tag with an error of its own; anything else comes from something in between. */
function isCredible(response: HttpResponse): boolean {
  return response.status !== 200 && (response.status !== 404 || isMissing(response));
}

/** Whether Quay itself says that there is no such tag. */
export function isMissing(response: HttpResponse): boolean {
  return response.status === 404 && errorKind(response) === 'not_found';
}

/** Whether Quay itself says that the tag is immutable. */
export function isImmutable(response: HttpResponse): boolean {
  return response.status === 409 && errorKind(response) === 'tag_immutable';
}
