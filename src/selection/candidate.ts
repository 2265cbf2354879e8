import type { Tag, TagName } from '../model/tag.ts';
import type { Match, Pattern } from './patterns/pattern.ts';
import type { Patterns } from './rules.ts';

/** A pattern that matches a name, with what it says of it. */
export interface PatternMatch {
  readonly pattern: Pattern;
  readonly match: Match;
}

/** A tag with what the patterns say of its name. */
export interface Candidate {
  readonly tag: Tag;
  readonly matches: readonly PatternMatch[];
  /** The first exclusion that matches. */
  readonly excludedBy?: string;
}

/** @throws InvalidInputError for a pattern that backtracks without end */
export function readCandidates(tags: readonly Tag[], patterns: Patterns): readonly Candidate[] {
  const names = tags.map(({ name }) => name);
  const wanted = patterns.tags.map((pattern) => ({ pattern, found: pattern.match(names) }));
  const unwanted = patterns.exclude.map((pattern) => ({ pattern, found: pattern.match(names) }));
  return tags.map((tag, index) => {
    const matches: PatternMatch[] = [];
    for (const { pattern, found } of wanted) {
      const match = found[index];
      if (match) matches.push({ pattern, match });
    }
    const exclusion = unwanted.find(({ found }) => found[index] !== undefined);
    return exclusion ? { tag, matches, excludedBy: exclusion.pattern.text } : { tag, matches };
  });
}

/**
 * The newest of the tags that match and are not excluded.
 *
 * @param candidates - newest first
 */
export function newestOf(candidates: readonly Candidate[], count: number): ReadonlySet<TagName> {
  const counted = candidates.filter(
    ({ matches, excludedBy }) => matches.length > 0 && excludedBy === undefined,
  );
  return new Set(counted.slice(0, count).map(({ tag }) => tag.name));
}
