import type { Clock } from '../model/clock.ts';
import { Pace, RoundTrip, type Times } from './pace.ts';

/** As many streams as every HTTP/2 server should take: https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2 */
const MOST = 100;

/** The requests that a whole client may have in flight, whatever their lane. */
export class Slots {
  /** Whether their number follows the round trip, because none was given. */
  readonly followRoundTrip: boolean;
  /** At most so many. */
  readonly count: number;
  readonly lanes: Lane[] = [];
  inFlight = 0;

  constructor(count: number | undefined) {
    this.followRoundTrip = count === undefined;
    this.count = count ?? MOST;
  }
}

/** Lets a request out; what it is given is to be called when the answer has come. */
type Go = (leave: () => void) => void;

/**
 * Requests that share one rate limit at Quay's front end, such as all to the REST API.
 *
 * They are let out no faster than the pace of their lane, no more at once than its round trips allow, and never more than
 * the whole client may have in flight.
 */
export class Lane {
  readonly pace = new Pace();
  /** Undefined where the number in flight is given. */
  readonly roundTrip: RoundTrip | undefined;
  readonly #slots: Slots;
  readonly #clock: Clock;
  readonly #queue: Go[] = [];
  #inFlight = 0;
  /** Takes the timer back that lets the next request out. */
  #cancelTimer: (() => void) | undefined;

  constructor(slots: Slots, clock: Clock) {
    this.#slots = slots;
    this.#clock = clock;
    this.roundTrip = slots.followRoundTrip ? new RoundTrip(slots.count) : undefined;
    slots.lanes.push(this);
  }

  /** The server answered a request as it should. */
  answered(times: Times): void {
    this.roundTrip?.answered({ ...times, inFlight: this.#inFlight });
  }

  /**
   * Lets a request out when its turn has come.
   *
   * @param first - whether it goes before those that wait
   * @returns takes the request back while it waits
   */
  enter(go: Go, first: boolean): () => void {
    if (first) this.#queue.unshift(go);
    else this.#queue.push(go);
    this.#letOut();
    return () => {
      const place = this.#queue.indexOf(go);
      if (place >= 0) this.#queue.splice(place, 1);
      if (this.#queue.length > 0) return;
      // A timer that nobody waits for would keep the process alive.
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
    };
  }

  #letOut(): void {
    const { count } = this.#slots;
    const now = this.#clock.elapsed();
    while (this.#queue.length > 0 && !this.#cancelTimer) {
      const most = Math.min(this.pace.window, this.roundTrip?.limit ?? count);
      if (this.#inFlight >= most || this.#slots.inFlight >= count) return;
      const at = this.pace.next(now);
      if (at > now) {
        this.#cancelTimer = this.#clock.after(at - now, () => {
          this.#cancelTimer = undefined;
          this.#letOut();
        });
        return;
      }
      this.pace.take(now);
      this.#inFlight += 1;
      this.#slots.inFlight += 1;
      this.#queue.shift()?.(() => this.#leave());
    }
  }

  #leave(): void {
    this.#inFlight -= 1;
    this.#slots.inFlight -= 1;
    for (const lane of this.#slots.lanes) lane.#letOut();
  }
}
