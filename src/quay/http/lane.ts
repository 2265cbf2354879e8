import { StoppedError } from '../errors.ts';
import { Pace } from './pace.ts';
import { RoundTrip } from './round-trip.ts';
import type { Slots } from './slots.ts';

interface Turn {
  /** Whether it goes before those that wait. */
  readonly first: boolean;
  /** Whether nothing of its kind is sent any more. */
  readonly isRefused: () => boolean;
}

interface Waiting {
  readonly isRefused: () => boolean;
  readonly enter: (leave: (() => void) | 'refused') => void;
}

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
  readonly #queue: Waiting[] = [];
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(slots: Slots) {
    this.#slots = slots;
    this.roundTrip = slots.followRoundTrip ? new RoundTrip(slots.count) : undefined;
    slots.onFree(() => this.#letOut());
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Waits for this request's turn.
   *
   * @returns what to call when its answer has come; `refused` where nothing of its kind is sent any more
   * @throws StoppedError when the signal aborts before
   */
  enter(signal: AbortSignal, { first, isRefused }: Turn): Promise<(() => void) | 'refused'> {
    if (signal.aborted) return Promise.reject(new StoppedError());
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        isRefused,
        enter: (leave) => {
          signal.removeEventListener('abort', giveUp);
          resolve(leave);
        },
      };
      const giveUp = () => {
        const place = this.#queue.indexOf(waiting);
        if (place >= 0) this.#queue.splice(place, 1);
        if (this.#queue.length === 0) this.#forgetTimer();
        reject(new StoppedError());
      };
      signal.addEventListener('abort', giveUp, { once: true });
      if (first) this.#queue.unshift(waiting);
      else this.#queue.push(waiting);
      this.#letOut();
    });
  }

  #letOut(): void {
    const now = performance.now();
    this.#turnAway();
    while (this.#queue.length > 0 && this.#timer === undefined) {
      if (this.#inFlight >= this.#most || !this.#slots.free) return;
      const at = this.pace.next(now);
      if (at > now) {
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#letOut();
        }, at - now);
        return;
      }
      this.pace.take(now);
      this.#inFlight += 1;
      this.#slots.take();
      this.#queue.shift()?.enter(() => this.#leave());
    }
  }

  get #most(): number {
    return Math.min(this.pace.window, this.roundTrip?.limit ?? Number.POSITIVE_INFINITY);
  }

  #turnAway(): void {
    const refused = this.#queue.filter(({ isRefused }) => isRefused());
    if (refused.length === 0) return;
    const left = this.#queue.filter((waiting) => !refused.includes(waiting));
    this.#queue.splice(0, this.#queue.length, ...left);
    if (left.length === 0) this.#forgetTimer();
    for (const { enter } of refused) enter('refused');
  }

  /** A timer that nobody waits for would keep the process alive. */
  #forgetTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #leave(): void {
    this.#inFlight -= 1;
    this.#slots.give();
  }
}
