import { info } from './log.ts';

const EVERY_MS = 5000;

/** Prints at most one line every five seconds on how far a run is. */
export class ProgressLog {
  readonly #line: (elapsed: number) => string;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  #said: string | undefined;

  /** @param line - says how far the run is, `elapsed` seconds after its start */
  constructor(line: (elapsed: number) => string, everyMs = EVERY_MS) {
    this.#line = line;
    this.#timer = setInterval(() => this.#say(), everyMs).unref();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #say(): void {
    const line = this.#line((performance.now() - this.#startedAt) / 1000);
    if (line === this.#said) return;
    this.#said = line;
    info(line);
  }
}
