import type { Facts } from '../model/facts.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { type ContentsSource, contentsOf, rowsByDigest } from './manifest-contents.ts';

/** A tag that is kept and of which not all images are known. */
export interface Unclear {
  readonly tag: string;
  /** The manifest to read to know more; absent where nothing more can be known. */
  readonly digest?: string;
  /** Whether reading it counts as a pull of a tag. */
  readonly isTagged?: boolean;
}

/** The images that kept tags stand for: their own digests, and those in their multi-arch images, however deep. */
export class LivingImages {
  readonly #source: ContentsSource;
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
    this.#source = { rows: rowsByDigest(options.tags), manifests: options.manifests };
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
    const contents = contentsOf(digest, this.#source);
    switch (contents.kind) {
      case 'known':
        this.#holdAll(contents.images, holder);
        return contents.mayBeIndexes;
      case 'not-read':
        this.#unclear.push({ tag: holder, digest, isTagged: contents.isTagged });
        return [];
      case 'unknown':
        this.#unclear.push({ tag: holder });
        return [];
      default:
        return contents satisfies never;
    }
  }

  #holdAll(images: readonly string[], holder: TagName): void {
    for (const image of images) {
      if (this.#holders.has(image)) continue;
      this.#holders.set(image, holder);
      this.#onHeld(image);
    }
  }
}
