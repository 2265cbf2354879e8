import type { CleanupResult } from '../../model/result.ts';
import { isPlanOnly } from '../describe-cleanup.ts';
import { formatCount, formatSize } from '../format.ts';
import { shareBar } from '../markdown/bar.ts';
import { escapeText, link, type Markdown } from '../markdown/escape.ts';
import type { Block } from '../markdown/page.ts';
import { type Column, makeTable } from '../markdown/table.ts';
import type { Totals } from '../tally.ts';
import type { FreedSpace } from './freed-space.ts';
import { repositoryPage } from './quay-page.ts';
import { type RepositoryRow, sharesOf } from './repository-rows.ts';

/** The totals: one row for each repository, which a single repository's row need not name. */
export function totalsTable(run: CleanupResult, rows: readonly RepositoryRow[]): readonly Block[] {
  if (rows.length === 0) return [];
  const columns =
    run.repositories.length === 1
      ? countColumns(run)
      : [repositoryColumn(run), shareColumn(rows), ...countColumns(run)];
  return [
    { table: makeTable(rows, columns, 'repository'), priority: 'totals' },
    '\n',
    ...(rows.some((row) => holdsSpace(run, row)) ? [SPACE_IS_HELD] : []),
  ];
}

const SPACE_IS_HELD =
  "Deleted tags take up space until the time machine's window is over; until then they can be restored.\n\n";

/** Whether space is shown that is not free yet. */
function holdsSpace(run: CleanupResult, { tally, space, knowsSizes }: RepositoryRow): boolean {
  if (run.mode.kind === 'expire' || tally.repository.restorableFor === 0 || !knowsSizes) return false;
  return space.bytes + space.unknown > 0;
}

function repositoryColumn({ registryUrl }: CleanupResult): Column<RepositoryRow> {
  return {
    title: 'Repository',
    cell: ({ tally: { repository } }) =>
      link(escapeText(repository.repository), repositoryPage(registryUrl, repository.repository)),
  };
}

/** A bar for a smaller share shows nothing, and in a page of thousands takes the room of rows. */
const SMALLEST_SHARE = 0.01;

/** Beside the name, where a narrow screen shows it too. */
function shareColumn(rows: readonly RepositoryRow[]): Column<RepositoryRow> {
  const { of, share } = sharesOf(rows);
  return {
    title: `Share of ${of}`,
    cell: (row) => (share(row) < SMALLEST_SHARE ? '' : shareBar(share(row))),
    onlyIf: (row) => rows.length > 1 && share(row) >= SMALLEST_SHARE,
  };
}

function countColumns(run: CleanupResult): readonly Column<RepositoryRow>[] {
  const count = (title: string, of: (totals: Totals) => number | undefined): Column<RepositoryRow> => ({
    title,
    align: 'right',
    cell: ({ totals }) => {
      const number = of(totals);
      return number === undefined ? 'unknown' : formatCount(number);
    },
  });
  const failed = count('Failed', (totals) => totals.failed);
  const unknown = count('Outcome unknown', (totals) => totals.unknown);
  return [
    count('Listed', ({ listed }) => listed),
    { title: doneTitle(run), align: 'right', cell: ({ done }) => formatCount(done) },
    { ...failed, onlyIf: ({ totals }) => totals.failed > 0 },
    { ...unknown, onlyIf: ({ totals }) => totals.unknown > 0 },
    count(run.dryRun ? 'Would remain' : 'Remaining', ({ remaining }) => remaining),
    {
      title: 'Frees up to',
      align: 'right',
      cell: ({ space }) => spaceCell(space),
      onlyIf: ({ knowsSizes }) => knowsSizes,
    },
  ];
}

/** What a table calls the tags that are deleted or expire. */
export function doneTitle(run: CleanupResult): string {
  if (isPlanOnly(run)) return `Would ${run.mode.kind}`;
  return run.mode.kind === 'delete' ? 'Deleted' : 'Expiring';
}

function spaceCell({ bytes, unknown }: FreedSpace): Markdown {
  if (unknown === 0) return formatSize(bytes);
  return [...(bytes > 0 ? [formatSize(bytes)] : []), `${formatCount(unknown)} unknown`].join(' + ');
}
