import type { Tag } from '../model/tag.ts';
import type { InUse } from './in-use.ts';
import { type ContentsSource, contentsOf } from './manifest-contents.ts';

/** Whether the image of a tag, or an image in its multi-arch image, is in use. */
export type PlatformInUse =
  | { readonly kind: 'no' }
  /** `file` names it. */
  | { readonly kind: 'used'; readonly file: string }
  /** These manifests have to be read first. */
  | { readonly kind: 'undecided'; readonly digests: readonly string[] }
  /** Nobody can tell. */
  | { readonly kind: 'unclear' };

/**
 * Looks for digests in use in all that the tag stands for, however deep: a pod that runs a multi-arch image reports the
 * digest of one platform.
 */
export function platformInUse(
  tag: Tag,
  { inUse, ...source }: ContentsSource & { readonly inUse: InUse },
): PlatformInUse {
  if (inUse.digests.size === 0) return { kind: 'no' };
  if (tag.digest === undefined) return { kind: inUse.namesDigests ? 'unclear' : 'no' };
  const reached = new Set([tag.digest]);
  const notRead: string[] = [];
  let isUnclear = false;
  // A set is walked to its end, also where that moves away.
  for (const digest of reached) {
    const file = inUse.digests.get(digest);
    if (file !== undefined) return { kind: 'used', file };
    const contents = contentsOf(digest, source);
    if (contents.kind === 'not-read') notRead.push(digest);
    if (contents.kind === 'unknown') isUnclear = true;
    if (contents.kind !== 'known') continue;
    const image = contents.images.find((each) => inUse.digests.has(each));
    if (image !== undefined) return { kind: 'used', file: inUse.digests.get(image) ?? '' };
    for (const index of contents.mayBeIndexes) reached.add(index);
  }
  // What stays unclear keeps the tag whatever else is read.
  if (isUnclear) return { kind: 'unclear' };
  return notRead.length > 0 ? { kind: 'undecided', digests: notRead } : { kind: 'no' };
}
