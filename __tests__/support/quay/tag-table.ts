/** A row of Quay's tag table. */
export interface Row {
  readonly name: string;
  readonly digest: string;
  readonly size: number | null;
  readonly startMs: number;
  readonly endMs: number | undefined;
  readonly immutable: boolean;
  readonly manifestList: boolean;
  /** It came back from the time machine. */
  readonly reversion: boolean;
}

/** A row, and what a replica of the database learns later. */
interface Kept extends Row {
  endMs: number | undefined;
  immutable: boolean;
  /** When it was written; a row that a test put there was always there. */
  readonly writtenMs: number;
  /** Its ends so far, each with the time of the change. */
  readonly ends: { readonly atMs: number; readonly endMs: number | undefined }[];
}

/** The rows of a repository, newest first as Quay lists them: those that live, and the history with them. */
export interface Rows {
  readonly living: readonly Row[];
  readonly all: readonly Row[];
}

/** The living tags of a repository and its history, as they are and as a replica that lags shows them. */
export class TagTable {
  readonly #nowMs: () => number;
  readonly #alive = new Map<string, Kept>();
  readonly #history: Kept[] = [];
  readonly #byDigest = new Map<string, Kept[]>();
  #sorted: Rows | undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Adds a row that was always there, for whoever looks. */
  seed(row: Row, isDead: boolean): void {
    this.#add(row, isDead, Number.NEGATIVE_INFINITY);
  }

  /** Adds a living row now. */
  write(row: Row): void {
    this.#add(row, false, this.#nowMs());
  }

  /** Every living tag. */
  get living(): readonly Row[] {
    this.#lapse();
    return this.#sort().living;
  }

  /** What a replica shows that is so many milliseconds behind: what was written before. */
  behind(lagMs: number): Rows {
    this.#lapse();
    if (lagMs === 0) return this.#sort();
    const thenMs = this.#nowMs() - lagMs;
    const all = [...this.#alive.values(), ...this.#history]
      .filter(({ writtenMs }) => writtenMs <= thenMs)
      .map((row): Row => ({ ...row, endMs: row.ends.findLast(({ atMs }) => atMs <= thenMs)?.endMs }))
      .sort(newestFirst);
    // What lapsed by itself needs no write: a replica sees it at once.
    return { living: all.filter(({ endMs }) => endMs === undefined || endMs > this.#nowMs()), all };
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
    const kept = this.#alive.get(row.name);
    if (kept && this.#alive.delete(row.name)) this.#history.push(kept);
    this.setEnd(row, endMs);
  }

  setEnd(row: Row, endMs: number | undefined): void {
    const kept = this.#kept(row);
    kept.endMs = endMs;
    kept.ends.push({ atMs: this.#nowMs(), endMs });
    this.#sorted = undefined;
  }

  setImmutable(row: Row, immutable: boolean): void {
    this.#kept(row).immutable = immutable;
  }

  #add(row: Row, isDead: boolean, writtenMs: number): void {
    const kept: Kept = { ...row, writtenMs, ends: [{ atMs: writtenMs, endMs: row.endMs }] };
    if (isDead) this.#history.push(kept);
    else this.#alive.set(row.name, kept);
    const rows = this.#byDigest.get(row.digest);
    if (rows) rows.push(kept);
    else this.#byDigest.set(row.digest, [kept]);
    this.#sorted = undefined;
  }

  #kept(row: Row): Kept {
    const alive = this.#alive.get(row.name);
    const kept = alive === row ? alive : this.#byDigest.get(row.digest)?.find((each) => each === row);
    if (!kept) throw new Error(`${row.name} is no row of this table.`);
    return kept;
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

  #sort(): Rows {
    this.#sorted ??= {
      living: [...this.#alive.values()].sort(newestFirst),
      all: [...this.#alive.values(), ...this.#history].sort(newestFirst),
    };
    return this.#sorted;
  }
}

/** By start in milliseconds, which no list shows, then by name. */
function newestFirst(one: Row, other: Row): number {
  return other.startMs - one.startMs || (one.name < other.name ? -1 : 1);
}
