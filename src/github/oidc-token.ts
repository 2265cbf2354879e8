import { HttpClient, type HttpClientOptions, type Reading } from '../http/client.ts';
import { NetworkError } from '../http/failure.ts';
import { mayHeal } from '../http/retry.ts';
import type { Answer } from '../http/transport.ts';
import { CredentialRefusedError, ServiceError } from '../model/errors.ts';
import { asString, parseObject } from '../model/json.ts';

export interface OidcTokenRequest extends Pick<HttpClientOptions, 'clock' | 'onRequest'> {
  readonly audience: string;
  /** The runner's variables, which say where to ask and prove that this job may. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts when the run is over. */
  readonly signal: AbortSignal;
}

/**
 * Three attempts of 20 s and a few seconds between them: a silent endpoint ends the run after about a minute, and one that asks
 * to wait for so long does at once. Size in MiB.
 */
const PATIENCE = {
  limits: { answer: 20_000, readSize: 1 },
  retries: { attempts: 3, wait: 2000, lost: 60_000 },
  concurrency: 1,
};

/**
 * Asks GitHub for an OIDC token of this job.
 *
 * @throws CredentialRefusedError where the workflow may not have a token; ServiceError where the endpoint does not give one
 *
 * Source: https://docs.github.com/en/actions/reference/security/oidc
 */
export async function requestOidcToken({ audience, signal, ...options }: OidcTokenRequest): Promise<string> {
  const address = options.environment['ACTIONS_ID_TOKEN_REQUEST_URL'];
  const proof = options.environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  if (!address || !proof) {
    throw new CredentialRefusedError(
      'GitHub gave this job no OIDC token (ACTIONS_ID_TOKEN_REQUEST_URL is not set). Add `permissions: id-token: write` to the job, beside the permissions that it has (a pull request from a fork never gets this one), or set `password`.',
    );
  }
  const url = URL.parse(`${address}&audience=${encodeURIComponent(audience)}`);
  if (!url) {
    throw new ServiceError(
      "GitHub's address for OIDC tokens is not a URL (ACTIONS_ID_TOKEN_REQUEST_URL). Check the runner, or set `password`.",
    );
  }
  const http = new HttpClient({
    ...PATIENCE,
    ...options,
    origin: url,
    service: { name: 'GitHub', setting: '`ACTIONS_ID_TOKEN_REQUEST_URL`' },
    stop: signal,
    kill: signal,
  });
  try {
    const headers = { accept: 'application/json', authorization: `Bearer ${proof}` };
    return await http.send({ method: 'GET', url, lane: 'oidc', headers, read });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw unanswered(`did not answer. ${error.message}`, { cause: error });
  } finally {
    await http.close();
  }
}

function read({ status, text }: Answer): Reading<string> {
  const token = asString(parseObject(text)?.['value']);
  if (status === 200 && token) return { value: token };
  if (status === 200) return { refusal: unanswered('answered without a token.'), again: true };
  if (mayHeal(status)) return { refusal: unanswered(`answered ${status}.`), again: true };
  const refusal = new CredentialRefusedError(
    `GitHub's endpoint for OIDC tokens refuses this job (${status}). Run the job again; if that does not help, set \`password\`.`,
  );
  return { refusal };
}

function unanswered(found: string, options: ErrorOptions = {}): ServiceError {
  return new ServiceError(
    `GitHub's endpoint for OIDC tokens ${found} Run again later, or set \`password\`.`,
    options,
  );
}
