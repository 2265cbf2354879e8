/** Hashes of commits in a name: 7 to 40 hex digits, whole, that no letter or digit follows. */
export const HASHES = /(?<![0-9a-f])[0-9a-f]{7,40}(?![0-9a-z])/gi;

/** More readings than one are as good as many: the group is unclear. */
const ENOUGH = 2;

/** What a group may stand for, each text once; two at most. */
export function readGroups(parts: Iterable<string>): readonly string[] {
  const groups: string[] = [];
  for (const part of parts) {
    if (!groups.includes(part)) groups.push(part);
    if (groups.length === ENOUGH) break;
  }
  return groups;
}
