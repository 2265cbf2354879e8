import type { TagName } from '../../model/tag.ts';
import { attemptsOf, errorKind, errorText, isReadOnlyAnswer, orUnknown } from '../answers.ts';
import { CredentialRefusedError, QuayError } from '../errors.ts';
import type { HttpResponse } from '../http/client.ts';
import type { Batch, Deletion } from '../tag-store.ts';
import type { V2Session } from './session.ts';

/**
 * Deletes one tag over the v2 API, by name: the same request with a digest would delete every tag on that digest.
 *
 * @throws CredentialRefusedError when the account lost its right to write; QuayError for all else, including a Quay before 3.13
 */
export async function deleteTagOverV2(
  session: V2Session,
  { repository, stop }: Batch,
  tag: TagName,
): Promise<Deletion> {
  const url = new URL(`/v2/${repository}/manifests/${tag}`, session.registry.origin);
  const response = await session.send({
    method: 'DELETE',
    repository,
    url,
    lane: 'manifests',
    stop,
    valid: isCredible,
  });
  if (response.status === 202) return 'deleted';
  if (response.status === 409 && errorKind(response) === 'TAG_IMMUTABLE') return 'immutable';
  if (isMissing(response)) return response.mayHaveActedBefore ? 'deleted' : 'gone';
  throw orUnknown(response, unexpected(session, response, `${repository}:${tag}`));
}

/** Quay answers a deletion with 202, and a missing tag with an error of its own; anything else comes from something in between. */
function isCredible(response: HttpResponse): boolean {
  return response.status !== 200 && (response.status !== 404 || isMissing(response));
}

/** Whether Quay itself says that there is no such tag; a missing repository is something else. */
function isMissing(response: HttpResponse): boolean {
  return response.status === 404 && errorKind(response) === 'MANIFEST_UNKNOWN';
}

function unexpected(session: V2Session, response: HttpResponse, target: string): QuayError {
  const { host } = session.registry;
  const said = errorText(response);
  if (response.status === 401 || response.status === 403) {
    return new CredentialRefusedError(
      `${host} no longer lets ${session.account.user} delete ${target} (${response.status})${said}. Check that the account still has write permission.`,
    );
  }
  if (response.status === 405 || /UNSUPPORTED/.test(response.text)) {
    return new QuayError(
      `${host} cannot delete by tag over the v2 API (${response.status}): that needs Quay 3.13 or later. Use an OAuth \`token\` instead of a robot account.`,
    );
  }
  if (isReadOnlyAnswer(response)) {
    return new QuayError(
      `${host} refused to delete ${target}: its repository is read-only or a mirror (503).`,
    );
  }
  return new QuayError(
    `${host} answered ${response.status}${said} to deleting ${target}, after ${attemptsOf(response)}.`,
  );
}
