import type { CleanupResult, RepositoryResult, TagResult } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { type Fate, fateOf } from './fate.ts';
import { type RuleTally, tallyRules } from './rule-tally.ts';

/** The tags of one repository by what became of them; each list is newest first. */
export interface RepositoryTally {
  readonly repository: RepositoryResult;
  /** Deleted by this run, by Quay with their images, or gone already. */
  readonly deleted: readonly TagResult[];
  readonly expiring: readonly TagResult[];
  readonly failed: readonly TagResult[];
  /** Asked to be deleted, without an answer. */
  readonly unknown: readonly TagResult[];
  /** Selected, and not processed: a dry run, or a run that stopped. */
  readonly unprocessed: readonly TagResult[];
  /** Selected, and kept at the last moment. */
  readonly keptLate: readonly TagResult[];
  /** Kept by the plan. */
  readonly kept: readonly TagResult[];
  /** Undefined where the repository could not be listed. */
  readonly remaining: readonly Tag[] | undefined;
  /** False where tags were deleted and the list could not be read again. */
  readonly remainingIsCertain: boolean;
}

export interface Totals {
  readonly listed: number;
  /** Tags that the plan deletes or lets expire. */
  readonly selected: number;
  readonly deleted: number;
  /** Those of them that Quay deleted with their images. */
  readonly deletedWithImage: number;
  /** Those of them that had to be kept, and could not be restored. */
  readonly lost: number;
  /** Deleted by Quay with their images, and restored. */
  readonly restored: number;
  readonly expiring: number;
  /** Those of them that expire later than was asked for. */
  readonly expiringLater: number;
  readonly failed: number;
  readonly unknown: number;
  readonly unprocessed: number;
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

/** Sorts the tags of every repository by what became of them, and counts them. */
export function tallyCleanup(run: CleanupResult): Tally {
  const repositories = run.repositories.map((repository) => tallyRepository(run, repository));
  return { run, repositories, totals: totalsOf(repositories), rules: tallyRules(run) };
}

function tallyRepository(run: CleanupResult, repository: RepositoryResult): RepositoryTally {
  const lists: Record<Fate, TagResult[]> = {
    deleted: [],
    expiring: [],
    failed: [],
    unknown: [],
    unprocessed: [],
    keptLate: [],
    kept: [],
  };
  for (const tag of repository.tags) lists[fateOf(tag)].push(tag);
  const attempted = lists.deleted.length + lists.failed.length + lists.unknown.length > 0;
  return {
    repository,
    ...lists,
    remaining: repository.remaining ?? presumablyRemaining(run, repository),
    remainingIsCertain: repository.remaining !== undefined || !attempted || run.mode.kind === 'expire',
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
      const fate = fateOf(tag);
      return fate !== 'deleted' && !(fate === 'unprocessed' && planIsGone);
    })
    .map(({ tag, outcome }) =>
      outcome?.kind === 'expiring' ? { ...tag, expiration: outcome.expiration } : tag,
    );
}

/** Counts the tags of the given repositories together. */
export function totalsOf(repositories: readonly RepositoryTally[]): Totals {
  const sum = (count: (tally: RepositoryTally) => number) =>
    repositories.reduce((total, tally) => total + count(tally), 0);
  const isKnown = repositories.every(({ remaining }) => remaining !== undefined);
  return {
    listed: sum(({ repository }) => repository.listed?.length ?? repository.tags.length),
    selected: sum(({ repository }) => count(repository.tags, ({ verdict }) => verdict.kind === 'delete')),
    deleted: sum(({ deleted }) => deleted.length),
    deletedWithImage: sum(({ deleted }) =>
      count(deleted, ({ outcome }) => outcome?.kind === 'deleted-with-image'),
    ),
    lost: sum(({ deleted }) =>
      count(deleted, ({ outcome }) => outcome?.kind === 'deleted-with-image' && outcome.error !== undefined),
    ),
    restored: sum(({ kept }) => count(kept, ({ outcome }) => outcome?.kind === 'restored')),
    expiring: sum(({ expiring }) => expiring.length),
    expiringLater: sum(({ expiring }) =>
      count(expiring, ({ outcome }) => outcome?.kind === 'expiring' && outcome.isLater),
    ),
    failed: sum(({ failed }) => failed.length),
    unknown: sum(({ unknown }) => unknown.length),
    unprocessed: sum(({ unprocessed }) => unprocessed.length),
    remaining: isKnown ? sum(({ remaining }) => remaining?.length ?? 0) : undefined,
  };
}

function count(tags: readonly TagResult[], which: (tag: TagResult) => boolean): number {
  return tags.reduce((total, tag) => total + (which(tag) ? 1 : 0), 0);
}
