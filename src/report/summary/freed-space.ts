import type { Tag } from '../../model/tag.ts';

export interface FreedSpace {
  /** Sum of the known sizes of the images that no staying tag holds, each counted once. */
  readonly bytes: number;
  /** How many such images have no known size. */
  readonly unknown: number;
}

/** How much a registry can free at most once the leaving tags are gone for good; layers shared with other images stay. */
export function freedSpace(leaving: readonly Tag[], remaining: readonly Tag[]): FreedSpace {
  const leavingNames = new Set(leaving.map(({ name }) => name));
  const held = new Set(remaining.filter(({ name }) => !leavingNames.has(name)).map(({ digest }) => digest));
  const counted = new Set<string>();
  let bytes = 0;
  let unknown = 0;
  for (const { digest, size } of leaving) {
    if (digest !== undefined) {
      if (held.has(digest) || counted.has(digest)) continue;
      counted.add(digest);
    }
    if (digest === undefined || size === undefined) unknown += 1;
    else bytes += size;
  }
  return { bytes, unknown };
}
