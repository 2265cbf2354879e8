/** Few enough that a server of two processors answers the first ones at its own speed, which is then known. */
const FIRST = 4;
/** Up to this share an answer is as fast as the fastest one; round trips vary so much by themselves. */
const SAME = 1.25;
/** Twice the fastest round trip: half of it was spent waiting for other requests. */
const TOO_SLOW = 2;
/** Event loops and timers make an answer late by as much, however near the server is. */
const HICCUP_MS = 10;
/** Of so many answers in a row the fastest is looked at: a single slow one says nothing. */
const LAST_ANSWERS = 4;
/** Half as many in flight halve a wait that they cause. Above three quarters, most of it comes from elsewhere. */
const CAUSED_ELSEWHERE = 0.75;

interface Times {
  /** Milliseconds of a clock that the caller reads. */
  readonly sentAt: number;
  readonly now: number;
}

/**
 * How many requests may be in flight, found out by how long answers take.
 *
 * As long as answers come as fast as the fastest one, each makes room for one more, so that the number doubles in a round
 * trip. It stays as it is when they come slower, and halves when they take twice as long, since then requests queue at the
 * server, and when the server is in trouble. After trouble it grows by one in a round trip.
 *
 * After TCP Vegas: https://doi.org/10.1145/190314.190317
 */
export class RoundTrip {
  #limit = FIRST;
  #fastest = Number.POSITIVE_INFINITY;
  #last: number[] = [];
  #halvedAt = Number.NEGATIVE_INFINITY;
  /** How long answers took before the number was halved for their slowness. */
  #slow: number | undefined;
  #isCareful = false;

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** The server carried out a request, or said why not; `inFlight` counts it. */
  answered({ sentAt, now, inFlight }: Times & { readonly inFlight: number }): void {
    // Requests that were sent before tell how it was with twice as many.
    if (sentAt < this.#halvedAt) return;
    const took = now - sentAt;
    this.#fastest = Math.min(this.#fastest, took);
    this.#last = [...this.#last, took].slice(-LAST_ANSWERS);
    if (took <= this.#fastest * SAME + HICCUP_MS) {
      this.#slow = undefined;
      if (inFlight >= this.limit) this.#limit += this.#isCareful ? 1 / this.#limit : 1;
    } else if (this.#last.length === LAST_ANSWERS) this.#judge(Math.min(...this.#last), now);
  }

  /** The server refused a request for its rate. The pace holds the next ones back; there are only too many at once. */
  limited(times: Times): void {
    if (times.sentAt >= this.#halvedAt) this.#halve(times.now);
  }

  /** The server failed, or did not answer in time. */
  troubled(times: Times): void {
    this.#isCareful = true;
    this.limited(times);
  }

  #judge(took: number, now: number): void {
    if (took < this.#fastest * TOO_SLOW + HICCUP_MS) {
      this.#slow = undefined;
      return;
    }
    const isHopeless =
      this.#limit === 1 || (this.#slow !== undefined && took > this.#slow * CAUSED_ELSEWHERE);
    if (isHopeless) {
      // Others keep the server busy, or these requests are more work: this is how long an answer takes now.
      this.#fastest = took;
      this.#slow = undefined;
      return;
    }
    this.#slow = took;
    this.#isCareful = true;
    this.#halve(now);
  }

  #halve(now: number): void {
    this.#limit = Math.max(1, this.#limit / 2);
    this.#halvedAt = now;
    this.#last = [];
  }
}
