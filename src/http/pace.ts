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
  /** How many requests the server took. */
  accepted = 0;
  /** How many requests of the lane may be in flight. */
  window = Number.POSITIVE_INFINITY;
  #moments: readonly FullMoment[] = [];
  /** Requests a millisecond; undefined until a limit was met. */
  #rate: number | undefined;
  #quietSince = 0;
  #quietMs = SHORTEST_QUIET_MS;
  #growth = GROWTH;
  #nextAt = 0;

  /** When the next request may be sent. */
  next(now: number): number {
    this.#grow(now);
    return this.#nextAt;
  }

  /** A request is sent now. */
  take(now: number): void {
    if (this.#rate !== undefined) this.#nextAt = Math.max(this.#nextAt, now - CATCH_UP_MS) + 1 / this.#rate;
  }

  /** The server took a request. */
  accept(): void {
    this.accepted += 1;
    this.window += 1;
  }

  /** The server refused a request for its rate; `retryAfter`, in milliseconds, is what it asked to wait. */
  refuse({ now, sentAt, retryAfter }: Times & { readonly retryAfter: number | undefined }): void {
    if (retryAfter !== undefined) this.#nextAt = Math.max(this.#nextAt, now + retryAfter);
    const last = this.#moments.at(-1);
    // Requests that were in flight at the last refusal tell nothing new.
    if (last && sentAt < last.at) return;
    this.#moments = this.#moments.filter((moment) => now - moment.at <= MEMORY_MS || moment === last);
    const [first] = this.#moments;
    if (first) this.#estimate(now, this.#tightened(now, first));
    else this.window = FIRST_WINDOW;
    this.#moments = [...this.#moments, { at: now, accepted: this.accepted }];
    this.#nextAt = Math.max(this.#nextAt, now + PAUSE_MS);
  }

  #estimate(now: number, first: FullMoment): void {
    const elapsed = now - first.at;
    // Up to one request more than was seen may have fitted, which counts while few were seen.
    const rate = (this.accepted - first.accepted + 0.5) / elapsed;
    this.#rate = Math.max(rate * MARGIN, SLOWEST_RATE / 1000);
    this.window = Number.POSITIVE_INFINITY;
    this.#quietMs = Math.min(Math.max(elapsed, SHORTEST_QUIET_MS), LONGEST_QUIET_MS);
    this.#quietSince = now + this.#quietMs;
    this.#growth = GROWTH;
  }

  /** The moment from which on the limit is as it is now: after it was lowered, what was seen before says nothing about it. */
  #tightened(now: number, first: FullMoment): FullMoment {
    const rate = (this.accepted - first.accepted) / (now - first.at);
    const change = this.#moments.findLastIndex(({ at, accepted }) => {
      const elapsed = now - at;
      const seen = this.accepted - accepted;
      return elapsed >= SHORTEST_PROOF_MS && seen + 2 + Math.sqrt(seen) < (rate * elapsed) / 2;
    });
    this.#moments = this.#moments.slice(Math.max(change, 0));
    return this.#moments[0] ?? first;
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
/** Answers may take twice as long as the fastest one: half of that is spent waiting for other requests. */
const TOO_SLOW = 2;
/** Event loops and timers make an answer late by as much, however near the server is. */
const HICCUP_MS = 10;
/** A single slow answer says nothing. */
const SHORTEST_ROUND = 4;

export interface Times {
  /** Milliseconds of a clock that the caller reads. */
  readonly sentAt: number;
  readonly now: number;
}

/**
 * How many requests may be in flight, found out by how long answers take: so many that an answer takes twice as long as the
 * fastest one. As long as none waits for others, their number doubles in a round trip; where they take four times as long, it
 * halves.
 *
 * After TCP Vegas: https://doi.org/10.1145/190314.190317
 */
export class RoundTrip {
  readonly #most: number;
  #limit = FIRST;
  #fastest = Number.POSITIVE_INFINITY;
  /** Of the requests that were sent since the number is what it is. */
  #round = newRound(Number.NEGATIVE_INFINITY);

  /** @param most - never more than these in flight */
  constructor(most: number) {
    this.#most = most;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** The server answered a request as it should; `inFlight` counts it. */
  answered({ sentAt, now, inFlight }: Times & { readonly inFlight: number }): void {
    const round = this.#round;
    if (sentAt < round.from) return;
    this.#fastest = Math.min(this.#fastest, now - sentAt);
    round.answers += 1;
    round.took += now - sentAt;
    round.fastest = Math.min(round.fastest, now - sentAt);
    round.inFlight = Math.max(round.inFlight, inFlight);
    if (round.answers < Math.max(SHORTEST_ROUND, this.limit / 2)) return;
    const took = round.took / round.answers;
    // Where it waits for none of ours, others keep the server busy, or it is more work: so long an answer takes now.
    if (this.limit === 1) this.#fastest = took;
    const growthAt = (ms: number) => (TOO_SLOW * (this.#fastest + HICCUP_MS)) / (ms + HICCUP_MS);
    // A runner that is busy itself reads some answers late, but not all of them.
    const growth = Math.max(Math.min(1, growthAt(round.fastest)), Math.min(2, growthAt(took)));
    // Only what was used shows that more would do: half of it, since the pace sends one request after the other.
    const isUsed = round.inFlight * 2 >= this.limit;
    this.#begin(now, this.#limit * (isUsed ? growth : Math.min(1, growth)));
  }

  /** The server failed, or did not answer in time: half as many, once for all that were in flight. */
  troubled({ sentAt, now }: Times): void {
    if (sentAt >= this.#round.from) this.#begin(now, this.#limit / 2);
  }

  #begin(now: number, limit: number): void {
    this.#limit = Math.max(1, Math.min(this.#most, limit));
    this.#round = newRound(now);
  }
}

function newRound(from: number) {
  return { from, answers: 0, took: 0, fastest: Number.POSITIVE_INFINITY, inFlight: 0 };
}
