import { type Progress as ProgressState, progressLine } from '../report/progress-line.ts';
import { info } from './log.ts';

type ProgressMode = ProgressState['mode'];

const EVERY_MS = 5000;

/** Prints at most one line every five seconds on how far the run is. */
export class Progress {
  readonly #total: number;
  readonly #mode: ProgressMode;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  #done = 0;
  #said = 0;

  constructor(total: number, mode: ProgressMode) {
    this.#total = total;
    this.#mode = mode;
    this.#timer = setInterval(() => this.#say(), EVERY_MS).unref();
  }

  count(): void {
    this.#done += 1;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #say(): void {
    if (this.#done === this.#said) return;
    this.#said = this.#done;
    info(
      progressLine({
        mode: this.#mode,
        done: this.#done,
        total: this.#total,
        elapsed: (performance.now() - this.#startedAt) / 1000,
      }),
    );
  }
}
