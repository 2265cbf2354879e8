import type { CleanupResult } from '../../model/result.ts';
import { isPlanOnly } from '../describe-cleanup.ts';
import { type RepositoryTally, type Totals, totalsOf } from '../tally.ts';
import { type FreedSpace, freedSpace } from './freed-space.ts';

/** What the totals table says of one repository. */
export interface RepositoryRow {
  readonly tally: RepositoryTally;
  readonly totals: Totals;
  /** How many tags are deleted or expire, or would in a run that only plans. */
  readonly done: number;
  readonly space: FreedSpace;
  readonly knowsSizes: boolean;
}

/** A row for each repository that was listed: those that free most first, then those that lose most tags. */
export function repositoryRows(
  run: CleanupResult,
  repositories: readonly RepositoryTally[],
): readonly RepositoryRow[] {
  return repositories
    .filter(({ repository }) => repository.error === undefined || repository.tags.length > 0)
    .map((tally) => rowOf(run, tally))
    .toSorted(
      (one, other) => other.space.bytes - one.space.bytes || other.done - one.done || byName(one, other),
    );
}

function byName({ tally: one }: RepositoryRow, { tally: other }: RepositoryRow): number {
  return one.repository.repository < other.repository.repository ? -1 : 1;
}

function rowOf(run: CleanupResult, tally: RepositoryTally): RepositoryRow {
  const totals = totalsOf([tally]);
  return {
    tally,
    totals,
    done: doneIn(run, totals),
    space: freedBy(run, tally),
    knowsSizes: knowsSizes(tally),
  };
}

/** How many tags a run deletes or lets expire, or would if it only plans. */
export function doneIn(
  run: CleanupResult,
  { deleted, expiring, unprocessed }: Pick<Totals, 'deleted' | 'expiring' | 'unprocessed'>,
): number {
  return isPlanOnly(run) ? unprocessed : deleted + expiring;
}

function knowsSizes({ repository: { tags } }: RepositoryTally): boolean {
  return tags.some(({ tag }) => tag.size !== undefined || tag.multiArch);
}

function freedBy(
  run: CleanupResult,
  { deleted, expiring, unprocessed, remaining }: RepositoryTally,
): FreedSpace {
  const ours = deleted.filter(({ outcome }) => outcome?.kind !== 'gone');
  const selected = [...ours, ...expiring, ...(isPlanOnly(run) ? unprocessed : [])].map(({ tag }) => tag);
  return freedSpace(selected, remaining ?? []);
}

/** What part each row has of what the run frees: of the space, or of the tags where no space is known. */
export interface Shares {
  readonly of: 'space' | 'tags';
  readonly share: (row: RepositoryRow) => number;
}

export function sharesOf(rows: readonly RepositoryRow[]): Shares {
  const total = (amount: (row: RepositoryRow) => number) => rows.reduce((sum, row) => sum + amount(row), 0);
  const bytes = total(({ space }) => space.bytes);
  if (bytes > 0) return { of: 'space', share: ({ space }) => space.bytes / bytes };
  const tags = total(({ done }) => done);
  return { of: 'tags', share: ({ done }) => (tags === 0 ? 0 : done / tags) };
}
