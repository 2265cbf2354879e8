import { GitHubError } from '../github/errors.ts';

/**
 * Asks GitHub for an OIDC token of this job.
 *
 * `@actions/core` can do it too, but loads its HTTP client at every start, which takes longer than all else at the start.
 *
 * @param environment the runner's variables, which say where to ask and prove that this job may
 * @throws GitHubError where the workflow may not have a token; the HTTP client's error when GitHub does not give one
 *
 * Source: https://github.com/actions/toolkit/tree/main/packages/core
 */
export async function requestOidcToken(
  audience: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const url = environment['ACTIONS_ID_TOKEN_REQUEST_URL'];
  const proof = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  if (!url || !proof)
    throw new GitHubError(
      'The runner offers this job no OIDC token (ACTIONS_ID_TOKEN_REQUEST_URL is not set).',
    );
  const { HttpClient } = await import('@actions/http-client');
  const { BearerCredentialHandler } = await import('@actions/http-client/lib/auth');
  const http = new HttpClient('quay-tag-cleanup', [new BearerCredentialHandler(proof)], {
    allowRetries: true,
    maxRetries: 10,
  });
  const { result } = await http.getJson<{ readonly value?: unknown }>(
    `${url}&audience=${encodeURIComponent(audience)}`,
  );
  if (typeof result?.value !== 'string' || result.value === '')
    throw new GitHubError('GitHub answered without an OIDC token.');
  return result.value;
}
