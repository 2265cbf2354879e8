import type { CleanupResult, RepositoryResult, TagResult } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { describeCleanup, describeGitHub, MODE_WORDS } from './describe-cleanup.ts';
import { agree, formatCount, formatTime } from './format.ts';
import { code, escapeText, linkToRepository, type Markdown, tagPage } from './markdown.ts';
import { countReasons } from './reasons.ts';
import {
  type Block,
  type Column,
  column,
  countColumn,
  detailColumns,
  fittingSections,
  folded,
  makeTable,
  nameColumn,
  renderPage,
  tableSection,
  textCell,
  whyOf,
} from './tables.ts';
import { isPlanOnly, type RepositoryTally, type Status, statusOf, type Tally } from './tally.ts';
import { type RepositoryRow, repositoryRows, rulesTable, totalsTable } from './totals-tables.ts';
import { alerts } from './troubles.ts';
import { restorableSentence, undoSteps } from './undo-steps.ts';

/** The job summary of a cleanup, in GitHub-flavoured Markdown. */
export function renderCleanupSummary(tally: Tally): Markdown {
  const { run, repositories, totals } = tally;
  const rows = repositoryRows(tally);
  const blocks = [
    `## Quay Tag Cleanup${run.dryRun ? ' (dry run)' : ''}\n\n`,
    `${describeCleanup(tally, (repository) => linkToRepository(run.registryUrl, repository))}\n\n`,
    ...(run.github === undefined ? [] : [`${describeGitHub(run.github, code)}\n\n`]),
    ...alerts(run),
    ...totalsTable(run, rows),
    ...rulesTable(tally),
    ...(repositories.length > 1
      ? ['### Repositories\n\n', ...repositorySections(run, rows)]
      : repositories.flatMap((only) => repositorySection(run, only))),
    ...undoSteps(tally),
    ...(run.reportPath === undefined || totals.listed === 0
      ? []
      : [`Every tag with its verdict and reason: output \`report\`, ${code(run.reportPath)}\n`]),
  ];
  return renderPage(blocks);
}

/** A folded section for each repository, as many as fit, in their order: those with failures first, then those that changed. */
function repositorySections(run: CleanupResult, rows: readonly RepositoryRow[]): readonly Block[] {
  const listed = rows
    .filter(({ repository }) => repository.tags.length > 0)
    .toSorted((one, other) => rank(one) - rank(other));
  const sections = Iterator.from(listed).map((row) =>
    folded(sectionTitle(run, row), repositorySection(run, row)),
  );
  return fittingSections(sections, listed.length, 'repository');
}

function rank({ totals: { failed, unknown, selected, deletedWithImage } }: RepositoryRow): number {
  if (failed + unknown > 0) return 0;
  return selected + deletedWithImage > 0 ? 1 : 2;
}

function sectionTitle(run: CleanupResult, { repository, totals, done }: RepositoryRow): string {
  const { now, become } = MODE_WORDS[run.mode.kind];
  const facts = [
    [done, isPlanOnly(run) ? `would ${become}` : now],
    [totals.gone || undefined, 'already gone'],
    [totals.failed || undefined, 'failed'],
    [totals.unknown || undefined, 'with unknown outcome'],
    [totals.remaining, run.dryRun ? 'would remain' : 'remaining'],
  ] as const;
  const parts = facts.flatMap(([count, words]) =>
    count === undefined ? [] : `${formatCount(count)} ${words}`,
  );
  return `<b>${escapeText(repository.repository)}</b>: ${parts.join(', ')}`;
}

/** All tables of one repository: what failed, what was deleted, what remains, and why tags are kept. */
function repositorySection(run: CleanupResult, tally: RepositoryTally): readonly Block[] {
  const { by, repository } = tally;
  const { participle, become } = MODE_WORDS[run.mode.kind];
  const columns = columnsOf(run, repository);
  const section = (heading: string, items: readonly TagResult[] | undefined, lead?: string) =>
    tableSection({ heading, items, lead, columns });
  return [
    ...section('Failed tags', by.failed),
    ...section(`Tags that may have been ${participle}`, by.unknown),
    ...section('Deleted tags', by.deleted, restorableSentence(run, repository)),
    ...(run.mode.kind === 'expire'
      ? section('Expiring tags', by.changed, TO_KEEP)
      : section('Tags that no longer expire', by.changed)),
    ...section('Tags that were already gone', by.gone, GONE),
    ...section(
      isPlanOnly(run) ? `Tags that would ${become}` : 'Selected tags that were not processed',
      by.unprocessed,
    ),
    ...section('Kept at the last moment', by.keptLate),
    ...remainingTags(run, tally),
    ...keptTags(by.kept ?? []),
  ];
}

/** What is told of a tag; what no tag of a table has takes no column. */
function columnsOf(run: CleanupResult, { repository }: RepositoryResult): readonly Column<TagResult>[] {
  const { mode, registryUrl } = run;
  const page = ({ name }: Tag) => tagPage(registryUrl, repository, name);
  const past = mode.kind === 'expire' ? 'Expires (UTC)' : 'Was to expire (UTC)';
  const expiration = ({ tag, verdict, outcome }: TagResult) => {
    if (outcome?.kind === 'expiring') return outcome.expiration;
    return mode.kind === 'delete' || verdict.kind === 'keep' ? undefined : tag.expiration;
  };
  return [
    nameColumn(
      ({ tag }) => tag.name,
      (result) => (GOING.has(statusOf(result)) ? undefined : page(result.tag)),
    ),
    column('Error', ({ outcome }) => (outcome && 'error' in outcome ? outcome.error : undefined), textCell),
    column(isPlanOnly(run) ? 'Expires so far (UTC)' : past, expiration, formatTime, NEVER),
    column('Why', whyOf, textCell),
    ...detailColumns(({ tag }: TagResult) => tag),
  ];
}

const NEVER = { otherwise: 'never' };

/** Tags that have no page, or may have none. */
const GOING: ReadonlySet<Status> = new Set(['deleted', 'gone', 'unknown']);

const TO_KEEP =
  'To keep one of them, clean up once more before then, with its own name in `tags` and `expire-in: never`.';
const GONE = 'Somebody else, such as another run, had deleted them when their turn came.';
const UNCERTAIN =
  'The list was not read again. These tags were listed before, without those that are known to be gone.';

function remainingTags(run: CleanupResult, tally: RepositoryTally): readonly Block[] {
  const { repository, by, remaining, remainingIsCertain } = tally;
  if (remaining?.length === 0 && repository.tags.length > 0 && remainingIsCertain)
    return [`${run.dryRun ? 'No tag would remain' : 'No tag remains'}.\n\n`];
  const isOrdered = remaining?.some(({ lastModified }) => lastModified !== undefined);
  const kept = new Map(
    [...(by.kept ?? []), ...(by.keptLate ?? [])].map((result) => [result.tag.name, result]),
  );
  const why = ({ name, digest }: Tag) => {
    const result = kept.get(name);
    return result?.tag.digest === digest ? result && whyOf(result) : undefined;
  };
  return tableSection({
    heading: `${run.dryRun ? 'Tags that would remain' : 'Remaining tags'}${isOrdered ? ', newest first' : ''}`,
    lead: remainingIsCertain ? undefined : UNCERTAIN,
    items: remaining,
    columns: [
      nameColumn(
        ({ name }: Tag) => name,
        ({ name }) => tagPage(run.registryUrl, repository.repository, name),
      ),
      column('Why', why, textCell),
      ...detailColumns((tag: Tag) => tag),
      column('Expires (UTC)', ({ expiration }: Tag) => expiration, formatTime, NEVER),
    ],
  });
}

/** How many tags are kept for each reason. */
function keptTags(kept: readonly TagResult[]): readonly Block[] {
  if (kept.length === 0) return [];
  const counts = countReasons(kept).toSorted(([, one], [, other]) => other - one);
  const columns = [
    column('Why', ([reason]: (typeof counts)[number]) => reason, textCell),
    countColumn('Tags', ([, count]: (typeof counts)[number]) => count),
  ];
  const heading = `### Why ${agree(kept.length, 'tag', 'is', 'are')} kept\n\n`;
  return [heading, makeTable(counts, columns, { noun: 'reason' }), '\n'];
}
