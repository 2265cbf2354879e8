import type { CleanupResult } from '../../model/result.ts';
import { describeCleanup, isPlanOnly } from '../describe-cleanup.ts';
import { countOf, formatCount } from '../format.ts';
import { code, escapeText, link, type Markdown } from '../markdown/escape.ts';
import { type Block, leastBytesOf, renderPage } from '../markdown/page.ts';
import type { RepositoryTally, Tally } from '../tally.ts';
import { alerts } from './alerts.ts';
import { repositoryPage } from './quay-page.ts';
import { type RepositoryRow, repositoryRows } from './repository-rows.ts';
import { repositoryTables } from './repository-tables.ts';
import { rulesTable } from './rules-table.ts';
import { counted, folded, tableSection } from './table-section.ts';
import { textCell } from './tag-columns.ts';
import { totalsTable } from './totals-table.ts';
import { undoSteps } from './undo-steps.ts';

/**
 * UTF-8 bytes that a page may have; GitHub refuses a summary above 1 MiB.
 *
 * Source: https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-markdown-summary
 */
export const MAX_SUMMARY_BYTES = 1_000_000;

/** The part of a page that the frames of the repositories' sections may take; their rows come on top. */
const LARGEST_FRAME_PART = 0.35;

/** The job summary of a cleanup, in GitHub-flavoured Markdown. */
export function renderCleanupSummary(tally: Tally): Markdown {
  const { run, repositories } = tally;
  const rows = repositoryRows(run, repositories);
  const page = (repository: string) =>
    link(escapeText(repository), repositoryPage(run.registryUrl, repository));
  const blocks = [
    `## Quay Tag Cleanup${run.dryRun ? ' (dry run)' : ''}\n\n`,
    `${describeCleanup(tally, page)}\n\n`,
    ...alerts(run),
    ...totalsTable(run, rows),
    ...rulesTable(tally),
    ...(repositories.length > 1
      ? severalRepositories(tally, rows)
      : repositories.flatMap((only) => repositoryTables(run, only))),
    ...undoSteps(tally),
    ...reportLine(tally),
  ];
  return renderPage(blocks, MAX_SUMMARY_BYTES);
}

function severalRepositories({ run, repositories }: Tally, rows: readonly RepositoryRow[]): readonly Block[] {
  const listed = rows.map(({ tally }) => tally);
  return [...failedRepositories(repositories), '### Repositories\n\n', ...repositorySections(run, listed)];
}

function failedRepositories(tallies: readonly RepositoryTally[]): readonly Block[] {
  const items = tallies.map(({ repository }) => repository).filter(({ error }) => error !== undefined);
  return tableSection({
    heading: counted('Failed repositories', items),
    items,
    columns: [
      { title: 'Repository', cell: ({ repository }) => escapeText(repository) },
      { title: 'Error', cell: ({ error }) => textCell(error ?? '') },
    ],
    priority: 'failed',
    noun: 'repository',
  });
}

/** A folded section for each repository, as many as fit, in their order: those with failures first, then those that changed. */
function repositorySections(run: CleanupResult, tallies: readonly RepositoryTally[]): readonly Block[] {
  const listed = tallies
    .filter(({ repository }) => repository.tags.length > 0)
    .toSorted((one, other) => rank(one) - rank(other));
  const blocks: Block[] = [];
  let room = MAX_SUMMARY_BYTES * LARGEST_FRAME_PART;
  for (const [index, tally] of listed.entries()) {
    const section = folded(sectionTitle(run, tally), repositoryTables(run, tally));
    room -= leastBytesOf(section);
    if (room < 0) {
      blocks.push(
        `*${countOf(listed.length - index, 'more repository')} not shown, to keep this page below GitHub's size limit. The \`report\` has all.*\n\n`,
      );
      break;
    }
    blocks.push(...section);
  }
  return blocks;
}

function rank({ failed, unknown, deleted, expiring, unprocessed, keptLate }: RepositoryTally): number {
  if (failed.length + unknown.length > 0) return 0;
  return deleted.length + expiring.length + unprocessed.length + keptLate.length > 0 ? 1 : 2;
}

function sectionTitle(run: CleanupResult, tally: RepositoryTally): string {
  const { repository, deleted, expiring, failed, unknown, unprocessed, remaining } = tally;
  const selected = isPlanOnly(run) ? unprocessed.length : deleted.length + expiring.length;
  const parts = [
    `${formatCount(selected)} ${fate(run)}`,
    ...(failed.length > 0 ? [`${formatCount(failed.length)} failed`] : []),
    ...(unknown.length > 0 ? [`${formatCount(unknown.length)} with unknown outcome`] : []),
    ...(remaining ? [`${formatCount(remaining.length)} ${run.dryRun ? 'would remain' : 'remaining'}`] : []),
  ];
  return `<b>${escapeText(repository.repository)}</b>: ${parts.join(', ')}`;
}

function fate(run: CleanupResult): string {
  if (run.mode.kind === 'delete') return isPlanOnly(run) ? 'would be deleted' : 'deleted';
  return isPlanOnly(run) ? 'would expire' : 'expiring';
}

function reportLine({ run: { reportPath }, totals }: Tally): readonly Block[] {
  return reportPath === undefined || totals.listed === 0
    ? []
    : [`Every tag with its verdict and reason: output \`report\`, ${code(reportPath)}\n`];
}
