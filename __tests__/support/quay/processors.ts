import { setTimeout as sleep } from 'node:timers/promises';

/** The processors of a server: no more pieces of work at once than there are, and the rest wait their turn. */
export class Processors {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a processor for some milliseconds. */
  async work(ms: number): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await sleep(ms);
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
