/** Statuses that a busy server answers, and that heal. 520 is Cloudflare's word for an empty answer. */
const HEALING = new Set([408, 429, 500, 502, 503, 504, 520]);

const LONGEST_RETRY_AFTER_MS = 60_000;

/** How often a request is sent again. Times are milliseconds. */
export interface Retries {
  /** So many attempts at a request count. */
  readonly attempts: number;
  /** The longest wait after the first attempt, where the server does not say how long; it doubles with each further one. */
  readonly wait: number;
  readonly longestWait: number;
  /** After so much time lost to requests that failed, and to waiting between them, the client sends none again. */
  readonly lost: number;
}

/** Half a second at most at first, and never more than eight. */
export const RETRIES: Retries = {
  attempts: 5,
  wait: 500,
  longestWait: 8000,
  lost: Number.POSITIVE_INFINITY,
};

/** Whether another attempt may be answered better. */
export function mayHeal(status: number): boolean {
  return HEALING.has(status);
}

/** A random wait that grows with the attempts, in milliseconds, so that many requests do not come back together. */
export function backoff(attempt: number, { wait, longestWait }: Retries): number {
  return Math.random() * Math.min(longestWait, wait * 2 ** (attempt - 1));
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
const NOT_DONE = new Set([401, 408, 429, 503]);

/**
 * Counts the attempts at one request.
 *
 * One that a rate limit refused does not always count. Where the limit took nothing else since the refusal before, the pace
 * may still be too fast, which is not this request's fault: only time tells.
 */
export class Attempts {
  readonly #most: number;
  #made = 0;
  #counted = 0;
  #countedAt = 0;
  #acceptedInLane = -1;
  #mayHaveActed = false;
  #isUnclear = false;

  /** @param most - so many may count */
  constructor(most = RETRIES.attempts) {
    this.#most = most;
  }

  get made(): number {
    return this.#made;
  }

  get usedUp(): boolean {
    return this.#counted >= this.#most;
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
    // A server that turned the credential away did nothing.
    if (status !== 401) this.#mayHaveActed = true;
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

/** Fewer requests than these may be slow for a reason of their own. */
const FEWEST = 3;

/**
 * Notices that a server answers nothing any more. Times are milliseconds of a clock that the caller reads.
 *
 * A request shows it when it ran out of time or broke, and also one that still waits, if for long enough.
 */
export class Silence {
  readonly #longest: number;
  readonly #inFlight: number[] = [];
  #answeredAt = Number.NEGATIVE_INFINITY;
  #unanswered = 0;
  #since = 0;
  #lasted = 0;
  #isTooLong = false;

  /** @param longest - a server that answers nothing for so long is taken for dead */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Whether asking again is of no use. */
  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** How long nothing was answered. */
  get lasted(): number {
    return this.#lasted;
  }

  send(now: number): void {
    this.#inFlight.push(now);
  }

  /** An answer came, whatever it says. */
  answer(sentAt: number, now: number): void {
    this.#end(sentAt);
    this.#answeredAt = now;
    this.#unanswered = 0;
    this.#isTooLong = false;
  }

  /** A request ran out of time, or its connection broke. */
  miss(sentAt: number, now: number): void {
    this.#end(sentAt);
    const from = Math.max(sentAt, this.#answeredAt);
    this.#since = this.#unanswered === 0 ? from : Math.min(this.#since, from);
    this.#unanswered += 1;
    this.#lasted = now - this.#since;
    const waiting = this.#inFlight.filter((at) => now - at >= this.#longest);
    this.#isTooLong = this.#lasted >= this.#longest && this.#unanswered + waiting.length >= FEWEST;
  }

  /** A request was given up by this side, which says nothing. */
  giveUp(sentAt: number): void {
    this.#end(sentAt);
  }

  #end(sentAt: number): void {
    const place = this.#inFlight.indexOf(sentAt);
    if (place >= 0) this.#inFlight.splice(place, 1);
  }
}
