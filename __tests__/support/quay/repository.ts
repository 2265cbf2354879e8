import { indexesOf, isIndexType, type Manifest, standIn } from './manifests.ts';
import { PullStatistics } from './pulls.ts';
import { digestFor, type RepositorySeed, type TagSeed } from './state.ts';
import { type Row, TagTable } from './tag-table.ts';

const FOURTEEN_DAYS = 1_209_600;
const COSIGN_TAG = /^sha256-[0-9a-f]{64}\.(?:sig|att|sbom)$/;
const SIZE_OF_A_SEED = 2_275_314;

/** A repository with its tags, as Quay's time machine keeps them, and its manifests and blobs. */
export class Repository {
  readonly name: string;
  readonly public: boolean;
  state: 'NORMAL' | 'READ_ONLY' | 'MIRROR';
  readonly tagExpirationSeconds: number;
  readonly description: string | null;
  readonly statusToken = crypto.randomUUID();
  readonly tags: TagTable;
  /** Names that the v2 API still lists although they were deleted. */
  readonly recentlyDeleted = new Set<string>();
  readonly tagPulls = new PullStatistics();
  readonly manifestPulls = new PullStatistics();
  readonly manifests = new Map<string, Manifest>();
  readonly blobs = new Map<string, Buffer>();
  /** Blob uploads that are not finished. */
  readonly uploads = new Map<string, Buffer>();
  readonly #missing = new Set<string>();
  /** The real digests of what stands in for a manifest. */
  readonly #standIns = new Map<string, string>();
  readonly #nowMs: () => number;

  /** @param now - Unix seconds */
  constructor(name: string, seed: RepositorySeed, now: () => number) {
    this.name = name;
    this.public = seed.public ?? false;
    this.state = seed.state ?? 'NORMAL';
    this.tagExpirationSeconds = seed.tagExpirationSeconds ?? FOURTEEN_DAYS;
    this.description = seed.description || null;
    this.#nowMs = () => Math.round(now() * 1000);
    this.tags = new TagTable(this.#nowMs);
  }

  add(seed: TagSeed): void {
    const digest = this.#seedManifest(seed);
    const known = this.manifests.get(digest);
    const manifestList = seed.manifestList ?? isIndexType(known?.mediaType ?? '');
    const ms = (seconds: number) => Math.round(seconds * 1000);
    const end = seed.deletedAt ?? seed.expiration;
    const row: Row = {
      name: seed.name,
      digest,
      size: manifestList ? null : seed.size === undefined ? (known?.size ?? SIZE_OF_A_SEED) : seed.size,
      startMs: seed.lastModified === undefined ? this.#nowMs() - 86_400_000 : ms(seed.lastModified),
      endMs: end === undefined ? undefined : ms(end),
      immutable: seed.immutable ?? false,
      manifestList,
      reversion: false,
    };
    this.tags.add(row, seed.deletedAt !== undefined);
    if (typeof seed.pulledAt === 'number') {
      this.tagPulls.count(seed.name, seed.pulledAt);
      this.manifestPulls.count(digest, seed.pulledAt);
    }
  }

  /** Stores the indexes of a seed, and says the digest that its tag stands for. */
  #seedManifest({ name, digest, images, missingImages = [] }: TagSeed): string {
    for (const missing of missingImages) this.#missing.add(missing);
    if (!images) return digest ?? digestFor(`${this.name}:${name}`);
    const isIndex = (image: string) => isIndexType(this.manifests.get(image)?.mediaType ?? '');
    const indexes = indexesOf(images, isIndex);
    for (const index of indexes) this.manifests.set(index.digest, index);
    const index = indexes.at(-1);
    if (digest !== undefined && index) this.manifests.set(digest, { ...index, digest });
    return digest ?? index?.digest ?? '';
  }

  /** Lets a name stand for a digest from now on, as a push and a restore do. */
  point(name: string, digest: string, { reversion = false }: { readonly reversion?: boolean } = {}): void {
    const before = this.tags.find(name);
    if (before) this.tags.remove(before);
    this.recentlyDeleted.delete(name);
    const known = this.tags.on(digest)[0];
    const manifest = this.manifests.get(digest);
    const manifestList = known?.manifestList ?? isIndexType(manifest?.mediaType ?? '');
    const size = manifestList ? null : (known?.size ?? manifest?.size ?? SIZE_OF_A_SEED);
    const startMs = this.#nowMs();
    const row = { name, digest, size, startMs, endMs: undefined, immutable: false, manifestList, reversion };
    this.tags.add(row, false);
  }

  remove(row: Row): void {
    this.tags.remove(row);
    this.recentlyDeleted.add(row.name);
  }

  /** Ends the cosign tags of an image that the last tag of its own has just left. */
  takeSignaturesAlong(left: Row): void {
    if (COSIGN_TAG.test(left.name)) return;
    if (this.tags.livingOn(left.digest).some(({ name }) => !COSIGN_TAG.test(name))) return;
    for (const suffix of ['sig', 'att', 'sbom']) {
      const signature = this.tags.find(`${left.digest.replace(':', '-')}.${suffix}`);
      if (signature) this.remove(signature);
    }
  }

  /** Whether the digest can still be given to a tag: the time machine holds it, or it was pushed without a tag. */
  knows(digest: string): boolean {
    const rows = this.tags.on(digest);
    const isHeld = ({ endMs }: Row) => endMs === undefined || endMs > this.windowStartMs;
    return (
      rows.some(isHeld) || (rows.length === 0 && this.manifests.has(digest)) || this.#isInLivingIndex(digest)
    );
  }

  /** What ended before, the time machine no longer holds. */
  get windowStartMs(): number {
    return this.#nowMs() - this.tagExpirationSeconds * 1000;
  }

  /** Which of an index's images are here; undefined where nobody can tell what it holds. */
  presence(digest: string): ReadonlyMap<string, boolean> | undefined {
    const children = this.manifests.get(digest)?.children;
    return children && new Map(children.map((child) => [child, !this.#missing.has(child)]));
  }

  /** The manifest that a tag or a digest leads to; undefined where no living tag holds it. */
  resolve(reference: string): Manifest | undefined {
    if (!reference.startsWith('sha256:')) {
      const row = this.tags.find(reference);
      return row && this.#manifestOf(row.digest, row.manifestList);
    }
    const digest = this.canonical(reference);
    const row = this.tags.livingOn(digest)[0];
    if (row) return this.#manifestOf(digest, row.manifestList);
    return this.#isInLivingIndex(digest) ? this.#manifestOf(digest, false) : undefined;
  }

  /** A client such as skopeo computes the digest from the manifest that it was served. */
  canonical(digest: string): string {
    return this.#standIns.get(digest) ?? digest;
  }

  #manifestOf(digest: string, isIndex: boolean): Manifest {
    const known = this.manifests.get(digest);
    if (known) return known;
    const manifest = standIn(digest, isIndex);
    this.#standIns.set(digestFor(manifest.bytes), digest);
    return manifest;
  }

  #isInLivingIndex(digest: string): boolean {
    return [...this.manifests.values()].some(
      (index) =>
        index.children.includes(digest) &&
        !this.#missing.has(digest) &&
        (this.tags.livingOn(index.digest).length > 0 || this.#isInLivingIndex(index.digest)),
    );
  }
}
