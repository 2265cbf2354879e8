import { codeOf } from '../model/error-code.ts';
import { asObject, parseJson } from '../model/json.ts';
import type { Answer } from './send-request.ts';
import { TimeUpError, TooLargeError } from './send-request.ts';

/** Why a request was not answered. */
export type Failure =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'silent' }
  /** The connection broke, or could not be made. */
  | { readonly kind: 'broken'; readonly code: string; readonly cause: unknown }
  | { readonly kind: 'bad-proxy' }
  /** An answer that is not of GitHub's API, such as a gateway's page. */
  | { readonly kind: 'foreign'; readonly status: number }
  /** GitHub's own trouble; `wait` in milliseconds where it asked for one. */
  | { readonly kind: 'busy'; readonly status: number; readonly wait?: number }
  /** Too many requests at a time; `wait` in milliseconds where GitHub says it. */
  | { readonly kind: 'secondary-limit'; readonly status: number; readonly wait?: number }
  /** The requests of an hour are used up; both are absent where GitHub does not say when that ends. */
  | { readonly kind: 'primary-limit'; readonly status: number; readonly reset?: Date; readonly wait?: number }
  | { readonly kind: 'bad-credentials' }
  /** GitHub found an error in the query, or in itself, and answered nothing. */
  | { readonly kind: 'unanswerable'; readonly said: string }
  | { readonly kind: 'refused'; readonly status: number; readonly said: string };

/** Statuses that heal. */
const BUSY = new Set([408, 500, 502, 503, 504, 520]);

/** Why no answer came at all. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TimeUpError) return { kind: 'silent' };
  const code = error instanceof TooLargeError ? 'more than 32 MiB' : codeOf(error);
  return { kind: 'broken', code, cause: error };
}

/**
 * Why an answer with this status is none; undefined where it may be one.
 *
 * Source: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function refusalIn(answer: Answer): Failure | undefined {
  const { status, text } = answer;
  if (status < 300) return undefined;
  const body = parseJson(text);
  const said = asObject(body)['message'];
  const message = typeof said === 'string' ? said : '';
  const wait = retryAfter(answer);
  if (BUSY.has(status)) return { kind: 'busy', status, ...(wait === undefined ? {} : { wait }) };
  if (status === 429 || status === 403) {
    const limit = limitIn(answer, message);
    if (limit) return limit;
  }
  if (body === undefined) return { kind: 'foreign', status };
  return status === 401 ? { kind: 'bad-credentials' } : { kind: 'refused', status, said: message };
}

/** Which limit an answer speaks of; undefined if of none. */
export function limitIn(answer: Answer, message: string): Failure | undefined {
  const { status, headers } = answer;
  const wait = retryAfter(answer);
  const isSecondary = /secondary rate limit|abuse detection/i.test(message);
  if (!isSecondary && wait === undefined && headers['x-ratelimit-remaining'] === '0')
    return { kind: 'primary-limit', status, ...resetOf(answer) };
  if (isSecondary || wait !== undefined || status === 429 || /rate limit/i.test(message))
    return { kind: 'secondary-limit', status, ...(wait === undefined ? {} : { wait }) };
  return undefined;
}

/** What `Retry-After` asks to wait, in milliseconds; undefined without a readable one. */
function retryAfter({ headers }: Answer): number | undefined {
  const seconds = headers['retry-after'];
  return seconds !== undefined && /^\d{1,9}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

/** When the limit ends. By GitHub's own clock, since the runner's may be wrong. */
function resetOf({ headers }: Answer): { readonly reset?: Date; readonly wait?: number } {
  const reset = headers['x-ratelimit-reset'];
  if (reset === undefined || !/^\d{1,11}$/.test(reset)) return {};
  const said = Date.parse(headers['date'] ?? '');
  const now = Number.isNaN(said) ? Date.now() : said;
  return { reset: new Date(Number(reset) * 1000), wait: Math.max(0, Number(reset) * 1000 - now) };
}
