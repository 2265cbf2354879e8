import { present } from '../model/json.ts';
import {
  type CleanupResult,
  isSelected,
  type Outcome,
  type RepositoryResult,
  type TagResult,
} from '../model/result.ts';
import type { Tag } from '../model/tag.ts';

const NONE = {
  /** Deleted by this run, or by Quay with an image of this run's. */
  deleted: 0,
  /** Gone already when their turn came. */
  gone: 0,
  /** Their expiration was set, or taken away. */
  changed: 0,
  failed: 0,
  /** Nobody knows whether they were deleted or changed. */
  unknown: 0,
  /** Selected, and not processed: a dry run, or a run that stopped. */
  unprocessed: 0,
  /** Selected, and kept at the last moment. */
  keptLate: 0,
  /** Kept by the plan. */
  kept: 0,
};

/** What a tally sorts tags by. */
type Status = keyof typeof NONE;

/** Counts of tags by their status. */
export type Counts = Readonly<typeof NONE>;

const NOTHING = {
  ...NONE,
  listed: 0,
  /** Tags that the plan deletes, or whose expiration it changes. */
  selected: 0,
  /** Those of the deleted tags that Quay deleted with their images. */
  deletedWithImage: 0,
  /** Those of the changed tags that expire later than was asked for. */
  expiringLater: 0,
};

interface Totals extends Readonly<typeof NOTHING> {
  /** Undefined where a repository could not be listed. */
  readonly remaining: number | undefined;
}

const STATUS = {
  deleted: 'deleted',
  'deleted-with-image': 'deleted',
  gone: 'gone',
  expiring: 'changed',
  'expiration-removed': 'changed',
  kept: 'keptLate',
  failed: 'failed',
  unknown: 'unknown',
} as const satisfies Record<Exclude<Outcome['kind'], 'not-attempted'>, Status>;

/** The status of a tag, by its verdict and its outcome. */
export function statusOf({ verdict, outcome }: TagResult): Status {
  if (outcome && outcome.kind !== 'not-attempted') return STATUS[outcome.kind];
  return verdict.kind === 'keep' ? 'kept' : 'unprocessed';
}

/** When the tag expires after what this run did, in Unix seconds. */
export function expirationOf({ tag, outcome }: TagResult): number | undefined {
  if (outcome?.kind === 'expiring') return outcome.expiration;
  return outcome?.kind === 'expiration-removed' ? undefined : tag.expiration;
}

export interface RepositoryTally {
  readonly repository: RepositoryResult;
  /** The tags by their status, newest first; what no tag has is absent. */
  readonly by: Readonly<Partial<Record<Status, readonly TagResult[]>>>;
  readonly totals: Totals;
  /** Undefined where the repository could not be listed. */
  readonly remaining: readonly Tag[] | undefined;
  /** False where tags were deleted and the list could not be read again. */
  readonly remainingIsCertain: boolean;
}

/** A run with its tags sorted and counted; made once, and passed on to everything that reports the run. */
export interface Tally {
  readonly run: CleanupResult;
  readonly repositories: readonly RepositoryTally[];
  readonly totals: Totals;
  /** The rules in their order; empty where there is only one. */
  readonly rules: readonly RuleTally[];
}

/** Sorts the tags of every repository by their status, and counts them. */
export function tallyCleanup(run: CleanupResult): Tally {
  const repositories = run.repositories.map((repository) => tallyRepository(run, repository));
  const totals = { ...NOTHING };
  for (const key of Object.keys(NOTHING) as (keyof typeof NOTHING)[])
    totals[key] = sumOf(repositories, (tally) => tally.totals[key]);
  const isKnown = repositories.every(({ remaining }) => remaining !== undefined);
  const remaining = isKnown ? sumOf(repositories, (tally) => tally.remaining?.length ?? 0) : undefined;
  return { run, repositories, totals: { ...totals, remaining }, rules: tallyRules(run) };
}

function tallyRepository(run: CleanupResult, repository: RepositoryResult): RepositoryTally {
  const { tags, listed = tags } = repository;
  const remaining = repository.remaining ?? presumablyRemaining(run, repository);
  const totals = { ...NOTHING, listed: listed.length, remaining: remaining?.length };
  for (const tag of tags) {
    const { outcome } = tag;
    totals[statusOf(tag)] += 1;
    if (isSelected(tag)) totals.selected += 1;
    if (outcome?.kind === 'deleted-with-image') totals.deletedWithImage += 1;
    if (outcome?.kind === 'expiring' && outcome.isLater) totals.expiringLater += 1;
  }
  const wasAttempted = totals.deleted + totals.gone + totals.failed + totals.unknown > 0;
  return {
    repository,
    by: Object.groupBy(tags, statusOf),
    totals,
    remaining,
    remainingIsCertain: repository.remaining !== undefined || !wasAttempted || run.mode.kind !== 'delete',
  };
}

export function sumOf<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

/** Whether the run shows a plan instead of carrying it out. */
export function isPlanOnly({ dryRun, stopped }: CleanupResult): boolean {
  return dryRun || stopped?.kind === 'guard';
}

/** How many tags a run deletes or changes, or would if it only plans. */
export function doneIn(run: CleanupResult, { deleted, changed, unprocessed }: Counts): number {
  return isPlanOnly(run) ? unprocessed : deleted + changed;
}

/** What was listed, without what is known to be deleted or, in a dry run, would be. */
function presumablyRemaining(
  { dryRun, mode, stopped, error }: CleanupResult,
  { listed, tags }: RepositoryResult,
): readonly Tag[] | undefined {
  if (tags.length === 0) return listed;
  const planIsGone = dryRun && mode.kind === 'delete' && stopped === undefined && error === undefined;
  const gone: readonly Status[] = ['deleted', 'gone', ...(planIsGone ? (['unprocessed'] as const) : [])];
  return tags
    .filter((tag) => !gone.includes(statusOf(tag)))
    .map((result) => {
      const { tag } = result;
      const expiration = expirationOf(result);
      return expiration === tag.expiration ? tag : present({ ...tag, expiration });
    });
}

/** What became of the tags of one rule, in all repositories together. */
export interface RuleTally {
  /** The line of `tags`; absent for the tags that went without a rule, as signatures can. */
  readonly rule?: string;
  /** How many tags its pattern matches. */
  readonly matches: number;
  /** The tags that it decides on. */
  readonly counts: Counts;
  /** How many of its matches an earlier rule decides on. */
  readonly decidedEarlier: number;
}

/** Counts the tags of each rule; nothing where there is only one, or no plan stands. A result and a plan both hold what it takes. */
export function tallyRules({
  rules = [],
  repositories,
}: {
  readonly rules?: readonly string[];
  readonly repositories: readonly Pick<RepositoryResult, 'tags' | 'matches'>[];
}): readonly RuleTally[] {
  const planned = repositories.filter(({ matches }) => matches !== undefined);
  if (planned.length === 0 || rules.length === 0) return [];
  const byRule = new Map(rules.map((rule) => [rule, { ...NONE }]));
  const unruled = { ...NONE };
  for (const { tags } of planned) {
    for (const tag of tags) {
      const counts = tag.rule === undefined ? unruled : byRule.get(tag.rule);
      if (counts) counts[statusOf(tag)] += 1;
    }
  }
  const tallies = rules.map((rule, index): RuleTally => {
    const matches = sumOf(planned, (repository) => repository.matches?.[index] ?? 0);
    const counts = byRule.get(rule) ?? NONE;
    // Of two equal lines the first decides.
    byRule.delete(rule);
    return { rule, matches, counts, decidedEarlier: matches - allOf(counts) };
  });
  const counts = { ...unruled, kept: 0 };
  return allOf(counts) === 0 ? tallies : [...tallies, { matches: 0, counts, decidedEarlier: 0 }];
}

function allOf(counts: Counts): number {
  return sumOf(Object.values(counts), (count) => count);
}
