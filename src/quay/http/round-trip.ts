/** As many as TCP begins with: https://www.rfc-editor.org/rfc/rfc6928 */
const FIRST = 10;
/** Up to this share an answer is as fast as the fastest one; round trips vary so much by themselves. */
const SAME = 1.25;
/** Twice the fastest round trip: half of it was spent waiting for other requests. */
const TOO_SLOW = 2;
/** Event loops and timers make an answer late by as much, however near the server is. */
const HICCUP_MS = 10;
/** Of a round of answers the fastest is looked at, since a single slow one says nothing; a round has at least so many. */
const SHORTEST_ROUND = 4;
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
 * trip. It stays as it is when they come slower. It halves when they take twice as long, since then requests queue at the
 * server, and when the server refuses or fails. After a failure or a queue it grows by one in a round trip.
 *
 * After TCP Vegas: https://doi.org/10.1145/190314.190317
 */
export class RoundTrip {
  readonly #most: number;
  #limit = FIRST;
  #fastest = Number.POSITIVE_INFINITY;
  #round: readonly number[] = [];
  #halvedAt = Number.NEGATIVE_INFINITY;
  /** How long answers took when the number was halved for their slowness. */
  #slow: number | undefined;
  #isCareful = false;

  /** @param most - never more than these in flight */
  constructor(most: number) {
    this.#most = most;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** The server answered a request as it should; `inFlight` counts it. */
  answered({ sentAt, now, inFlight }: Times & { readonly inFlight: number }): void {
    // Requests that were sent before tell how it was with twice as many.
    if (sentAt < this.#halvedAt) return;
    const took = now - sentAt;
    const length = Math.max(SHORTEST_ROUND, this.limit);
    this.#fastest = Math.min(this.#fastest, took);
    this.#round = [...this.#round, took].slice(-length);
    if (took <= this.#fastest * SAME + HICCUP_MS) this.#grow(inFlight);
    else if (this.#round.length === length) this.#judge(took, now);
  }

  /** The server refused a request for its rate. The pace holds the next ones back; there are only too many at once. */
  limited({ sentAt, now }: Times): void {
    if (sentAt >= this.#halvedAt) this.#halve(now);
  }

  /** The server failed, or did not answer in time. */
  troubled(times: Times): void {
    this.#isCareful = true;
    this.limited(times);
  }

  /** Only what was used shows that more would do: half of it, since the pace sends one request after the other. */
  #grow(inFlight: number): void {
    this.#slow = undefined;
    if (inFlight * 2 < this.limit) return;
    this.#limit = Math.min(this.#most, this.#limit + (this.#isCareful ? 1 / this.#limit : 1));
  }

  /** @param newest - how long the newest answer took, which met the longest queue */
  #judge(newest: number, now: number): void {
    const took = Math.min(...this.#round);
    if (took < this.#fastest * TOO_SLOW + HICCUP_MS) {
      this.#slow = undefined;
    } else if (this.limit === 1 || (this.#slow !== undefined && took > this.#slow * CAUSED_ELSEWHERE)) {
      // Others keep the server busy, or these requests are more work: so long an answer takes now.
      this.#fastest = took;
      this.#slow = undefined;
      this.#isCareful = false;
    } else {
      this.#slow = newest;
      this.#isCareful = true;
      this.#halve(now);
    }
  }

  #halve(now: number): void {
    this.#limit = Math.max(1, this.#limit / 2);
    this.#halvedAt = now;
    this.#round = [];
  }
}
