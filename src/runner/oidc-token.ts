import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../model/error-code.ts';
import { asString, parseObject } from '../model/json.ts';
import { type Answer, exchange, TooLargeError } from './exchange.ts';

/** GitHub gave this job no OIDC token. The message says what failed, what was found and what to do. */
export class OidcTokenError extends Error {
  override readonly name = 'OidcTokenError';
}

/** How long the endpoint is waited for, in milliseconds. */
interface OidcLimits {
  /** For one whole answer. */
  readonly answer: number;
  /** The longest wait before another attempt, after the first failure; it doubles with each further one. */
  readonly backoff: number;
}

/** Three attempts of 20 s and a few seconds between them: a silent endpoint ends the run after about a minute. */
const LIMITS: OidcLimits = { answer: 20_000, backoff: 2000 };
const MOST_ATTEMPTS = 3;
const LONGEST_WAIT_MS = 20_000;
const HEALING = new Set([408, 429, 500, 502, 503, 504]);

export interface OidcTokenRequest {
  readonly audience: string;
  /** The runner's variables, which say where to ask and prove that this job may. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts when the run is over. */
  readonly signal: AbortSignal;
  readonly limits?: OidcLimits;
}

type AttemptResult =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'failed';
      readonly error: OidcTokenError;
      readonly heals: boolean;
      readonly wait?: number;
    };

interface Endpoint {
  readonly url: URL;
  readonly proof: string;
}

/**
 * Asks GitHub for an OIDC token of this job.
 *
 * `@actions/core` can do it too, but loads its HTTP client at every start, which takes longer than all else at the start,
 * and waits without end.
 *
 * @throws OidcTokenError where the workflow may not have a token, or the endpoint does not give one
 *
 * Source: https://github.com/actions/toolkit/tree/main/packages/core
 */
export async function requestOidcToken(request: OidcTokenRequest): Promise<string> {
  const { signal, limits = LIMITS } = request;
  const endpoint = endpointOf(request);
  for (let attempt = 1; ; attempt += 1) {
    const result = await ask(endpoint, { signal, limit: limits.answer });
    if (result.kind === 'token') return result.token;
    const { error, heals, wait = Math.random() * limits.backoff * 2 ** (attempt - 1) } = result;
    if (!heals || attempt === MOST_ATTEMPTS || wait > LONGEST_WAIT_MS) throw error;
    await sleep(wait, undefined, { signal }).catch(() => {
      throw stopped();
    });
  }
}

function endpointOf({ audience, environment }: OidcTokenRequest): Endpoint {
  const address = environment['ACTIONS_ID_TOKEN_REQUEST_URL'];
  const proof = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  if (!address || !proof)
    throw new OidcTokenError(
      'GitHub gave this job no OIDC token (ACTIONS_ID_TOKEN_REQUEST_URL is not set). Add `permissions: id-token: write` to the job (a pull request from a fork never gets one), or set `password`.',
    );
  const url = URL.parse(`${address}&audience=${encodeURIComponent(audience)}`);
  if (!url)
    throw new OidcTokenError(
      "GitHub's address for OIDC tokens is not a URL (ACTIONS_ID_TOKEN_REQUEST_URL). Check the runner, or set `password`.",
    );
  return { url, proof };
}

interface Bounds {
  readonly signal: AbortSignal;
  readonly limit: number;
}

async function ask({ url, proof }: Endpoint, { signal, limit }: Bounds): Promise<AttemptResult> {
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), limit);
  try {
    signal.throwIfAborted();
    const headers = { accept: 'application/json', authorization: `Bearer ${proof}` };
    return read(await exchange(url, { headers, signal: AbortSignal.any([signal, timeUp.signal]) }));
  } catch (error) {
    if (signal.aborted) throw stopped();
    if (error instanceof TooLargeError) return unanswered('answered more than any token needs');
    if (timeUp.signal.aborted) return unanswered(`did not answer within ${limit / 1000} s`);
    return unanswered(`could not be reached (${codeOf(error)})`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function read({ status, retryAfter, text }: Answer): AttemptResult {
  if (status === 200) {
    const token = asString(parseObject(text)?.['value']);
    return token ? { kind: 'token', token } : unanswered('answered without a token');
  }
  if (HEALING.has(status)) {
    const wait = /^\d{1,6}$/.test(retryAfter ?? '') ? { wait: Number(retryAfter) * 1000 } : {};
    return { ...unanswered(`answered ${status}`), ...wait };
  }
  const error = new OidcTokenError(
    `GitHub's endpoint for OIDC tokens refuses this job (${status}). Run the job again; if that does not help, set \`password\`.`,
  );
  return { kind: 'failed', error, heals: false };
}

function unanswered(found: string, options: ErrorOptions = {}): Extract<AttemptResult, { kind: 'failed' }> {
  const error = new OidcTokenError(
    `GitHub's endpoint for OIDC tokens ${found}. Run again later, or set \`password\`.`,
    options,
  );
  return { kind: 'failed', error, heals: true };
}

function stopped(): OidcTokenError {
  return new OidcTokenError('The run was stopped before GitHub gave it an OIDC token.');
}
