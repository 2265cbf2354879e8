import type { ReasonToKeep } from '../model/reason.ts';
import type { TagName } from '../model/tag.ts';
import type { Candidate, PatternMatch } from './candidate.ts';
import type { Rules } from './rules.ts';

/**
 * The newest of the tags that match and are not excluded, as many as their conditions keep; what hangs on an image does not
 * count.
 *
 * A number on a line counts among the tags that the line decides on, a number that was given for all lines among those whose
 * line has none of its own; and a line with `{group}` counts each of its groups by itself. By image, images are counted instead,
 * each by the newest of its tags, and all its tags are among the newest where it is.
 *
 * @param candidates - newest first
 */
export function newestOf(
  candidates: readonly Candidate[],
  { byImage }: Pick<Rules, 'byImage'>,
): ReadonlySet<TagName> {
  const newest = new Set<TagName>();
  const counted = new Map<string, Set<string>>();
  for (const { tag, matches, excludedBy, attachment, conditions } of candidates) {
    const [decisive] = matches;
    const { keepNewest = 0 } = conditions;
    if (!decisive || keepNewest === 0 || excludedBy !== undefined || attachment) continue;
    const item = byImage ? tag.digest : tag.name;
    // Which image it is, is not known: it may be one that is counted already.
    if (item === undefined) continue;
    const among = countedAmong(decisive);
    const items = counted.get(among) ?? new Set();
    counted.set(among, items);
    if (items.size < keepNewest) items.add(item);
    if (items.has(item)) newest.add(tag.name);
  }
  return newest;
}

/** Tags with the same text are counted together. A line holds no line break. */
function countedAmong({ pattern, match }: PatternMatch): string {
  if (match.kind === 'group') return `${pattern.line}\n${match.groups.join('\n')}`;
  return pattern.conditions.keepNewest === undefined ? '' : pattern.line;
}

/** Why the tag's rank, or that it cannot be known, keeps it. */
export function amongNewest(
  { tag, attachment, matches, conditions }: Candidate,
  { newest, byImage }: { readonly newest: ReadonlySet<TagName>; readonly byImage: boolean },
): ReasonToKeep | undefined {
  const { keepNewest = 0 } = conditions;
  if (keepNewest === 0 || attachment) return undefined;
  if (tag.lastModified === undefined) return { kind: 'date-unknown', condition: 'keep-n-most-recent' };
  if (!newest.has(tag.name)) return undefined;
  const match = matches[0]?.match;
  const [group] = match?.kind === 'group' ? match.groups : [];
  return {
    kind: 'among-newest',
    keep: keepNewest,
    ...(group !== undefined && { group }),
    ...(byImage && { of: 'images' }),
  };
}
