import type { Clock } from '../model/clock.ts';
import type { Log } from './log.ts';

const EVERY_MS = 5000;

/** Prints at most one line every five seconds on how far a run is, until it is ended. */
export class ProgressLog {
  readonly #line: (elapsed: number) => string;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #startedAt: number;
  #cancel: () => void;
  #said: string | undefined;

  /** @param line - says how far the run is, `elapsed` seconds after its start */
  constructor(line: (elapsed: number) => string, log: Log, clock: Clock) {
    this.#line = line;
    this.#log = log;
    this.#clock = clock;
    this.#startedAt = clock.elapsed();
    this.#cancel = this.#later();
  }

  end(): void {
    this.#cancel();
  }

  #later(): () => void {
    return this.#clock.after(EVERY_MS, () => {
      this.#cancel = this.#later();
      this.#say();
    });
  }

  #say(): void {
    const line = this.#line((this.#clock.elapsed() - this.#startedAt) / 1000);
    if (line === this.#said) return;
    this.#said = line;
    this.#log.info(line);
  }
}
