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
