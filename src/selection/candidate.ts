import type { Reason } from '../model/reason.ts';
import type { Tag } from '../model/tag.ts';
import { conditionsOf } from './conditions.ts';
import { subjectOf } from './cosign-tag.ts';
import type { Match } from './patterns/pattern.ts';
import type { Conditions, Rule } from './rule.ts';
import type { Rules } from './rules.ts';

/** A line whose pattern matches a name, with what it says of it. */
export interface PatternMatch {
  readonly pattern: Rule;
  readonly match: Match;
}

/** A tag with what the patterns say of its name. */
export interface Candidate {
  readonly tag: Tag;
  /** The digest of the image that a cosign tag belongs to; absent for any other tag. */
  readonly subject?: string;
  /** In the order of the lines: the first one decides. */
  readonly matches: readonly PatternMatch[];
  /** Those of the line that decides, or of the inputs where none matches. */
  readonly conditions: Conditions;
  /** Whether only wildcards match, which take no cosign tags. */
  readonly onlyByWildcard: boolean;
  /** The first exclusion that matches. */
  readonly excludedBy?: string;
}

const NO_MATCHES: readonly PatternMatch[] = [];

/** @throws InvalidInputError for a pattern that backtracks without end */
export function readCandidates(tags: readonly Tag[], rules: Rules): readonly Candidate[] {
  const names = tags.map(({ name }) => name);
  const wanted = matchesByName(names, rules.tags);
  const unwanted = rules.exclude.map((pattern) => ({ pattern, found: pattern.match(names) }));
  const conditions = new Map(rules.tags.map((rule) => [rule, conditionsOf(rule, rules)]));
  const general = conditionsOf(undefined, rules);
  return tags.map((tag, index): Candidate => {
    const subject = subjectOf(tag.name);
    const all = wanted[index] ?? NO_MATCHES;
    const matches = subject === undefined ? all : all.filter(({ pattern }) => pattern.takesCosignTags);
    const [first] = matches;
    const exclusion = unwanted.find(({ found }) => found[index] !== undefined);
    return {
      tag,
      matches,
      conditions: (first && conditions.get(first.pattern)) ?? general,
      onlyByWildcard: !first && all.length > 0,
      ...(subject === undefined ? {} : { subject }),
      ...(exclusion ? { excludedBy: exclusion.pattern.text } : {}),
    };
  });
}

/** For each name the lines that match it, in their order; undefined where none does. One line after the other: names are many. */
function matchesByName(
  names: readonly string[],
  rules: readonly Rule[],
): readonly (readonly PatternMatch[] | undefined)[] {
  const all: (PatternMatch[] | undefined)[] = names.map(() => undefined);
  for (const pattern of rules) {
    const found = pattern.match(names);
    for (let index = 0; index < names.length; index += 1) {
      const match = found[index];
      if (!match) continue;
      const matches = all[index] ?? [];
      matches.push({ pattern, match });
      all[index] = matches;
    }
  }
  return all;
}

/** What no condition can overrule. */
export function protectionOf({ tag, excludedBy }: Candidate): Reason | undefined {
  if (excludedBy !== undefined) return { kind: 'excluded', pattern: excludedBy };
  return tag.immutable ? { kind: 'immutable' } : undefined;
}

/** How many tags the pattern of each line takes. */
export function countMatches(candidates: readonly Candidate[], rules: readonly Rule[]): readonly number[] {
  const counts = new Map<Rule, number>(rules.map((rule) => [rule, 0]));
  for (const { matches } of candidates)
    for (const { pattern } of matches) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  return [...counts.values()];
}
