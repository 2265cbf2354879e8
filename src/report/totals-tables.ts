import type { CleanupResult } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { MODE_WORDS } from './describe-cleanup.ts';
import { clip, formatCount, formatSize } from './format.ts';
import { code, escapeText, link, type Markdown, repositoryPage, shareBar } from './markdown.ts';
import { type Block, type Column, makeTable } from './page.ts';
import { CELL_LENGTH } from './tables.ts';
import {
  type Counts,
  doneIn,
  isPlanOnly,
  type RepositoryTally,
  type RuleTally,
  type Tally,
  type Totals,
  totalsOf,
} from './tally.ts';

/** What the totals table says of one repository. */
export interface RepositoryRow {
  readonly tally: RepositoryTally;
  readonly totals: Totals;
  /** How many tags are deleted or changed, or would be in a run that only plans. */
  readonly done: number;
  readonly space: FreedSpace;
  readonly knowsSizes: boolean;
}

/** A row for each repository that was listed: those that free most first, then those that lose most tags. */
export function repositoryRows({ run, repositories }: Tally): readonly RepositoryRow[] {
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
  const { deleted, changed, unprocessed, remaining = [] } = tally;
  const going = [...deleted, ...changed, ...(isPlanOnly(run) ? unprocessed : [])].map(({ tag }) => tag);
  return {
    tally,
    totals,
    done: doneIn(run, totals),
    space: freedSpace(going, remaining),
    knowsSizes:
      run.mode.kind !== 'never-expire' &&
      tally.repository.tags.some(({ tag }) => tag.size !== undefined || tag.multiArch),
  };
}

interface FreedSpace {
  /** Sum of the known sizes of the images that no remaining tag holds, each counted once. */
  readonly bytes: number;
  /** How many such images have no known size. */
  readonly unknown: number;
}

/** How much a registry can free at most once the deleted tags cannot be restored any more; layers shared with other images stay. */
function freedSpace(freed: readonly Tag[], remaining: readonly Tag[]): FreedSpace {
  const freedNames = new Set(freed.map(({ name }) => name));
  const held = new Set(remaining.filter(({ name }) => !freedNames.has(name)).map(({ digest }) => digest));
  const counted = new Set<string>();
  let bytes = 0;
  let unknown = 0;
  for (const { digest, size } of freed) {
    if (digest !== undefined) {
      if (held.has(digest) || counted.has(digest)) continue;
      counted.add(digest);
    }
    if (digest === undefined || size === undefined) unknown += 1;
    else bytes += size;
  }
  return { bytes, unknown };
}

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
  if (run.mode.kind !== 'delete' || tally.repository.restorableFor === 0 || !knowsSizes) return false;
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

/** What part each row has of what the run frees: of the space, or of the tags where no space is known. */
function shareColumn(rows: readonly RepositoryRow[]): Column<RepositoryRow> {
  const total = (amount: (row: RepositoryRow) => number) => rows.reduce((sum, row) => sum + amount(row), 0);
  const bytes = total(({ space }) => space.bytes);
  const tags = total(({ done }) => done);
  const share = ({ space, done }: RepositoryRow) =>
    bytes > 0 ? space.bytes / bytes : tags === 0 ? 0 : done / tags;
  return {
    title: `Share of ${bytes > 0 ? 'space' : 'tags'}`,
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
  const rare = (title: string, of: (totals: Totals) => number): Column<RepositoryRow> => ({
    ...count(title, of),
    onlyIf: ({ totals }) => of(totals) > 0,
  });
  return [
    count('Listed', ({ listed }) => listed),
    { title: doneTitle(run), align: 'right', cell: ({ done }) => formatCount(done) },
    rare('Already gone', ({ gone }) => gone),
    rare('Failed', ({ failed }) => failed),
    rare('Outcome unknown', ({ unknown }) => unknown),
    count(run.dryRun ? 'Would remain' : 'Remaining', ({ remaining }) => remaining),
    {
      title: 'Frees up to',
      align: 'right',
      cell: ({ space }) => spaceCell(space),
      onlyIf: ({ knowsSizes }) => knowsSizes,
    },
  ];
}

/** What a table calls the tags that are deleted or changed. */
function doneTitle({ mode, ...run }: CleanupResult): string {
  const { now, conditional } = MODE_WORDS[mode.kind];
  return capital(isPlanOnly({ mode, ...run }) ? conditional : now);
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function spaceCell({ bytes, unknown }: FreedSpace): Markdown {
  if (unknown === 0) return formatSize(bytes);
  return [...(bytes > 0 ? [formatSize(bytes)] : []), `${formatCount(unknown)} unknown`].join(' + ');
}

/** The rules, where there are several: what each matches, and what became of that. A rule that matches nothing stands out. */
export function rulesTable({ run, rules, totals }: Tally): readonly Block[] {
  if (rules.length === 0 || totals.listed === 0) return [];
  const count = (title: string, of: (tally: RuleTally) => number): Column<RuleTally> => ({
    title,
    align: 'right',
    // Only a zero that could be another number is worth reading.
    cell: (tally) => (tally.rule !== undefined && tally.matches === 0 ? '' : formatCount(of(tally))),
  });
  const rare = (title: string, of: (counts: Counts) => number): Column<RuleTally> => ({
    ...count(title, ({ counts }) => of(counts)),
    onlyIf: ({ counts }) => of(counts) > 0,
  });
  const columns = [
    { title: 'Rule', cell: ruleCell },
    { title: 'Matches', align: 'right', cell: matchesCell } as const,
    count(doneTitle(run), ({ counts }) => doneIn(run, counts)),
    rare('Already gone', ({ gone }) => gone),
    rare('Failed', ({ failed }) => failed),
    rare('Outcome unknown', ({ unknown }) => unknown),
    rare('Not processed', ({ unprocessed }) => (isPlanOnly(run) ? 0 : unprocessed)),
    count('Kept', ({ counts }) => counts.kept + counts.keptLate),
    {
      ...count('Decided by an earlier rule', ({ decidedEarlier }) => decidedEarlier),
      onlyIf: ({ decidedEarlier }: RuleTally) => decidedEarlier > 0,
    },
  ];
  return [{ table: makeTable(rules, columns, 'rule'), priority: 'totals' }, '\n'];
}

function ruleCell({ rule }: RuleTally): Markdown {
  return rule === undefined ? '*signatures, without a rule*' : code(clip(rule, CELL_LENGTH));
}

function matchesCell({ rule, matches }: RuleTally): Markdown {
  if (rule === undefined) return '';
  return matches === 0 ? '⚠️\u00a0**nothing**' : formatCount(matches);
}
