/** However much a server refuses, it is asked this often, in requests a second. */
const SLOWEST_RATE = 0.5;
/** How long the lane waits after it met a limit, so that a little of the limit's bucket drains. */
const PAUSE_MS = 50;
/** The rate is set a little below the estimate: a bucket that stays full refuses at every hiccup. */
const MARGIN = 0.98;
/** A time shorter than this does not show that a limit was lowered. */
const SHORTEST_PROOF_MS = 500;
/** Full moments older than this say nothing about a limit that is shared with others. */
const MEMORY_MS = 20_000;
/**
 * Without a refusal for as long as the estimate took, within these bounds, the rate grows by this share in the same time,
 * by twice the share in the next, and so on: a limit that was lifted is soon forgotten.
 */
const SHORTEST_QUIET_MS = 400;
const LONGEST_QUIET_MS = 2500;
const GROWTH = 0.1;
const LARGEST_GROWTH = 1;
/** After the first refusal so many requests are in flight at most, twice as many a round trip later, and so on. */
const FIRST_WINDOW = 1;
/** Timers are a millisecond coarse and run late: up to this much of a delay is made up for. */
const CATCH_UP_MS = 4;

interface FullMoment {
  readonly at: number;
  /** Requests accepted in this lane until then. */
  readonly accepted: number;
}

/**
 * Finds out how fast a server takes the requests of one lane, and settles just below that.
 *
 * Quay's front end counts requests in a bucket that leaks at a fixed rate, and refuses what would overflow it (nginx
 * `limit_req`). At each refusal the bucket is full. So between two refusals the server accepted exactly what leaked:
 * accepted requests / time is the rate. The longer the time between them, the better the estimate. Until the first
 * refusal nothing is held back.
 *
 * Times are milliseconds of a clock that the caller reads.
 *
 * Source: https://nginx.org/en/docs/http/ngx_http_limit_req_module.html
 */
export class Pace {
  #accepted = 0;
  #moments: FullMoment[] = [];
  /** Requests a millisecond; undefined until a limit was met. */
  #rate: number | undefined;
  #quietSince = 0;
  #quietMs = SHORTEST_QUIET_MS;
  #growth = GROWTH;
  #nextAt = 0;
  #window = Number.POSITIVE_INFINITY;

  /** When the next request may be sent. */
  next(now: number): number {
    this.#grow(now);
    return this.#nextAt;
  }

  /** A request is sent now. */
  take(now: number): void {
    if (this.#rate !== undefined) this.#nextAt = Math.max(this.#nextAt, now - CATCH_UP_MS) + 1 / this.#rate;
  }

  /** How many requests of the lane may be in flight. */
  get window(): number {
    return this.#window;
  }

  /** How many requests the server took. */
  get accepted(): number {
    return this.#accepted;
  }

  /** The server took a request. */
  accept(): void {
    this.#accepted += 1;
    this.#window += 1;
  }

  /** The server refused a request for its rate; `retryAfter`, in milliseconds, is what it asked to wait. */
  refuse({ now, sentAt, retryAfter }: Times & { readonly retryAfter: number | undefined }): void {
    if (retryAfter !== undefined) this.#nextAt = Math.max(this.#nextAt, now + retryAfter);
    const last = this.#moments.at(-1);
    // Requests that were in flight at the last refusal tell nothing new.
    if (last && sentAt < last.at) return;
    this.#moments = [
      ...this.#moments.filter(({ at }, index) => now - at <= MEMORY_MS || index === this.#moments.length - 1),
      { at: now, accepted: this.#accepted },
    ];
    if (last) this.#estimate(now);
    else this.#window = FIRST_WINDOW;
    this.#nextAt = Math.max(this.#nextAt, now + PAUSE_MS);
  }

  #estimate(now: number): void {
    this.#forgetLooserLimit(now);
    const [first] = this.#moments;
    if (!first) return;
    const elapsed = now - first.at;
    // Up to one request more than was seen may have fitted, which counts while few were seen.
    const rate = (this.#accepted - first.accepted + 0.5) / elapsed;
    this.#rate = Math.max(rate * MARGIN, SLOWEST_RATE / 1000);
    this.#window = Number.POSITIVE_INFINITY;
    this.#quietMs = Math.min(Math.max(elapsed, SHORTEST_QUIET_MS), LONGEST_QUIET_MS);
    this.#quietSince = now + this.#quietMs;
    this.#growth = GROWTH;
  }

  /** After the limit was lowered, what was seen before says nothing about it. */
  #forgetLooserLimit(now: number): void {
    const [first] = this.#moments;
    if (!first) return;
    const rate = (this.#accepted - first.accepted) / (now - first.at);
    const change = this.#moments.findLastIndex(({ at, accepted }) => {
      const [elapsed, seen] = [now - at, this.#accepted - accepted];
      return elapsed >= SHORTEST_PROOF_MS && seen + 2 + Math.sqrt(seen) < (rate * elapsed) / 2;
    });
    if (change > 0) this.#moments = this.#moments.slice(change);
  }

  /** The limit may have been lifted, or the estimate was too low. */
  #grow(now: number): void {
    if (this.#rate === undefined || now <= this.#quietSince) return;
    const periods = (now - this.#quietSince) / this.#quietMs;
    this.#rate *= (1 + this.#growth) ** periods;
    this.#growth = Math.min(this.#growth * 2 ** periods, LARGEST_GROWTH);
    this.#quietSince = now;
  }
}

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

export interface Times {
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
