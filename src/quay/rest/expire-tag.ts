import type { TagName } from '../../model/tag.ts';
import { orUnknown } from '../answers.ts';
import type { HttpResponse } from '../http/client.ts';
import { isImmutable, isMissing } from './delete-tag.ts';
import { type RestApi, repositoryPath } from './rest-api.ts';

interface ExpireRequest {
  readonly repository: string;
  readonly tag: TagName;
  /** Unix seconds. */
  readonly expiration: number;
  readonly stop?: AbortSignal;
  readonly evenWhenStopped?: boolean;
}

/**
 * Lets the registry expire a tag. It sets an earlier or later time than it was asked for where that is out of its bounds, and
 * does not say so.
 */
export async function expireTag(
  api: RestApi,
  { repository, tag, expiration, stop, evenWhenStopped }: ExpireRequest,
): Promise<'expiring' | 'gone' | 'immutable'> {
  const response = await api.send({
    method: 'PUT',
    path: `${repositoryPath(repository)}/tag/${tag}`,
    body: { expiration },
    ...(stop ? { stop } : {}),
    ...(evenWhenStopped ? { evenWhenStopped } : {}),
    credible: (answer) => answer.status >= 400 || isNoPage(answer),
  });
  if ((response.status === 200 || response.status === 201) && isNoPage(response)) return 'expiring';
  if (isMissing(response)) return 'gone';
  if (isImmutable(response) || (response.status === 400 && /immutable/i.test(response.text)))
    return 'immutable';
  throw orUnknown(
    response,
    api.refusal(response, { doing: `setting the expiration of ${repository}:${tag}`, repository }),
  );
}

/** Whether an answer is Quay's own and not a page that something in between shows. */
function isNoPage({ text }: HttpResponse): boolean {
  return !/^\s*</.test(text);
}
