import { NetworkError, type Service, timeText } from './failure.ts';
import type { Times } from './pace.ts';

/** Statuses that a busy server answers, and that heal. 520 is Cloudflare's word for an empty answer. */
const HEALING = new Set([408, 429, 500, 502, 503, 504, 520]);

const LONGEST_WAIT_MS = 8000;
const LONGEST_RETRY_AFTER_MS = 60_000;

/** How often a request is sent again. Times are milliseconds. */
export interface Retries {
  /** So many attempts at a request count. */
  readonly attempts: number;
  /** The longest wait after the first attempt, where the server does not say how long; it doubles with each, up to 8 s. */
  readonly wait: number;
  /** After so much time lost to requests that failed, and to waiting between them, the client sends none again. */
  readonly lost: number;
}

export const RETRIES: Retries = { attempts: 5, wait: 500, lost: Number.POSITIVE_INFINITY };

/** Whether another attempt may be answered better. */
export function mayHeal(status: number): boolean {
  return HEALING.has(status);
}

/** A random wait that grows with the attempts, in milliseconds, so that many requests do not come back together. */
export function backoff(attempt: number, { wait }: Retries): number {
  return Math.random() * Math.min(LONGEST_WAIT_MS, wait * 2 ** (attempt - 1));
}

/** What `Retry-After` asks to wait, in milliseconds and no longer than a minute; undefined without a readable one. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER_MS);
}

/** The attempts at one request, and what they may have done. */
export class Attempts {
  readonly #most: number;
  #counted = 0;
  #acceptedInLane = -1;
  made = 0;
  /** Whether a tag that is gone now may be gone because of an attempt. Where that is not impossible, it is this run's. */
  mayHaveActed: boolean;
  /** Whether nobody knows if an attempt was carried out. */
  isUnclear: boolean;

  /**
   * @param most - so many may count
   * @param mayBeDone - whether another request that got no clear answer may have done the same
   */
  constructor(most = RETRIES.attempts, mayBeDone = false) {
    this.#most = most;
    this.mayHaveActed = mayBeDone;
    this.isUnclear = mayBeDone;
  }

  get usedUp(): boolean {
    return this.#counted >= this.#most;
  }

  /** Whether the next attempt goes before other requests: every second time, so that neither always waits for the other. */
  get goesFirst(): boolean {
    return this.made % 2 === 1;
  }

  /** An attempt that was answered. What was refused (4xx), or met a server that is not available (503), was not done. */
  answered(status: number): void {
    this.#count(status !== 401, status < 400 || (status >= 500 && status !== 503));
  }

  /** An attempt that got no answer. */
  unanswered(mayHaveArrived: boolean): void {
    this.#count(mayHaveArrived, mayHaveArrived);
  }

  /**
   * An attempt that a rate limit refused, which did nothing. It counts only where the limit took others since the last one: the
   * pace being too fast is not the request's fault, and a server that takes nothing at all meets the end of patience.
   */
  refused(acceptedInLane: number): void {
    this.made += 1;
    if (acceptedInLane > this.#acceptedInLane) this.#counted += 1;
    this.#acceptedInLane = acceptedInLane;
  }

  #count(mayHaveActed: boolean, isUnclear: boolean): void {
    this.made += 1;
    this.#counted += 1;
    this.mayHaveActed ||= mayHaveActed;
    this.isUnclear ||= isUnclear;
  }
}

interface PatienceOptions {
  readonly host: string;
  readonly service: Service;
  /** What is not sent any more. */
  readonly requests: 'any request' | 'any request to change something';
  /** It ends where nothing was taken for so many milliseconds, */
  readonly longest: number;
  /** and so many attempts were in vain: fewer may have failed for a reason of their own. */
  readonly fewest: number;
}

/**
 * Ends the sending to a server that takes nothing any more: it leaves requests without an answer, or refuses all for their rate.
 * Once that is so, it stays so.
 */
export class Patience {
  readonly #options: PatienceOptions;
  readonly #end = new AbortController();
  #takenAt = Number.NEGATIVE_INFINITY;
  #missed = 0;
  #since = Number.POSITIVE_INFINITY;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** Aborts, with a NetworkError, when nothing more may be sent. */
  get end(): AbortSignal {
    return this.#end.signal;
  }

  /** The server answered something else than that requests come too fast. */
  take(now: number): void {
    this.#takenAt = now;
    this.#missed = 0;
    this.#since = Number.POSITIVE_INFINITY;
  }

  /** An attempt ran out of time, broke, or was refused for its rate. */
  miss({ sentAt, now }: Times, why: 'silence' | 'rate-limit'): void {
    const { host, service, requests, longest, fewest } = this.#options;
    this.#since = Math.min(this.#since, Math.max(sentAt, this.#takenAt));
    this.#missed += 1;
    const lasted = now - this.#since;
    if (lasted < longest || this.#missed < fewest) return;
    const what = `${requests} for ${timeText(lasted)}`;
    this.#end.abort(
      new NetworkError(
        why === 'rate-limit'
          ? `${host} has not taken ${what} because of its rate limit (429), so this one was not sent. Run again later, or lower \`concurrency\`.`
          : `${host} has not answered ${what}, so this one was not sent. Check that ${service.name} is up, and run again.`,
      ),
    );
  }
}
