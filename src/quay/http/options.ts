import type { Backoff } from './retry.ts';

/** Milliseconds. */
interface Timeouts {
  readonly connect: number;
  /** For the whole answer to one attempt, redirects and body included. */
  readonly answer: number;
  /** A server that answers nothing for so long is asked nothing more. */
  readonly silence: number;
}

/** One attempt at a request, for a log. */
export interface RequestLog {
  readonly method: string;
  readonly path: string;
  /** The status, or what broke. */
  readonly status: string;
  readonly ms: number;
  readonly attempt: number;
}

export interface HttpClientOptions {
  readonly origin: URL;
  readonly userAgent: string;
  /** Requests in flight at most; where it is not given, their number follows the round trip, up to 100. */
  readonly concurrency?: number | undefined;
  /** Aborts when nothing more may be sent. */
  readonly stop?: AbortSignal;
  /** Aborts when the answers may not be waited for any longer. */
  readonly kill?: AbortSignal;
  readonly timeouts?: Timeouts;
  readonly backoff?: Backoff;
  readonly onRequest?: (log: RequestLog) => void;
  /** Names the proxy; the process's own if not given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * A listing page of a slow Quay may take 30 s. The silence is a little shorter than an answer may take, so that the first
 * requests that run out of time together show it.
 */
export const TIMEOUTS: Timeouts = { connect: 10_000, answer: 60_000, silence: 50_000 };
