import { Pace } from './pace.ts';
import { StoppedError } from './stopped-error.ts';

interface Turn {
  /** Whether it goes before those that wait. */
  readonly first: boolean;
  /** Whether it changes something: such a request is not let out where the server refuses everything. */
  readonly isWrite: boolean;
}

interface Waiting {
  readonly isWrite: boolean;
  readonly signal: AbortSignal;
  readonly enter: (leave: (() => void) | 'closed') => void;
}

/** Lets requests out: no faster than the pace of their lane, and never more at once than the whole client may. */
export class Lane {
  readonly pace = new Pace();
  readonly #slots: Slots;
  readonly #queue: Waiting[] = [];
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(slots: Slots) {
    this.#slots = slots;
    slots.onFree(() => this.#letOut());
  }

  /**
   * Waits for this request's turn.
   *
   * @returns what to call when its answer has come; `closed` where the server refuses everything
   * @throws StoppedError when the signal aborts before
   */
  enter(signal: AbortSignal, { first, isWrite }: Turn): Promise<(() => void) | 'closed'> {
    if (signal.aborted) return Promise.reject(new StoppedError());
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        isWrite,
        signal,
        enter: (leave) => {
          signal.removeEventListener('abort', giveUp);
          resolve(leave);
        },
      };
      const giveUp = () => {
        const place = this.#queue.indexOf(waiting);
        if (place >= 0) this.#queue.splice(place, 1);
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
    if (this.pace.isHopeless(now)) {
      const waiting = this.#queue.splice(0);
      this.#queue.push(...waiting.filter(({ isWrite }) => !isWrite));
      for (const { isWrite, enter } of waiting) if (isWrite) enter('closed');
    }
    while (this.#queue.length > 0 && this.#timer === undefined) {
      if (this.#inFlight >= this.pace.window || !this.#slots.free) return;
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

  #leave(): void {
    this.#inFlight -= 1;
    this.#slots.give();
  }
}

/** The requests that the whole client may have in flight. */
export class Slots {
  readonly #listeners: (() => void)[] = [];
  #left: number;

  constructor(count: number) {
    this.#left = count;
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
