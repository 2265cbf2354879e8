import type { Facts, ManifestContents } from '../model/facts.ts';
import type { Tag } from '../model/tag.ts';

/** What tells of manifests, by their digests. */
export interface KnownManifests {
  /** The listed tags: of several on one digest any tells the same. */
  readonly rows: ReadonlyMap<string | undefined, readonly { readonly tag: Tag }[]>;
  /** Those that were read. */
  readonly manifests: Facts['manifests'];
}

/** The manifests that a tag stands for. */
export interface Held {
  readonly digests: readonly string[];
  /** The digests of the manifests to read to know more. */
  readonly toRead: readonly string[];
  /** Whether there may be more that nobody can tell, as with a robot account on a private repository. */
  readonly isUnknown: boolean;
}

/**
 * All that a manifest stands for: itself, and what it refers to, however deep.
 *
 * The list does not say which of an index's manifests are indexes again. Of one without a tag of its own nobody knows, unless the
 * index is read, which tells of all its manifests at once, or else the manifest itself.
 *
 * @param seen - what was found before, and is left out; what is found is added
 */
export function heldBy(root: string | undefined, known: KnownManifests, seen = new Set<string>()): Held {
  const digests: string[] = [];
  const toRead: string[] = [];
  let isUnknown = root === undefined;
  const open: { readonly digest: string; readonly index?: string; readonly isImage?: boolean }[] =
    root === undefined ? [] : [{ digest: root }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { digest, index, isImage } = next;
    if (seen.has(digest)) continue;
    seen.add(digest);
    digests.push(digest);
    const contents = isImage ? IMAGE : contentsOf(digest, known);
    if (contents === undefined)
      toRead.push(index === undefined || known.manifests.has(index) ? digest : index);
    else if (contents === 'unknown') isUnknown = true;
    else {
      for (const inner of contents.indexes) open.push({ digest: inner, index: digest });
      for (const inner of contents.images) open.push({ digest: inner, isImage: true });
    }
  }
  return { digests, toRead, isUnknown };
}

const IMAGE: ManifestContents = { images: [], indexes: [] };

/** By the manifest's own text where that was read, and else as the list shows it; undefined where reading it would tell. */
function contentsOf(digest: string, { rows, manifests }: KnownManifests): ManifestContents | undefined {
  const row = rows.get(digest)?.[0]?.tag;
  if (row?.multiArch === false) return IMAGE;
  const read = manifests.get(digest);
  if ((read !== undefined && read !== 'unknown') || !row?.manifests) return read;
  // What the registry does not have can be no index that it serves.
  const { indexes = [], images = [] } = Object.groupBy(row.manifests.keys(), (each) =>
    row.manifests?.get(each) ? 'indexes' : 'images',
  );
  return { images, indexes };
}
