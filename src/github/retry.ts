import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from './failure.ts';

/** How long GitHub is waited for, all in milliseconds. */
export interface Limits {
  /** For one whole answer. */
  readonly answer: number;
  /** After so much time lost to requests that failed, and to waiting between them, no request is sent again. */
  readonly lost: number;
  /** The longest wait before another attempt; a limit that lasts longer ends the run at once. */
  readonly wait: number;
  /** The wait where a secondary rate limit does not say how long: GitHub asks for a minute at least. */
  readonly unsaidWait: number;
  /** The longest wait after the first failure of another kind; it doubles with each further one. */
  readonly backoff: number;
}

/** A GitHub that never answers ends the run within two minutes: no attempt begins after 90 s, and none takes longer than 30 s. */
export const LIMITS: Limits = {
  answer: 30_000,
  lost: 90_000,
  wait: 60_000,
  unsaidWait: 60_000,
  backoff: 1000,
};

const MOST_ATTEMPTS = 4;

/** Decides whether a request is sent again, and counts the time that all requests of a run have lost. */
export class RetryBudget {
  readonly #limits: Limits;
  #lost = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Milliseconds until another attempt may succeed; undefined where none is worth it. */
  waitAfter(
    failure: Failure,
    { attempt, took }: { readonly attempt: number; readonly took: number },
  ): number | undefined {
    this.#lost += took;
    const wait = this.#healsIn(failure, attempt);
    if (wait === undefined || attempt >= MOST_ATTEMPTS) return undefined;
    if (wait > this.#limits.wait || this.#lost + wait >= this.#limits.lost) return undefined;
    this.#lost += wait;
    return wait;
  }

  #healsIn(failure: Failure, attempt: number): number | undefined {
    const backoff = Math.random() * this.#limits.backoff * 2 ** (attempt - 1);
    switch (failure.kind) {
      case 'busy':
        return failure.wait ?? backoff;
      case 'silent':
      case 'broken':
      case 'unanswerable':
        return backoff;
      case 'foreign':
        // An answer that broke off may be whole the next time; a gateway's refusal stays.
        return failure.status < 300 ? backoff : undefined;
      case 'secondary-limit':
        return failure.wait ?? this.#limits.unsaidWait;
      case 'primary-limit':
        return failure.wait;
      case 'stopped':
      case 'bad-proxy':
      case 'bad-credentials':
      case 'refused':
        return undefined;
      default:
        return failure satisfies never;
    }
  }
}

/** Waits; ends early when the signal aborts, which the next request then notices. */
export async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
