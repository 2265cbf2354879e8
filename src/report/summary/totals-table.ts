import type { CleanupResult } from '../../model/cleanup-result.ts';
import { isPlanOnly } from '../describe-cleanup.ts';
import { formatCount, formatSize } from '../format.ts';
import { escapeText, link, type Markdown } from '../markdown/escape.ts';
import type { Block } from '../markdown/page.ts';
import { type Column, makeTable } from '../markdown/table.ts';
import { type RepositoryTally, type Tally, type Totals, totalsOf } from '../tally.ts';
import { type FreedSpace, freedSpace } from './freed-space.ts';
import { repositoryPage } from './quay-page.ts';

/** The totals: one row for each repository, which a single repository's row need not name. */
export function totalsTable({ run, repositories }: Tally): readonly Block[] {
  const listed = repositories.filter(
    ({ repository }) => repository.error === undefined || repository.tags.length > 0,
  );
  if (listed.length === 0) return [];
  const columns =
    run.repositories.length === 1 ? countColumns(run) : [repositoryColumn(run), ...countColumns(run)];
  return [
    { table: makeTable(listed, columns, 'repository'), priority: 'totals' },
    '\n',
    ...(listed.some((tally) => holdsSpace(run, tally)) ? [SPACE_IS_HELD] : []),
  ];
}

const SPACE_IS_HELD =
  "Deleted tags take up space until the time machine's window is over; until then they can be restored.\n\n";

/** Whether space is shown that is not free yet. */
function holdsSpace(run: CleanupResult, tally: RepositoryTally): boolean {
  const { repository } = tally;
  if (run.mode.kind === 'expire' || repository.restorableFor === 0 || !knowsSizes(repository.tags))
    return false;
  const { bytes, unknown } = freedBy(tally, isPlanOnly(run));
  return bytes + unknown > 0;
}

function repositoryColumn({ registryUrl }: CleanupResult): Column<RepositoryTally> {
  return {
    title: 'Repository',
    cell: ({ repository: { repository } }) =>
      link(escapeText(repository), repositoryPage(registryUrl, repository)),
  };
}

function countColumns(run: CleanupResult): readonly Column<RepositoryTally>[] {
  const planOnly = isPlanOnly(run);
  const count = (title: string, of: (totals: Totals) => number | undefined): Column<RepositoryTally> => ({
    title,
    align: 'right',
    cell: (tally) => {
      const number = of(totalsOf([tally]));
      return number === undefined ? 'unknown' : formatCount(number);
    },
  });
  const failed = count('Failed', (totals) => totals.failed);
  const unknown = count('Outcome unknown', (totals) => totals.unknown);
  return [
    count('Listed', ({ listed }) => listed),
    planOnly
      ? count(`Would ${run.mode.kind}`, ({ unprocessed }) => unprocessed)
      : count(
          run.mode.kind === 'delete' ? 'Deleted' : 'Expiring',
          ({ deleted, expiring }) => deleted + expiring,
        ),
    { ...failed, onlyIf: (tally) => tally.failed.length > 0 },
    { ...unknown, onlyIf: (tally) => tally.unknown.length > 0 },
    count(run.dryRun ? 'Would remain' : 'Remaining', ({ remaining }) => remaining),
    {
      title: 'Frees up to',
      align: 'right',
      cell: (tally) => spaceCell(tally, planOnly),
      onlyIf: ({ repository }) => knowsSizes(repository.tags),
    },
  ];
}

function knowsSizes(tags: RepositoryTally['repository']['tags']): boolean {
  return tags.some(({ tag }) => tag.size !== undefined || tag.multiArch);
}

function freedBy(
  { deleted, expiring, unprocessed, remaining }: RepositoryTally,
  planOnly: boolean,
): FreedSpace {
  const ours = deleted.filter(({ outcome }) => outcome?.kind !== 'gone');
  const selected = [...ours, ...expiring, ...(planOnly ? unprocessed : [])].map(({ tag }) => tag);
  return freedSpace(selected, remaining ?? []);
}

function spaceCell(tally: RepositoryTally, planOnly: boolean): Markdown {
  const { bytes, unknown } = freedBy(tally, planOnly);
  if (unknown === 0) return formatSize(bytes);
  return [...(bytes > 0 ? [formatSize(bytes)] : []), `${formatCount(unknown)} unknown`].join(' + ');
}
