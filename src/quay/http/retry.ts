/** Statuses that a busy server answers, and that heal. 520 is Cloudflare's word for an empty answer. */
const HEALING = new Set([408, 429, 500, 502, 503, 504, 520]);

/** So many attempts at a request count. */
const MOST_ATTEMPTS = 5;
const LONGEST_RETRY_AFTER_MS = 60_000;

/** How long to wait between attempts, in milliseconds. */
export interface Backoff {
  /** The longest wait after the first attempt; it doubles with each further one. */
  readonly base: number;
  readonly cap: number;
}

/** Half a second at most at first, and never more than eight. */
export const BACKOFF: Backoff = { base: 500, cap: 8000 };

/** Whether another attempt may be answered better. */
export function mayHeal(status: number): boolean {
  return HEALING.has(status);
}

/** A random wait that grows with the attempts, in milliseconds, so that many requests do not come back together. */
export function backoff(attempt: number, { base, cap }: Backoff): number {
  return Math.random() * Math.min(cap, base * 2 ** (attempt - 1));
}

/** What `Retry-After` asks to wait, in milliseconds and no longer than a minute; undefined without a readable one. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER_MS);
}

/** A refusal of a limit that takes nothing counts after so long at first, then after twice as long, and so on. */
const PATIENCE_MS = 1000;

/** Statuses after which nothing was done, whoever answered them. */
const NOT_DONE = new Set([408, 429, 503]);

/**
 * Counts the attempts at one request.
 *
 * One that a rate limit refused does not always count. Where the limit took nothing else since the refusal before, the pace
 * may still be too fast, which is not this request's fault: only time tells.
 */
export class Attempts {
  #made = 0;
  #counted = 0;
  #countedAt = 0;
  #acceptedInLane = -1;
  #mayHaveActed = false;
  #isUnclear = false;

  get made(): number {
    return this.#made;
  }

  get usedUp(): boolean {
    return this.#counted >= MOST_ATTEMPTS;
  }

  /** Whether the next attempt goes before other requests: every second time, so that neither always waits for the other. */
  get goesFirst(): boolean {
    return this.#made % 2 === 1;
  }

  /** Whether a tag that is gone now may be gone because of an attempt. Where that is not impossible, it is this run's. */
  get mayHaveActed(): boolean {
    return this.#mayHaveActed;
  }

  /** Whether nobody knows if an attempt was carried out. */
  get isUnclear(): boolean {
    return this.#isUnclear;
  }

  /** An attempt that was answered. */
  countAnswer(status: number): void {
    this.#count();
    this.#mayHaveActed = true;
    if (!NOT_DONE.has(status)) this.#isUnclear = true;
  }

  /** An attempt that got no answer. */
  countFailure({ mayHaveArrived }: { readonly mayHaveArrived: boolean }): void {
    this.#count();
    if (mayHaveArrived) {
      this.#mayHaveActed = true;
      this.#isUnclear = true;
    }
  }

  /** An attempt that a rate limit refused, `now` in milliseconds of any clock. */
  countRefusal({ now, acceptedInLane, saidHowLong }: Refusal): void {
    this.#made += 1;
    const wasPatient = now - this.#countedAt >= PATIENCE_MS * 2 ** (this.#counted - 1);
    if (saidHowLong || acceptedInLane > this.#acceptedInLane || wasPatient) {
      this.#counted += 1;
      this.#countedAt = now;
    }
    this.#acceptedInLane = acceptedInLane;
  }

  #count(): void {
    this.#made += 1;
    this.#counted += 1;
  }
}

interface Refusal {
  readonly now: number;
  /** How many requests the limit had taken by then. */
  readonly acceptedInLane: number;
  /** Whether the server said how long to wait. */
  readonly saidHowLong: boolean;
}
