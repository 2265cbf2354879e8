import { parseObject } from '../../model/json.ts';
import { errorText } from '../answers.ts';
import { QuayError } from '../errors.ts';
import type { TagToRestore } from '../tag-store.ts';
import { type RestApi, repositoryPath } from './rest-api.ts';

/**
 * Lets a tag stand for a digest again, from Quay's time machine.
 *
 * @param evenWhenStopped - whether it is sent although the run was told to stop
 * @throws QuayError with why it could not come back
 */
export async function restoreTag(
  api: RestApi,
  { repository, name, digest }: TagToRestore,
  evenWhenStopped = false,
): Promise<void> {
  const { host } = api.registry;
  const response = await api.send({
    method: 'POST',
    path: `${repositoryPath(repository)}/tag/${name}/restore`,
    body: { manifest_digest: digest },
    valid: ({ text }) => parseObject(text) !== undefined,
    evenWhenStopped,
  });
  switch (response.status) {
    case 200:
    case 201:
      return;
    case 404:
      throw new QuayError(
        `${host} no longer has ${digest.slice(0, 19)} (404): the time machine's window is over, or the image was deleted for good. Push the image again.`,
      );
    case 409:
      throw new QuayError(
        `${host} refused to move ${repository}:${name}, which is immutable (409)${errorText(response)}.`,
      );
    default:
      throw api.refusal(response, { doing: `restoring ${repository}:${name}`, repository });
  }
}
