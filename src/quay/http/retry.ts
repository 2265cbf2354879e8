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

/**
 * Counts the attempts at one request.
 *
 * One that a rate limit refused does not always count. Where the limit took nothing else since the refusal before, the pace
 * is still too fast, and that is not this request's fault.
 */
export class Attempts {
  #made = 0;
  #counted = 0;
  #acceptedInLane = -1;
  #mayHaveActed = false;

  get made(): number {
    return this.#made;
  }

  get usedUp(): boolean {
    return this.#counted >= MOST_ATTEMPTS;
  }

  /** Whether the next attempt goes before other requests: every second time, lest those take its place, or it theirs. */
  get goesFirst(): boolean {
    return this.#made % 2 === 1;
  }

  /** Whether an attempt got no clear answer: the server may have acted on it. */
  get mayHaveActed(): boolean {
    return this.#mayHaveActed;
  }

  /** An attempt that broke, or was answered. */
  count(): void {
    this.#made += 1;
    this.#counted += 1;
    this.#mayHaveActed = true;
  }

  /** An attempt that a rate limit refused, which had taken `acceptedInLane` requests by then, and may have said how long to wait. */
  countRefusal(acceptedInLane: number, saidHowLong: boolean): void {
    this.#made += 1;
    if (saidHowLong || acceptedInLane > this.#acceptedInLane) this.#counted += 1;
    this.#acceptedInLane = acceptedInLane;
  }
}
