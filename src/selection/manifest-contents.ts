import type { Facts } from '../model/facts.ts';
import type { Tag } from '../model/tag.ts';

/** What is known of the manifests that a manifest refers to. */
export type Contents =
  /** Those of `mayBeIndexes` may refer to others in turn. */
  | {
      readonly kind: 'known';
      readonly images: readonly string[];
      readonly mayBeIndexes: readonly string[];
    }
  /** Reading the manifest would tell. */
  | { readonly kind: 'not-read' }
  /** It was read, and could not be understood. */
  | { readonly kind: 'unknown' };

export interface ContentsSource {
  /** The listed tags by their digests: of several on one digest any. */
  readonly rows: ReadonlyMap<string, Tag>;
  readonly manifests: Facts['manifests'];
}

const IMAGE: Contents = { kind: 'known', images: [], mayBeIndexes: [] };

/** The listed tags by their digests, without those whose digest is not known. */
export function rowsByDigest(tags: readonly Tag[]): ReadonlyMap<string, Tag> {
  return new Map(tags.flatMap((tag) => (tag.digest === undefined ? [] : [[tag.digest, tag]])));
}

/**
 * What a manifest refers to, by its own text where that was read, and else as the list shows it.
 *
 * The list does not say which of an index's manifests are indexes again: of one without a tag of its own nobody knows, unless
 * the index or the manifest itself is read.
 */
export function contentsOf(digest: string, { rows, manifests }: ContentsSource): Contents {
  const row = rows.get(digest);
  if (row?.multiArch === false) return IMAGE;
  const read = manifests.get(digest);
  if (read !== undefined && read !== 'unknown')
    return { kind: 'known', images: read.images, mayBeIndexes: read.indexes };
  if (row?.manifests) return listedContents(row.manifests);
  return { kind: read === undefined ? 'not-read' : 'unknown' };
}

/** What the registry does not have can be no index that it serves. */
function listedContents(presence: ReadonlyMap<string, boolean>): Contents {
  const images: string[] = [];
  const mayBeIndexes: string[] = [];
  for (const [digest, isPresent] of presence) (isPresent ? mayBeIndexes : images).push(digest);
  return { kind: 'known', images, mayBeIndexes };
}
