import { setTimeout as sleep } from 'node:timers/promises';

/** The processors of a server: no more pieces of work at once than there are, and the rest wait their turn. */
export class Processors {
  readonly #waiting: (() => void)[] = [];
  readonly #count: number;
  #free: number;
  /** How many worked at once at most. */
  mostAtOnce = 0;

  constructor(count: number) {
    this.#count = count;
    this.#free = count;
  }

  /** Takes a processor for some milliseconds. */
  async work(ms: number): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#count - this.#free);
    // Who is not waited for any more keeps no process alive.
    await sleep(ms, undefined, { ref: false });
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
