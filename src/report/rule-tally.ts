import type { RepositoryResult } from '../model/result.ts';
import { type Fate, fateOf } from './fate.ts';

/** What became of the tags of one rule, in all repositories together. */
export interface RuleTally {
  /** The line of `tags`; absent for the tags that went without a rule, as signatures can. */
  readonly rule?: string;
  /** How many tags its pattern matches. */
  readonly matches: number;
  /** The tags that it decides on, by what became of them. */
  readonly fates: Readonly<Record<Fate, number>>;
  /** How many of its matches an earlier rule decides on. */
  readonly leftToEarlier: number;
}

const NONE: RuleTally['fates'] = {
  deleted: 0,
  expiring: 0,
  failed: 0,
  unknown: 0,
  unprocessed: 0,
  keptLate: 0,
  kept: 0,
};

/** The rules with what they met; a result and a plan both hold it. */
export interface RuledTags {
  readonly rules?: readonly string[];
  readonly repositories: readonly Pick<RepositoryResult, 'tags' | 'matches'>[];
}

/** Counts the tags of each rule; nothing where there is only one, or no plan stands. */
export function tallyRules({ rules = [], repositories }: RuledTags): readonly RuleTally[] {
  const planned = repositories.filter(({ matches }) => matches !== undefined);
  if (planned.length === 0 || rules.length === 0) return [];
  const counts = new Map(countFates(planned));
  const tallies = rules.map((rule, index): RuleTally => {
    const matches = planned.reduce((sum, repository) => sum + (repository.matches?.[index] ?? 0), 0);
    const fates = counts.get(rule) ?? NONE;
    // Of two equal lines the first decides.
    counts.delete(rule);
    return { rule, matches, fates, leftToEarlier: matches - sumOf(fates) };
  });
  const { kept: _, ...gone } = counts.get(undefined) ?? NONE;
  const fates = { ...gone, kept: 0 };
  return sumOf(fates) === 0 ? tallies : [...tallies, { matches: 0, fates, leftToEarlier: 0 }];
}

function countFates(
  repositories: RuledTags['repositories'],
): ReadonlyMap<string | undefined, RuleTally['fates']> {
  const counts = new Map<string | undefined, Record<Fate, number>>();
  for (const { tags } of repositories) {
    for (const tag of tags) {
      const fates = counts.get(tag.rule) ?? { ...NONE };
      fates[fateOf(tag)] += 1;
      counts.set(tag.rule, fates);
    }
  }
  return counts;
}

function sumOf(fates: RuleTally['fates']): number {
  return Object.values(fates).reduce((sum, count) => sum + count, 0);
}
