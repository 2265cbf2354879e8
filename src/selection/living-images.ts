import type { Tag, TagName } from '../model/tag.ts';
import { type Contents, type ContentsSource, contentsOf } from './manifest-contents.ts';

/** A tag of which not all images are known. */
export interface Unclear {
  readonly tag: string;
  /** The manifest to read to know more; absent where nothing more can be known. */
  readonly digest?: string;
}

/** The images that tags stand for: their own digests, and those in their multi-arch images, however deep. */
export class LivingImages {
  readonly #source: ContentsSource;
  readonly #onHeld: (digest: string, holder: TagName) => void;
  readonly #held = new Set<string>();
  readonly #unclear: Unclear[];

  /**
   * @param options.invalidNames - names of further living images of which nothing is known
   * @param options.onHeld - called once with each digest that turns out to live, and a tag that holds it
   */
  constructor(
    options: ContentsSource & {
      readonly invalidNames: readonly string[];
      readonly onHeld: (digest: string, holder: TagName) => void;
    },
  ) {
    this.#source = options;
    this.#unclear = options.invalidNames.map((tag) => ({ tag }));
    this.#onHeld = options.onHeld;
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
    const open: { readonly digest: string; readonly index?: string }[] = [{ digest }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (!this.#hold(next.digest, name)) continue;
      const contents = contentsOf(next.digest, this.#source);
      if (contents.kind === 'known') {
        for (const image of contents.images) this.#hold(image, name);
        const index = next.digest;
        for (const inner of contents.mayBeIndexes) open.push({ digest: inner, index });
      } else {
        this.#unclear.push({ tag: name, ...this.#toRead(next, contents) });
      }
    }
  }

  /** The index tells what all its manifests are, in one reading. */
  #toRead(
    { digest, index }: { readonly digest: string; readonly index?: string },
    contents: Contents,
  ): Pick<Unclear, 'digest'> {
    if (contents.kind === 'unknown') return {};
    return { digest: index === undefined || this.#source.manifests.has(index) ? digest : index };
  }

  #hold(digest: string, holder: TagName): boolean {
    if (this.#held.has(digest)) return false;
    this.#held.add(digest);
    this.#onHeld(digest, holder);
    return true;
  }
}
