import type { Reason } from '../model/reason.ts';
import type { TagName } from '../model/tag.ts';
import type { Candidate, PatternMatch } from './candidate.ts';

/**
 * The newest of the tags that match and are not excluded, as many as their conditions keep; cosign tags do not count.
 *
 * A number on a line counts among the tags that the line decides on, a number that was given for all lines among those whose
 * line has none of its own; and a line with `{group}` counts each of its groups by itself.
 *
 * @param candidates - newest first
 */
export function newestOf(candidates: readonly Candidate[]): ReadonlySet<TagName> {
  const newest = new Set<TagName>();
  const counts = new Map<string, number>();
  for (const { tag, matches, excludedBy, subject, conditions } of candidates) {
    const [decisive] = matches;
    const { keepNewest = 0 } = conditions;
    if (!decisive || keepNewest === 0 || excludedBy !== undefined || subject !== undefined) continue;
    const among = countedAmong(decisive);
    const count = (counts.get(among) ?? 0) + 1;
    counts.set(among, count);
    if (count <= keepNewest) newest.add(tag.name);
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
  { tag, subject, matches, conditions }: Candidate,
  newest: ReadonlySet<TagName>,
): Reason | undefined {
  const { keepNewest = 0 } = conditions;
  if (keepNewest === 0 || subject !== undefined) return undefined;
  if (tag.lastModified === undefined) return { kind: 'date-unknown', condition: 'keep-n-most-recent' };
  if (!newest.has(tag.name)) return undefined;
  const match = matches[0]?.match;
  const [group] = match?.kind === 'group' ? match.groups : [];
  return { kind: 'among-newest', keep: keepNewest, ...(group === undefined ? {} : { group }) };
}
