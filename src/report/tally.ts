import type { CleanupResult, RepositoryResult, TagResult } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';

/** What a tally sorts tags by. */
export type Status = keyof typeof NONE;

/** Counts of tags by their status. */
export type Counts = Readonly<Record<Status, number>>;

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

/** The status of a tag, by its verdict and its outcome. */
export function statusOf({ verdict, outcome }: TagResult): Status {
  switch (outcome?.kind) {
    case undefined:
    case 'not-attempted':
      return verdict.kind === 'keep' ? 'kept' : 'unprocessed';
    case 'deleted':
    case 'deleted-with-image':
      return 'deleted';
    case 'expiring':
    case 'expiration-removed':
      return 'changed';
    case 'kept':
      return 'keptLate';
    case 'gone':
    case 'failed':
    case 'unknown':
      return outcome.kind;
    default:
      return outcome satisfies never;
  }
}

/** The tags of one repository by their status; each list is newest first. */
export interface RepositoryTally extends Readonly<Record<Status, readonly TagResult[]>> {
  readonly repository: RepositoryResult;
  /** Undefined where the repository could not be listed. */
  readonly remaining: readonly Tag[] | undefined;
  /** False where tags were deleted and the list could not be read again. */
  readonly remainingIsCertain: boolean;
}

export interface Totals extends Counts {
  readonly listed: number;
  /** Tags that the plan deletes, or whose expiration it changes. */
  readonly selected: number;
  /** Those of the deleted tags that Quay deleted with their images. */
  readonly deletedWithImage: number;
  /** Those of the changed tags that expire later than was asked for. */
  readonly expiringLater: number;
  /** Undefined where a repository could not be listed. */
  readonly remaining: number | undefined;
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
  return { run, repositories, totals: totalsOf(repositories), rules: tallyRules(run) };
}

/** Whether the run shows a plan instead of carrying it out. */
export function isPlanOnly({ dryRun, stopped }: CleanupResult): boolean {
  return dryRun || stopped?.kind === 'guard';
}

/** How many tags a run deletes or changes, or would if it only plans. */
export function doneIn(run: CleanupResult, { deleted, changed, unprocessed }: Counts): number {
  return isPlanOnly(run) ? unprocessed : deleted + changed;
}

function tallyRepository(run: CleanupResult, repository: RepositoryResult): RepositoryTally {
  const lists: Record<Status, TagResult[]> = {
    deleted: [],
    gone: [],
    changed: [],
    failed: [],
    unknown: [],
    unprocessed: [],
    keptLate: [],
    kept: [],
  };
  for (const tag of repository.tags) lists[statusOf(tag)].push(tag);
  const { deleted, gone, failed, unknown } = lists;
  const wasAttempted = deleted.length + gone.length + failed.length + unknown.length > 0;
  return {
    repository,
    ...lists,
    remaining: repository.remaining ?? presumablyRemaining(run, repository),
    remainingIsCertain: repository.remaining !== undefined || !wasAttempted || run.mode.kind !== 'delete',
  };
}

/** What was listed, without what is known to be deleted or, in a dry run, would be. */
function presumablyRemaining(
  { dryRun, mode, stopped, error }: CleanupResult,
  { listed, tags }: RepositoryResult,
): readonly Tag[] | undefined {
  if (tags.length === 0) return listed;
  const planIsGone = dryRun && mode.kind === 'delete' && stopped === undefined && error === undefined;
  return tags
    .filter((tag) => {
      const status = statusOf(tag);
      return status !== 'deleted' && status !== 'gone' && !(status === 'unprocessed' && planIsGone);
    })
    .map(withExpiration);
}

function withExpiration({ tag, outcome }: TagResult): Tag {
  if (outcome?.kind === 'expiring') return { ...tag, expiration: outcome.expiration };
  if (outcome?.kind !== 'expiration-removed') return tag;
  const { expiration: _, ...rest } = tag;
  return rest;
}

/** Counts the tags of the given repositories together. */
export function totalsOf(repositories: readonly RepositoryTally[]): Totals {
  const totals = { ...NONE, listed: 0, selected: 0, deletedWithImage: 0, expiringLater: 0 };
  for (const tally of repositories) {
    const { listed, tags } = tally.repository;
    for (const status of STATUSES) totals[status] += tally[status].length;
    totals.listed += listed?.length ?? tags.length;
    totals.selected += count(tags, ({ verdict }) => verdict.kind === 'delete');
    totals.deletedWithImage += count(tally.deleted, ({ outcome }) => outcome?.kind === 'deleted-with-image');
    totals.expiringLater += count(
      tally.changed,
      ({ outcome }) => outcome?.kind === 'expiring' && outcome.isLater,
    );
  }
  const isKnown = repositories.every(({ remaining }) => remaining !== undefined);
  const remaining = repositories.reduce((sum, tally) => sum + (tally.remaining?.length ?? 0), 0);
  return { ...totals, remaining: isKnown ? remaining : undefined };
}

const STATUSES = Object.keys(NONE) as readonly Status[];

function count(tags: readonly TagResult[], which: (tag: TagResult) => boolean): number {
  return tags.reduce((total, tag) => total + (which(tag) ? 1 : 0), 0);
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

/** The rules with what they met; a result and a plan both hold it. */
export interface RuledTags {
  readonly rules?: readonly string[];
  readonly repositories: readonly Pick<RepositoryResult, 'tags' | 'matches'>[];
}

/** Counts the tags of each rule; nothing where there is only one, or no plan stands. */
export function tallyRules({ rules = [], repositories }: RuledTags): readonly RuleTally[] {
  const planned = repositories.filter(({ matches }) => matches !== undefined);
  if (planned.length === 0 || rules.length === 0) return [];
  const byRule = new Map<string | undefined, Record<Status, number>>();
  for (const tag of planned.flatMap(({ tags }) => tags)) {
    const counts = byRule.get(tag.rule) ?? { ...NONE };
    counts[statusOf(tag)] += 1;
    byRule.set(tag.rule, counts);
  }
  const tallies = rules.map((rule, index): RuleTally => {
    const matches = planned.reduce((sum, repository) => sum + (repository.matches?.[index] ?? 0), 0);
    const counts = byRule.get(rule) ?? NONE;
    // Of two equal lines the first decides.
    byRule.delete(rule);
    return { rule, matches, counts, decidedEarlier: matches - sumOf(counts) };
  });
  const counts = { ...(byRule.get(undefined) ?? NONE), kept: 0 };
  return sumOf(counts) === 0 ? tallies : [...tallies, { matches: 0, counts, decidedEarlier: 0 }];
}

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, number) => sum + number, 0);
}
