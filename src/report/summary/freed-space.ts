import type { Tag } from '../../model/tag.ts';

export interface FreedSpace {
  /** Sum of the known sizes of the images that no remaining tag holds, each counted once. */
  readonly bytes: number;
  /** How many such images have no known size. */
  readonly unknown: number;
}

/** How much a registry can free at most once the deleted tags cannot be restored any more; layers shared with other images stay. */
export function freedSpace(freed: readonly Tag[], remaining: readonly Tag[]): FreedSpace {
  const freedNames = new Set(freed.map(({ name }) => name));
  const held = new Set(remaining.filter(({ name }) => !freedNames.has(name)).map(({ digest }) => digest));
  const counted = new Set<string>();
  let bytes = 0;
  let unknown = 0;
  for (const { digest, size } of freed) {
    if (digest !== undefined) {
      if (held.has(digest) || counted.has(digest)) continue;
      counted.add(digest);
    }
    if (digest === undefined || size === undefined) unknown += 1;
    else bytes += size;
  }
  return { bytes, unknown };
}
