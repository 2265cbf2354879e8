import type { Clock } from '../model/clock.ts';
import { StoppedError } from '../model/errors.ts';
import { Pace, RoundTrip, type Times } from './pace.ts';

/** As many streams as every HTTP/2 server should take: https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2 */
const MOST = 100;

/** The requests that the whole client may have in flight. */
export class Slots {
  /** Whether the number follows the round trip, because none was given. */
  readonly followRoundTrip: boolean;
  /** At most so many. */
  readonly count: number;
  readonly #listeners: (() => void)[] = [];
  #left: number;

  constructor(count: number | undefined) {
    this.followRoundTrip = count === undefined;
    this.count = count ?? MOST;
    this.#left = this.count;
  }

  get free(): boolean {
    return this.#left > 0;
  }

  take(): void {
    this.#left -= 1;
  }

  give(): void {
    this.#left += 1;
    for (const listener of this.#listeners) listener();
  }

  onFree(listener: () => void): void {
    this.#listeners.push(listener);
  }
}

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
  readonly #pace = new Pace();
  /** Undefined where the number in flight is given. */
  readonly #roundTrip: RoundTrip | undefined;
  readonly #slots: Slots;
  readonly #clock: Clock;
  readonly #queue: Waiting[] = [];
  #inFlight = 0;
  /** Takes the timer back that lets the next request out. */
  #cancelTimer: (() => void) | undefined;

  constructor(slots: Slots, clock: Clock) {
    this.#slots = slots;
    this.#clock = clock;
    this.#roundTrip = slots.followRoundTrip ? new RoundTrip(slots.count) : undefined;
    slots.onFree(() => this.#letOut());
  }

  /** How many requests the server took. */
  get accepted(): number {
    return this.#pace.accepted;
  }

  /** Whether the server has refused everything for so long that asking again is of no use. */
  get isHopeless(): boolean {
    return this.#pace.isHopeless(this.#clock.elapsed());
  }

  /** The server took a request; `isTrouble` where its answer shows that it has too much to do. */
  accept({ sentAt, now, isTrouble }: Times & { readonly isTrouble: boolean }): void {
    this.#pace.accept();
    if (isTrouble) this.troubled({ sentAt, now });
    else this.#roundTrip?.answered({ sentAt, now, inFlight: this.#inFlight });
  }

  /** The server refused a request for its rate; `retryAfter`, in milliseconds, is what it asked to wait. */
  refuse({ sentAt, now, retryAfter }: Times & { readonly retryAfter: number | undefined }): void {
    this.#pace.refuse({ now, sentAt, retryAfter });
    this.#roundTrip?.limited({ sentAt, now });
  }

  /** The server did not answer in time. */
  troubled(times: Times): void {
    this.#roundTrip?.troubled(times);
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
    const now = this.#clock.elapsed();
    this.#turnAway();
    while (this.#queue.length > 0 && !this.#cancelTimer) {
      if (this.#inFlight >= this.#most || !this.#slots.free) return;
      const at = this.#pace.next(now);
      if (at > now) {
        this.#cancelTimer = this.#clock.after(at - now, () => {
          this.#cancelTimer = undefined;
          this.#letOut();
        });
        return;
      }
      this.#pace.take(now);
      this.#inFlight += 1;
      this.#slots.take();
      this.#queue.shift()?.enter(() => this.#leave());
    }
  }

  get #most(): number {
    return Math.min(this.#pace.window, this.#roundTrip?.limit ?? Number.POSITIVE_INFINITY);
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
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #leave(): void {
    this.#inFlight -= 1;
    this.#slots.give();
  }
}
