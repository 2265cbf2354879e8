import { createHash } from 'node:crypto';

/** What a test says of a tag; times are Unix seconds. */
export interface TagSeed {
  readonly name: string;
  readonly digest?: string;
  /** Bytes; null for a multi-arch image. */
  readonly size?: number | null;
  readonly lastModified?: number;
  readonly expiration?: number;
  readonly immutable?: boolean;
  readonly manifestList?: boolean;
  /** The digests in a multi-arch image, which then has a manifest of its own. */
  readonly images?: readonly string[];
  /** When it was last pulled; null if never. */
  readonly pulledAt?: number | null;
  /** When it was deleted: then it is history. */
  readonly deletedAt?: number;
}

export interface RepositorySeed {
  readonly public?: boolean;
  readonly state?: 'NORMAL' | 'READ_ONLY' | 'MIRROR';
  readonly tagExpirationSeconds?: number;
}

/** A row of Quay's tag table. */
export interface Row {
  readonly name: string;
  readonly digest: string;
  readonly size: number | null;
  readonly startTs: number;
  endTs: number | undefined;
  readonly immutable: boolean;
  readonly manifestList: boolean;
  /** What the registry API serves; undefined for one that stands for all of its kind. */
  readonly manifest: string | undefined;
  readonly pulledAt: number | null;
}

const FOURTEEN_DAYS = 1_209_600;

/** A digest that looks like one, the same for the same text. */
export function digestFor(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** The manifest of a multi-arch image. */
function indexOf(images: readonly string[]): string {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: images.map((digest) => ({ mediaType, digest, size: 2 })),
  });
}

/** A repository with its living tags and its history, as Quay's time machine keeps it. */
export class Repository {
  readonly name: string;
  readonly public: boolean;
  readonly state: 'NORMAL' | 'READ_ONLY' | 'MIRROR';
  readonly tagExpirationSeconds: number;
  /** Names that the registry API still lists although they were deleted. */
  readonly recentlyDeleted = new Set<string>();
  readonly #now: () => number;
  readonly #alive = new Map<string, Row>();
  readonly #history: Row[] = [];
  #sorted: { readonly living: readonly Row[]; readonly all: readonly Row[] } | undefined;

  constructor(name: string, seed: RepositorySeed, now: () => number) {
    this.name = name;
    this.public = seed.public ?? false;
    this.state = seed.state ?? 'NORMAL';
    this.tagExpirationSeconds = seed.tagExpirationSeconds ?? FOURTEEN_DAYS;
    this.#now = now;
  }

  add(seed: TagSeed): void {
    const manifest = seed.images && indexOf(seed.images);
    const manifestList = seed.manifestList ?? manifest !== undefined;
    const row: Row = {
      name: seed.name,
      digest: seed.digest ?? digestFor(manifest ?? `${this.name}:${seed.name}`),
      size: manifestList ? null : seed.size === undefined ? 2_275_314 : seed.size,
      startTs: seed.lastModified ?? this.#now() - 86_400,
      endTs: seed.deletedAt ?? seed.expiration,
      immutable: seed.immutable ?? false,
      manifestList,
      manifest,
      pulledAt: seed.pulledAt ?? null,
    };
    if (seed.deletedAt === undefined) this.#alive.set(seed.name, row);
    else this.#history.push(row);
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
    return row?.endTs !== undefined && row.endTs <= this.#now() ? undefined : row;
  }

  /** Ends a tag's life; it stays in the history. */
  remove(row: Row): void {
    this.#alive.delete(row.name);
    this.recentlyDeleted.add(row.name);
    row.endTs = this.#now();
    this.#history.push(row);
    this.#sorted = undefined;
  }

  /** Lets a name stand for a digest from now on, as a push and a restore do. */
  point(name: string, digest: string): void {
    const before = this.find(name);
    if (before) this.remove(before);
    const known = [...this.#alive.values(), ...this.#history].find((row) => row.digest === digest);
    this.recentlyDeleted.delete(name);
    this.add({
      name,
      digest,
      size: known?.size ?? 2_275_314,
      manifestList: known?.manifestList ?? false,
      lastModified: this.#now(),
    });
  }

  knows(digest: string): boolean {
    return [...this.#alive.values(), ...this.#history].some(
      (row) =>
        row.digest === digest &&
        (row.endTs === undefined || row.endTs > this.#now() - this.tagExpirationSeconds),
    );
  }

  expire(row: Row, endTs: number): void {
    row.endTs = endTs;
    this.#sorted = undefined;
  }

  #lapse(): void {
    const now = this.#now();
    for (const row of this.#alive.values()) {
      if (row.endTs === undefined || row.endTs > now) continue;
      this.#alive.delete(row.name);
      this.#history.push(row);
      this.#sorted = undefined;
    }
  }

  #sort(): { readonly living: readonly Row[]; readonly all: readonly Row[] } {
    const order = (one: Row, other: Row) => other.startTs - one.startTs || (one.name < other.name ? -1 : 1);
    this.#sorted ??= {
      living: [...this.#alive.values()].sort(order),
      all: [...this.#alive.values(), ...this.#history].sort(order),
    };
    return this.#sorted;
  }
}

export interface OAuthToken {
  readonly scope: 'repo:write' | 'repo:read';
  readonly namespaces: readonly string[] | undefined;
  readonly expired: boolean;
}

export interface Robot {
  readonly password: string;
  readonly permissions: Readonly<Record<string, 'read' | 'write' | 'admin'>>;
}

export interface Federation {
  readonly subject: string;
  readonly issuer?: string;
  readonly audience?: string;
}

/** Everything that the simulated Quay knows. */
export class QuayState {
  readonly repositories = new Map<string, Repository>();
  readonly oauthTokens = new Map<string, OAuthToken>();
  readonly robots = new Map<string, Robot>();
  readonly federations = new Map<string, readonly Federation[]>();
  /** Short-lived passwords of robots that signed in without a stored one. */
  readonly exchanged = new Map<string, string>();
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }
}
