/** A row of Quay's tag table, and what a replica of the database learns later. */
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
  /** When it was written; a row that a test put there was always there. */
  readonly writtenMs: number;
  /** Its ends so far, each with the time of the change. */
  readonly ends: { readonly atMs: number; readonly endMs: number | undefined }[];
}

export type NewRow = Omit<Row, 'writtenMs' | 'ends'>;

/** The rows of a repository, newest first as Quay lists them: those that live, and the history with them. */
export interface Rows {
  readonly living: readonly Row[];
  readonly all: readonly Row[];
}

/** The living tags of a repository and its history, as they are and as a replica that lags shows them. */
export class TagTable {
  readonly #nowMs: () => number;
  readonly #rows: Row[] = [];
  /** The row of each name that lived last. */
  readonly #byName = new Map<string, Row>();
  readonly #byDigest = new Map<string, Row[]>();
  #sorted: readonly Row[] | undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Adds a row that was always there, for whoever looks. */
  seed(row: NewRow): void {
    this.#add({ ...row, writtenMs: Number.NEGATIVE_INFINITY });
  }

  /** Adds a living row now. */
  write(row: NewRow): void {
    this.#add({ ...row, writtenMs: this.#nowMs() });
  }

  /** Every living tag. */
  get living(): readonly Row[] {
    return this.behind(0).living;
  }

  /** What a replica shows that is so many milliseconds behind: what was written before. */
  behind(lagMs: number): Rows {
    const thenMs = this.#nowMs() - lagMs;
    this.#sorted ??= this.#rows.toSorted(newestFirst);
    const seen = lagMs > 0 && this.#sorted.filter(({ writtenMs }) => writtenMs <= thenMs);
    const all = seen
      ? seen.map((row) => ({ ...row, endMs: row.ends.findLast(({ atMs }) => atMs <= thenMs)?.endMs }))
      : this.#sorted;
    // What lapsed by itself needs no write: a replica sees it at once.
    return { living: all.filter((row) => this.#lives(row)), all };
  }

  find(name: string): Row | undefined {
    const row = this.#byName.get(name);
    return row && this.#lives(row) ? row : undefined;
  }

  /** Every row on a digest, dead ones included. */
  on(digest: string): readonly Row[] {
    return this.#byDigest.get(digest) ?? [];
  }

  livingOn(digest: string): readonly Row[] {
    return this.on(digest).filter((row) => this.#lives(row));
  }

  /** Lets a tag end at a time, or never; a dead one stays in the history. */
  setEnd(row: Row, endMs: number | undefined): void {
    row.endMs = endMs;
    row.ends.push({ atMs: this.#nowMs(), endMs });
  }

  #lives({ endMs }: Row): boolean {
    return endMs === undefined || endMs > this.#nowMs();
  }

  #add(made: Omit<Row, 'ends'>): void {
    const row = { ...made, ends: [{ atMs: made.writtenMs, endMs: made.endMs }] };
    const before = this.find(row.name);
    if (before && this.#lives(row)) this.setEnd(before, this.#nowMs());
    if (this.#lives(row)) this.#byName.set(row.name, row);
    this.#rows.push(row);
    this.#sorted = undefined;
    const onDigest = this.#byDigest.get(row.digest);
    if (onDigest) onDigest.push(row);
    else this.#byDigest.set(row.digest, [row]);
  }
}

/** By start in milliseconds, which no list shows, then by name. */
function newestFirst(one: Row, other: Row): number {
  return other.startMs - one.startMs || (one.name < other.name ? -1 : 1);
}
