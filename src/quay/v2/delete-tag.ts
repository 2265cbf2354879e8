import { parseObject } from '../../model/json.ts';
import type { TagName } from '../../model/tag.ts';
import { CredentialRefusedError, QuayError } from '../errors.ts';
import type { HttpResponse } from '../http/client.ts';
import { errorText, isReadOnlyAnswer } from '../rest/rest-api.ts';
import type { Batch, Removal } from '../tag-store.ts';
import type { RegistrySession } from './session.ts';

/**
 * Deletes one tag over the registry API, by name: the same request with a digest would delete every tag on that digest.
 *
 * @throws CredentialRefusedError when the account lost its right to write; QuayError for all else, a Quay before 3.13 among it
 */
export async function deleteByRegistry(
  session: RegistrySession,
  { repository, stop }: Batch,
  tag: TagName,
): Promise<Removal> {
  const url = new URL(`/v2/${repository}/manifests/${tag}`, session.registry.origin);
  const response = await session.send({
    method: 'DELETE',
    repository,
    url,
    lane: 'manifests',
    stop,
    valid: isCredibleRemoval,
  });
  if (response.status === 202) return 'deleted';
  if (response.status === 409) return 'immutable';
  if (response.status === 404 && parseObject(response.text))
    return response.mayHaveActedBefore ? 'deleted' : 'gone';
  throw unexpected(session, response, `${repository}:${tag}`);
}

/** Quay answers a deletion with 202 or 204, and a missing tag with JSON; anything else comes from something in between. */
export function isCredibleRemoval({ status, text }: HttpResponse): boolean {
  return status !== 200 && (status !== 404 || parseObject(text) !== undefined);
}

function unexpected(session: RegistrySession, response: HttpResponse, target: string): QuayError {
  const { host } = session.registry;
  const said = errorText(response);
  if (response.status === 401 || response.status === 403) {
    return new CredentialRefusedError(
      `${host} no longer lets ${session.account.user} delete ${target} (${response.status})${said}. Check that the account still has write permission.`,
    );
  }
  if (response.status === 405 || /UNSUPPORTED/.test(response.text)) {
    return new QuayError(
      `${host} cannot delete by tag over the registry API (${response.status}): that needs Quay 3.13 or later. Use an OAuth \`token\` instead of a robot account.`,
    );
  }
  if (isReadOnlyAnswer(response)) {
    return new QuayError(
      `${host} refused to delete ${target}: its repository is read-only or a mirror (503).`,
    );
  }
  return new QuayError(
    `${host} answered ${response.status}${said} to deleting ${target}, after ${response.attempts} attempts.`,
  );
}
