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

/** Three attempts of 20 s and a few seconds between them: a silent endpoint ends the run after about a minute. Size in MiB. */
const PATIENCE = {
  limits: { answer: 20_000, readSize: 1 },
  retries: { attempts: 3, wait: 2000 },
  concurrency: 1,
};
const LONGEST_WAIT_MS = 20_000;

/**
 * Asks GitHub for an OIDC token of this job.
 *
 * @throws CredentialRefusedError where the workflow may not have a token; ServiceError where the endpoint does not give one
 *
 * Source: https://docs.github.com/en/actions/reference/security/oidc
 */
export async function requestOidcToken(request: OidcTokenRequest): Promise<string> {
  const { audience, environment, signal, clock, onRequest } = request;
  const address = environment['ACTIONS_ID_TOKEN_REQUEST_URL'];
  const proof = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  if (!address || !proof) {
    throw new CredentialRefusedError(
      'GitHub gave this job no OIDC token (ACTIONS_ID_TOKEN_REQUEST_URL is not set). Add `permissions: id-token: write` to the job (a pull request from a fork never gets one), or set `password`.',
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
    origin: url,
    service: { name: 'GitHub', setting: '`ACTIONS_ID_TOKEN_REQUEST_URL`' },
    userAgent: 'quay-tag-cleanup',
    environment,
    clock,
    onRequest,
    stop: signal,
    kill: signal,
  });
  try {
    const headers = { accept: 'application/json', authorization: `Bearer ${proof}` };
    return await http.send({ method: 'GET', url, lane: 'oidc', headers, read });
  } catch (error) {
    throw error instanceof NetworkError
      ? unanswered(`did not answer. ${error.message}`, { cause: error })
      : error;
  } finally {
    await http.close();
  }
}

function read({ status, headers, text }: Answer): Reading<string> {
  if (status === 200) {
    const token = asString(parseObject(text)?.['value']);
    return token ? { value: token } : { refusal: unanswered('answered without a token.'), again: true };
  }
  if (mayHeal(status)) {
    const asked = /^\d{1,6}$/.test(headers['retry-after'] ?? '')
      ? Number(headers['retry-after']) * 1000
      : true;
    return {
      refusal: unanswered(`answered ${status}.`),
      again: asked === true || asked <= LONGEST_WAIT_MS ? asked : false,
    };
  }
  const refusal = new CredentialRefusedError(
    `GitHub's endpoint for OIDC tokens refuses this job (${status}). Run the job again; if that does not help, set \`password\`.`,
  );
  return { refusal, again: false };
}

function unanswered(found: string, options: ErrorOptions = {}): ServiceError {
  return new ServiceError(
    `GitHub's endpoint for OIDC tokens ${found} Run again later, or set \`password\`.`,
    options,
  );
}
