/** A row of Quay's tag table. */
export interface Row {
  readonly name: string;
  readonly digest: string;
  readonly size: number | null;
  readonly startMs: number;
  endMs: number | undefined;
  immutable: boolean;
  readonly manifestList: boolean;
  /** It came back from the time machine. */
  readonly reversion: boolean;
}

/** The living tags of a repository and its history. */
export class TagTable {
  readonly #nowMs: () => number;
  readonly #alive = new Map<string, Row>();
  readonly #history: Row[] = [];
  readonly #byDigest = new Map<string, Row[]>();
  #sorted: { readonly living: readonly Row[]; readonly all: readonly Row[] } | undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  add(row: Row, isDead: boolean): void {
    if (isDead) this.#history.push(row);
    else this.#alive.set(row.name, row);
    const rows = this.#byDigest.get(row.digest);
    if (rows) rows.push(row);
    else this.#byDigest.set(row.digest, [row]);
    this.#sorted = undefined;
  }

  /** Every living tag, newest first as Quay lists them. */
  get living(): readonly Row[] {
    this.#lapse();
    return this.#sort().living;
  }

  /** The living and the dead. */
  get all(): readonly Row[] {
    this.#lapse();
    return this.#sort().all;
  }

  find(name: string): Row | undefined {
    const row = this.#alive.get(name);
    return row?.endMs !== undefined && row.endMs <= this.#nowMs() ? undefined : row;
  }

  /** Every row on a digest, dead ones included. */
  on(digest: string): readonly Row[] {
    return this.#byDigest.get(digest) ?? [];
  }

  livingOn(digest: string): readonly Row[] {
    return this.on(digest).filter((row) => this.find(row.name) === row);
  }

  /** Ends a tag's life now, or at another time; it stays in the history. */
  remove(row: Row, endMs = this.#nowMs()): void {
    if (this.#alive.delete(row.name)) this.#history.push(row);
    this.setEnd(row, endMs);
  }

  setEnd(row: Row, endMs: number | undefined): void {
    row.endMs = endMs;
    this.#sorted = undefined;
  }

  #lapse(): void {
    const now = this.#nowMs();
    for (const row of this.#alive.values()) {
      if (row.endMs === undefined || row.endMs > now) continue;
      this.#alive.delete(row.name);
      this.#history.push(row);
      this.#sorted = undefined;
    }
  }

  /** By start in milliseconds, which no list shows, then by name. */
  #sort(): { readonly living: readonly Row[]; readonly all: readonly Row[] } {
    const order = (one: Row, other: Row) => other.startMs - one.startMs || (one.name < other.name ? -1 : 1);
    this.#sorted ??= {
      living: [...this.#alive.values()].sort(order),
      all: [...this.#alive.values(), ...this.#history].sort(order),
    };
    return this.#sorted;
  }
}
