import type { RepositoryResult, RunResult, TagResult } from '../model/cleanup-result.ts';
import type { Tag } from '../model/tag.ts';

/** The tags of one repository by what became of them; each list is newest first. */
export interface Tally {
  readonly repository: RepositoryResult;
  /** Deleted by this run, or gone already. */
  readonly deleted: readonly TagResult[];
  readonly expiring: readonly TagResult[];
  readonly failed: readonly TagResult[];
  /** Part of the plan, and not carried out: a dry run, or a run that stopped. */
  readonly pending: readonly TagResult[];
  /** Part of the plan, and kept at the last moment. */
  readonly spared: readonly TagResult[];
  /** Kept by the plan. */
  readonly kept: readonly TagResult[];
  readonly remaining: readonly Tag[];
  /** False where tags were deleted and the list could not be read again. */
  readonly remainingIsCertain: boolean;
}

/** Sorts the tags of every repository by what became of them. */
export function tallyRun(run: RunResult): readonly Tally[] {
  return run.repositories.map((repository) => tallyRepository(run, repository));
}

function tallyRepository(run: RunResult, repository: RepositoryResult): Tally {
  const lists: Record<Fate, TagResult[]> = {
    deleted: [],
    expiring: [],
    failed: [],
    pending: [],
    spared: [],
    kept: [],
  };
  for (const tag of repository.tags) lists[fateOf(tag)].push(tag);
  const attempted = lists.deleted.length + lists.failed.length > 0;
  return {
    repository,
    ...lists,
    remaining: repository.remaining ?? presumablyRemaining(run, repository),
    remainingIsCertain: repository.remaining !== undefined || !attempted || run.mode.kind === 'expire',
  };
}

type Fate = 'deleted' | 'expiring' | 'failed' | 'pending' | 'spared' | 'kept';

function fateOf({ verdict, outcome }: TagResult): Fate {
  if (verdict.kind === 'keep') return 'kept';
  switch (outcome?.kind) {
    case undefined:
    case 'not-attempted':
      return 'pending';
    case 'deleted':
    case 'gone':
      return 'deleted';
    case 'kept':
      return 'spared';
    case 'expiring':
    case 'failed':
      return outcome.kind;
    default:
      return outcome satisfies never;
  }
}

/** What was listed, without what was deleted or, in a dry run, would be. */
function presumablyRemaining(
  { dryRun, mode, stopped, error }: RunResult,
  { tags }: RepositoryResult,
): readonly Tag[] {
  const planIsGone = dryRun && mode.kind === 'delete' && stopped === undefined && error === undefined;
  return tags
    .filter((tag) => {
      const fate = fateOf(tag);
      return fate !== 'deleted' && !(fate === 'pending' && planIsGone);
    })
    .map(({ tag, outcome }) =>
      outcome?.kind === 'expiring' ? { ...tag, expiration: outcome.expiration } : tag,
    );
}

export interface Totals {
  readonly listed: number;
  /** Part of the plan. */
  readonly selected: number;
  readonly deleted: number;
  readonly expiring: number;
  readonly failed: number;
  readonly pending: number;
  readonly remaining: number;
}

/** Counts the tags of the given repositories together. */
export function totalsOf(tallies: readonly Tally[]): Totals {
  const sum = (count: (tally: Tally) => number) => tallies.reduce((total, tally) => total + count(tally), 0);
  return {
    listed: sum(({ repository }) => repository.tags.length),
    selected: sum(({ repository, kept }) => repository.tags.length - kept.length),
    deleted: sum(({ deleted }) => deleted.length),
    expiring: sum(({ expiring }) => expiring.length),
    failed: sum(({ failed }) => failed.length),
    pending: sum(({ pending }) => pending.length),
    remaining: sum(({ remaining }) => remaining.length),
  };
}
