import type { Reason } from '../model/reason.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { subjectOf } from './cosign-tag.ts';
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
  /** The digest of the image that a cosign tag belongs to; absent for any other tag. */
  readonly subject?: string;
  readonly matches: readonly PatternMatch[];
  /** Whether only wildcards match, which take no cosign tags. */
  readonly onlyByWildcard: boolean;
  /** The first exclusion that matches. */
  readonly excludedBy?: string;
}

/** @throws InvalidInputError for a pattern that backtracks without end */
export function readCandidates(tags: readonly Tag[], patterns: Patterns): readonly Candidate[] {
  const names = tags.map(({ name }) => name);
  const wanted = patterns.tags.map((pattern) => ({ pattern, found: pattern.match(names) }));
  const unwanted = patterns.exclude.map((pattern) => ({ pattern, found: pattern.match(names) }));
  return tags.map((tag, index): Candidate => {
    const subject = subjectOf(tag.name);
    const all: PatternMatch[] = [];
    for (const { pattern, found } of wanted) {
      const match = found[index];
      if (match) all.push({ pattern, match });
    }
    const matches = subject === undefined ? all : all.filter(({ pattern }) => pattern.takesCosignTags);
    const exclusion = unwanted.find(({ found }) => found[index] !== undefined);
    return {
      tag,
      matches,
      onlyByWildcard: matches.length === 0 && all.length > 0,
      ...(subject === undefined ? {} : { subject }),
      ...(exclusion ? { excludedBy: exclusion.pattern.text } : {}),
    };
  });
}

/** What no condition can overrule. */
export function protectionOf({ tag, excludedBy }: Candidate): Reason | undefined {
  if (excludedBy !== undefined) return { kind: 'excluded', pattern: excludedBy };
  return tag.immutable ? { kind: 'immutable' } : undefined;
}

/**
 * The newest of the tags that match and are not excluded; cosign tags do not count.
 *
 * @param candidates - newest first
 */
export function newestOf(candidates: readonly Candidate[], count: number): ReadonlySet<TagName> {
  const counted = candidates.filter(
    ({ matches, excludedBy, subject }) =>
      matches.length > 0 && excludedBy === undefined && subject === undefined,
  );
  return new Set(counted.slice(0, count).map(({ tag }) => tag.name));
}
