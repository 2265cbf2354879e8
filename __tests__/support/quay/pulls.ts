/** How often something was pulled, and when last, in Unix seconds. */
export interface Pulls {
  readonly count: number;
  readonly lastAt: number | null;
}

/** Quay's pull statistics of a repository: by tag name, and by digest. */
export class PullStatistics {
  readonly #pulls = new Map<string, Pulls>();

  /** Counts one more pull. */
  count(key: string, at: number): void {
    const { count, lastAt } = this.of(key);
    this.#pulls.set(key, { count: count + 1, lastAt: Math.max(lastAt ?? at, at) });
  }

  of(key: string): Pulls {
    return this.#pulls.get(key) ?? { count: 0, lastAt: null };
  }
}
