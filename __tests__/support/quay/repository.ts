import { indexesOf, isIndexType, type Manifest, standIn } from './manifests.ts';
import { digestFor, type RepositorySeed, type RepositoryState, type TagSeed } from './state.ts';
import { type NewRow, type Row, TagTable } from './tag-table.ts';

const FOURTEEN_DAYS = 1_209_600;
const COSIGN_TAG = /^sha256-[0-9a-f]{64}\.(?:sig|att|sbom)$/;
const SIZE_OF_A_SEED = 2_275_314;

interface RepositoryParts {
  /** Unix seconds. */
  readonly now: () => number;
  readonly deletesSignatures: boolean;
}

/** A repository with its tags, as Quay's time machine keeps them, and its manifests and blobs. */
export class Repository {
  readonly name: string;
  readonly public: boolean;
  state: RepositoryState;
  readonly tagExpirationSeconds = FOURTEEN_DAYS;
  readonly description: string | null;
  readonly statusToken = crypto.randomUUID();
  readonly tags: TagTable;
  readonly tagPulls = new PullStatistics();
  readonly manifestPulls = new PullStatistics();
  readonly #manifests = new Map<string, Manifest>();
  /** The indexes that hold a manifest. */
  readonly #parents = new Map<string, Set<string>>();
  /** What tests say of an image's labels; of others, its configuration tells. */
  readonly labels = new Map<string, Readonly<Record<string, string>>>();
  readonly blobs = new Map<string, Buffer>();
  /** Blob uploads that are not finished. */
  readonly uploads = new Map<string, Buffer>();
  readonly #missing = new Set<string>();
  /** The real digests of what stands in for a manifest. */
  readonly #standIns = new Map<string, string>();
  readonly #nowMs: () => number;

  readonly #deletesSignatures: boolean;

  constructor(name: string, seed: RepositorySeed, { now, deletesSignatures }: RepositoryParts) {
    this.name = name;
    this.public = seed.public ?? false;
    this.state = seed.state ?? 'NORMAL';
    this.description = seed.description || null;
    this.#nowMs = () => Math.round(now() * 1000);
    this.#deletesSignatures = deletesSignatures;
    this.tags = new TagTable(this.#nowMs);
  }

  /** Stores a manifest, under another digest than its own where a test wants that. */
  store(manifest: Manifest, digest = manifest.digest): void {
    this.#manifests.set(digest, { ...manifest, digest });
    for (const child of manifest.children) {
      const parents = this.#parents.get(child) ?? new Set();
      this.#parents.set(child, parents.add(digest));
    }
  }

  add(seed: TagSeed): void {
    const digest = this.#seedManifest(seed);
    const known = this.#manifests.get(digest);
    const manifestList = seed.manifestList ?? isIndexType(known?.mediaType ?? '');
    const ms = (seconds: number) => Math.round(seconds * 1000);
    const end = seed.deletedAt ?? seed.expiration;
    const row: NewRow = {
      name: seed.name,
      digest,
      size: manifestList ? null : seed.size === undefined ? (known?.size ?? SIZE_OF_A_SEED) : seed.size,
      startMs: seed.lastModified === undefined ? this.#nowMs() - 86_400_000 : ms(seed.lastModified),
      endMs: end === undefined ? undefined : ms(end),
      immutable: seed.immutable ?? false,
      manifestList,
      reversion: false,
    };
    this.tags.seed(row);
    if (seed.labels) this.labels.set(digest, seed.labels);
    if (typeof seed.pulledAt === 'number') {
      this.tagPulls.count(seed.name, seed.pulledAt);
      this.manifestPulls.count(digest, seed.pulledAt);
    }
  }

  /** Stores the indexes of a seed, and says the digest that its tag stands for. */
  #seedManifest({ name, digest, images, annotations, missingImages = [] }: TagSeed): string {
    for (const missing of missingImages) this.#missing.add(missing);
    if (!images) return digest ?? digestFor(`${this.name}:${name}`);
    const isIndex = (image: string) => isIndexType(this.#manifests.get(image)?.mediaType ?? '');
    const indexes = indexesOf(images, isIndex, annotations);
    for (const index of indexes) this.store(index);
    for (const image of images)
      if (typeof image !== 'string' && 'digest' in image && image.labels)
        this.labels.set(image.digest, image.labels);
    const index = indexes.at(-1);
    if (digest !== undefined && index) this.store(index, digest);
    return digest ?? index?.digest ?? '';
  }

  /** Lets a name stand for a digest from now on, as a push and a restore do. */
  point(name: string, digest: string, { reversion = false }: { readonly reversion?: boolean } = {}): void {
    const before = this.tags.find(name);
    if (before) this.tags.setEnd(before, this.#nowMs());
    if (before && before.digest !== digest) this.#deleteSignatures(before);
    const known = this.tags.on(digest)[0];
    const manifest = this.#manifests.get(digest);
    const manifestList = known?.manifestList ?? isIndexType(manifest?.mediaType ?? '');
    const size = manifestList ? null : (known?.size ?? manifest?.size ?? SIZE_OF_A_SEED);
    const startMs = this.#nowMs();
    const row = { name, digest, size, startMs, endMs: undefined, immutable: false, manifestList, reversion };
    this.tags.write(row);
  }

  remove(row: Row): void {
    this.tags.setEnd(row, this.#nowMs());
    this.#deleteSignatures(row);
  }

  /** On newer servers, ends the cosign tags of an image that the last tag of its own has just left. */
  #deleteSignatures(left: Row): void {
    if (!this.#deletesSignatures || COSIGN_TAG.test(left.name)) return;
    if (this.tags.livingOn(left.digest).some(({ name }) => !COSIGN_TAG.test(name))) return;
    for (const suffix of ['sig', 'att', 'sbom']) {
      const signature = this.tags.find(`${left.digest.replace(':', '-')}.${suffix}`);
      if (signature && !signature.immutable) this.remove(signature);
    }
  }

  /** Whether the digest can still be given to a tag: the time machine holds it, or it was pushed without a tag. */
  knows(digest: string): boolean {
    const rows = this.tags.on(digest);
    const isHeld = ({ endMs }: Row) => endMs === undefined || endMs > this.windowStartMs;
    return (
      rows.some(isHeld) || (rows.length === 0 && this.#manifests.has(digest)) || this.#isInLivingIndex(digest)
    );
  }

  /** What ended before, the time machine no longer holds. */
  get windowStartMs(): number {
    return this.#nowMs() - this.tagExpirationSeconds * 1000;
  }

  /** Which of an index's images are here; undefined where nobody can tell what it holds. */
  presence(digest: string): ReadonlyMap<string, boolean> | undefined {
    const children = this.#manifests.get(digest)?.children;
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
    const known = this.#manifests.get(digest);
    if (known) return known;
    const manifest = standIn(digest, isIndex);
    this.#standIns.set(digestFor(manifest.bytes), digest);
    return manifest;
  }

  #isInLivingIndex(digest: string): boolean {
    if (this.#missing.has(digest)) return false;
    return [...(this.#parents.get(digest) ?? [])].some(
      (index) => this.tags.livingOn(index).length > 0 || this.#isInLivingIndex(index),
    );
  }
}

/** Quay's pull statistics of a repository: by tag name, and by digest. Times are Unix seconds. */
class PullStatistics {
  readonly #pulls = new Map<string, { readonly count: number; readonly lastAt: number | null }>();

  /** Counts one more pull. */
  count(key: string, at: number): void {
    const { count, lastAt } = this.of(key);
    this.#pulls.set(key, { count: count + 1, lastAt: Math.max(lastAt ?? at, at) });
  }

  /** The pulls of all. */
  get sum(): number {
    return [...this.#pulls.values()].reduce((sum, { count }) => sum + count, 0);
  }

  of(key: string) {
    return this.#pulls.get(key) ?? { count: 0, lastAt: null };
  }
}
