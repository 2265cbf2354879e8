import type { CleanupResult } from '../model/result.ts';
import { clip, formatCount, formatSize, sizeOf } from './format.ts';
import { code, linkToRepository, shareBar } from './markdown.ts';
import { type Block, CELL_LENGTH, type Column, countColumn, makeTable } from './page.ts';
import { MODE_WORDS } from './sentences.ts';
import {
  type Counts,
  doneIn,
  isPlanOnly,
  type RepositoryTally,
  type RuleTally,
  sumOf,
  type Tally,
} from './tally.ts';

/** What the totals table says of one repository. */
export type RepositoryRow = ReturnType<typeof repositoryRows>[number];

/** A row for each repository that was listed: those that free most first, then those that lose most tags. */
export function repositoryRows({ run, repositories }: Tally) {
  return repositories
    .filter(({ repository }) => repository.error === undefined || repository.tags.length > 0)
    .toSorted((one, other) => (one.repository.repository < other.repository.repository ? -1 : 1))
    .map((tally) => ({ ...tally, done: doneIn(run, tally.totals), space: freedSpace(run, tally) }))
    .toSorted((one, other) => other.space.bytes - one.space.bytes || other.done - one.done);
}

/**
 * How much a registry can free at most once the deleted tags cannot be restored any more: the sum of the known sizes of the
 * images that no remaining tag holds, each counted once, and how many of these have no known size. Layers shared with other
 * images stay.
 */
function freedSpace(run: CleanupResult, { by, remaining = [] }: RepositoryTally) {
  const sizes = new Map<string, number | undefined>();
  // What expires, and what a plan would take, is among the remaining tags still.
  const going = new Set<string>();
  const remains = run.mode.kind !== 'delete' || isPlanOnly(run);
  for (const freed of [by.deleted, by.changed, isPlanOnly(run) ? by.unprocessed : []]) {
    for (const { tag } of freed ?? []) {
      const { name, digest, size } = tag;
      if (remains) going.add(name);
      // A tag whose image is unknown counts as one of its own.
      sizes.set(digest ?? name, digest === undefined ? undefined : size);
    }
  }
  for (const { name, digest } of remaining)
    if (digest !== undefined && !going.has(name)) sizes.delete(digest);
  let [bytes, unknown] = [0, 0];
  for (const size of sizes.values()) {
    if (size === undefined) unknown += 1;
    else bytes += size;
  }
  return { bytes, unknown };
}

/** The totals: one row for each repository, which a single repository's row need not name. */
export function totalsTable(run: CleanupResult, rows: readonly RepositoryRow[]): readonly Block[] {
  if (rows.length === 0) return [];
  const sized = rows.filter(({ repository }) => repository.tags.some(({ tag }) => sizeOf(tag) !== undefined));
  const link = ({ repository: { repository } }: RepositoryRow) =>
    linkToRepository(run.registryUrl, repository);
  const columns: readonly Column<RepositoryRow>[] = [
    ...(run.repositories.length === 1 ? [] : [{ title: 'Repository', cell: link }, shareColumn(rows)]),
    countColumn('Listed', ({ totals }) => totals.listed),
    countColumn(doneTitle(run), ({ done }) => done),
    ...rareColumns<RepositoryRow>(({ totals }) => totals),
    {
      title: run.dryRun ? 'Would remain' : 'Remaining',
      align: 'right',
      cell: ({ remaining }) => (remaining === undefined ? 'unknown' : formatCount(remaining.length)),
    },
    ...(run.mode.kind === 'never-expire' || sized.length === 0 ? [] : [SPACE]),
  ];
  // Space that is not free yet.
  const holdsSpace = sized.some(
    ({ repository, space }) => repository.restorableFor !== 0 && space.bytes + space.unknown > 0,
  );
  return [
    makeTable(rows, columns, { noun: 'repository', isTotals: true }),
    '\n',
    ...(run.mode.kind === 'delete' && holdsSpace ? [SPACE_IS_HELD] : []),
  ];
}

const SPACE: Column<RepositoryRow> = {
  title: 'Frees up to',
  align: 'right',
  cell: ({ space: { bytes, unknown } }) => {
    if (unknown === 0) return formatSize(bytes);
    return `${bytes > 0 ? `${formatSize(bytes)} + ` : ''}${formatCount(unknown)} unknown`;
  },
};

const SPACE_IS_HELD =
  "Deleted tags take up space until the time machine's window is over; until then they can be restored.\n\n";

/** A bar for a smaller share shows nothing, and in a page of thousands takes the room of rows. */
const SMALLEST_SHARE = 0.01;

/** What part each row has of what the run frees: of the space, or of the tags where no space is known. */
function shareColumn(rows: readonly RepositoryRow[]): Column<RepositoryRow> {
  const bySpace = rows.some(({ space }) => space.bytes > 0);
  const amount = ({ space, done }: RepositoryRow) => (bySpace ? space.bytes : done);
  const total = sumOf(rows, amount);
  const isShown = (row: RepositoryRow) => rows.length > 1 && amount(row) / total >= SMALLEST_SHARE;
  return {
    title: `Share of ${bySpace ? 'space' : 'tags'}`,
    cell: (row) => (isShown(row) ? shareBar(amount(row) / total) : undefined),
  };
}

/** What a table calls the tags that are deleted or changed. */
function doneTitle(run: CleanupResult): string {
  const { now, become } = MODE_WORDS[run.mode.kind];
  return isPlanOnly(run) ? `Would ${become}` : `${now.charAt(0).toUpperCase()}${now.slice(1)}`;
}

/** Counts that are seldom there: a column is left out, and a cell empty, where they are 0. */
function rareColumns<Item>(countsOf: (item: Item) => Counts): readonly Column<Item>[] {
  return [
    countColumn('Already gone', (item) => countsOf(item).gone || undefined),
    countColumn('Failed', (item) => countsOf(item).failed || undefined),
    countColumn('Outcome unknown', (item) => countsOf(item).unknown || undefined),
  ];
}

/** The rules, where there are several: what each matches, and what became of that. A rule that matches nothing stands out. */
export function rulesTable({ run, rules, totals }: Tally): readonly Block[] {
  if (rules.length === 0 || totals.listed === 0) return [];
  const columns: readonly Column<RuleTally>[] = [
    {
      title: 'Rule',
      cell: ({ rule }) =>
        rule === undefined ? '*signatures, without a rule*' : code(clip(rule, CELL_LENGTH)),
    },
    {
      title: 'Matches',
      align: 'right',
      cell: ({ rule, matches }) => {
        if (rule === undefined) return '';
        return matches === 0 ? '⚠️\u00a0**nothing**' : formatCount(matches);
      },
    },
    countColumn(doneTitle(run), ({ counts }) => doneIn(run, counts)),
    ...rareColumns<RuleTally>(({ counts }) => counts),
    countColumn('Not processed', ({ counts }) => (isPlanOnly(run) ? 0 : counts.unprocessed) || undefined),
    countColumn('Kept', ({ counts }) => counts.kept + counts.keptLate),
    countColumn('Decided by an earlier rule', ({ decidedEarlier }) => decidedEarlier || undefined),
  ];
  return [makeTable(rules, columns, { noun: 'rule', isTotals: true }), '\n'];
}
