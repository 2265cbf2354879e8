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
