import type { Facts } from '../model/facts.ts';
import type { Tag, TagName } from '../model/tag.ts';

/** A tag that is kept and of which not all images are known. */
export interface Unclear {
  readonly tag: string;
  /** The manifest to read to know more; absent where nothing more can be known. */
  readonly digest?: string;
  /** Whether reading it counts as a pull of a tag. */
  readonly isTagged?: boolean;
}

/**
 * The images that kept tags stand for: their own digests, and those in their multi-arch images, however deep.
 *
 * What an index holds is taken from the list where that shows it, and from manifests that were read. The list does not say
 * which of an index's manifests are indexes again: one without a tag of its own has to be read to know.
 */
export class LivingImages {
  readonly #rows: ReadonlyMap<string, Tag>;
  readonly #manifests: Facts['manifests'];
  readonly #onHeld: (digest: string) => void;
  readonly #holders = new Map<string, TagName>();
  readonly #unclear: Unclear[];

  /**
   * @param options.tags - every listed tag
   * @param options.strange - names of further living images of which nothing is known
   * @param options.onHeld - called with each digest that turns out to live
   */
  constructor(options: {
    readonly tags: readonly Tag[];
    readonly manifests: Facts['manifests'];
    readonly strange: readonly string[];
    readonly onHeld: (digest: string) => void;
  }) {
    this.#rows = new Map(
      options.tags.flatMap((tag) => (tag.digest === undefined ? [] : [[tag.digest, tag]])),
    );
    this.#manifests = options.manifests;
    this.#unclear = options.strange.map((tag) => ({ tag }));
    this.#onHeld = options.onHeld;
  }

  /** A kept tag that holds the image; undefined if none is known to. */
  holderOf(digest: string): TagName | undefined {
    return this.#holders.get(digest);
  }

  get unclear(): readonly Unclear[] {
    return this.#unclear;
  }

  /** The tag is kept. */
  keep({ name, digest }: Tag): void {
    if (digest === undefined) {
      this.#unclear.push({ tag: name });
      return;
    }
    const open = [digest];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.#holders.has(next)) continue;
      this.#holders.set(next, name);
      this.#onHeld(next);
      open.push(...this.#contentsOf(next, name));
    }
  }

  /** The manifests in an index that may be indexes again; its images are noted at once. */
  #contentsOf(digest: string, holder: TagName): readonly string[] {
    const row = this.#rows.get(digest);
    if (row?.multiArch === false) return [];
    if (row?.manifests) {
      // What the registry does not have can be no index that it serves.
      const [present, absent] = [true, false].map((is) =>
        [...(row.manifests ?? [])].filter(([, isPresent]) => isPresent === is).map(([child]) => child),
      );
      this.#holdAll(absent ?? [], holder);
      return present ?? [];
    }
    const contents = this.#manifests.get(digest);
    if (contents === undefined) this.#unclear.push({ tag: holder, digest, isTagged: row !== undefined });
    if (contents === 'unknown') this.#unclear.push({ tag: holder });
    if (contents === undefined || contents === 'unknown') return [];
    this.#holdAll(contents.images, holder);
    return contents.indexes;
  }

  #holdAll(images: readonly string[], holder: TagName): void {
    for (const image of images) {
      if (this.#holders.has(image)) continue;
      this.#holders.set(image, holder);
      this.#onHeld(image);
    }
  }
}
