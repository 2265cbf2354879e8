import type { CleanupResult, RepositoryResult } from '../model/result.ts';
import { describeCleanup, describeGitHub, MODE_WORDS } from './describe-cleanup.ts';
import { countOf, formatCount } from './format.ts';
import { code, escapeText, link, type Markdown, repositoryPage } from './markdown.ts';
import { type Block, leastBytesOf, MAX_SUMMARY_BYTES, renderPage } from './page.ts';
import { repositorySection } from './repository-section.ts';
import { folded, tableSection, textColumn } from './tables.ts';
import { doneIn, isPlanOnly, type RepositoryTally, type Tally } from './tally.ts';
import { type RepositoryRow, repositoryRows, rulesTable, totalsTable } from './totals-tables.ts';
import { alerts } from './troubles.ts';
import { undoSteps } from './undo-steps.ts';

/** The part of a page that the frames of the repositories' sections may take; their rows come on top. */
const LARGEST_FRAME_PART = 0.35;

/** The job summary of a cleanup, in GitHub-flavoured Markdown. */
export function renderCleanupSummary(tally: Tally): Markdown {
  const { run, repositories } = tally;
  const rows = repositoryRows(tally);
  const page = (repository: string) =>
    link(escapeText(repository), repositoryPage(run.registryUrl, repository));
  const blocks = [
    `## Quay Tag Cleanup${run.dryRun ? ' (dry run)' : ''}\n\n`,
    `${describeCleanup(tally, page)}\n\n`,
    ...(run.github === undefined ? [] : [`${describeGitHub(run.github, code)}\n\n`]),
    ...alerts(run),
    ...totalsTable(run, rows),
    ...rulesTable(tally),
    ...(repositories.length > 1
      ? severalRepositories(tally, rows)
      : repositories.flatMap((only) => repositorySection(run, only))),
    ...undoSteps(tally),
    ...reportLine(tally),
  ];
  return renderPage(blocks, MAX_SUMMARY_BYTES);
}

function severalRepositories({ run, repositories }: Tally, rows: readonly RepositoryRow[]): readonly Block[] {
  return [...failedRepositories(repositories), '### Repositories\n\n', ...repositorySections(run, rows)];
}

function failedRepositories(tallies: readonly RepositoryTally[]): readonly Block[] {
  return tableSection({
    heading: 'Failed repositories',
    items: tallies.map(({ repository }) => repository).filter(({ error }) => error !== undefined),
    columns: [
      { title: 'Repository', cell: ({ repository }) => escapeText(repository) },
      textColumn('Error', ({ error }: RepositoryResult) => error),
    ],
    priority: 'failed',
    noun: 'repository',
  });
}

/** A folded section for each repository, as many as fit, in their order: those with failures first, then those that changed. */
function repositorySections(run: CleanupResult, rows: readonly RepositoryRow[]): readonly Block[] {
  const listed = rows
    .filter(({ tally }) => tally.repository.tags.length > 0)
    .toSorted((one, other) => rank(one) - rank(other));
  const blocks: Block[] = [];
  let room = MAX_SUMMARY_BYTES * LARGEST_FRAME_PART;
  for (const [index, row] of listed.entries()) {
    const section = folded(sectionTitle(run, row), repositorySection(run, row.tally));
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

function rank({ totals: { failed, unknown, selected, deletedWithImage } }: RepositoryRow): number {
  if (failed + unknown > 0) return 0;
  return selected + deletedWithImage > 0 ? 1 : 2;
}

function sectionTitle(run: CleanupResult, { tally, totals }: RepositoryRow): string {
  const { now, conditional } = MODE_WORDS[run.mode.kind];
  const some = (count: number, words: string) => (count > 0 ? [`${formatCount(count)} ${words}`] : []);
  const parts = [
    `${formatCount(doneIn(run, totals))} ${isPlanOnly(run) ? conditional : now}`,
    ...some(totals.gone, 'already gone'),
    ...some(totals.failed, 'failed'),
    ...some(totals.unknown, 'with unknown outcome'),
    ...(totals.remaining === undefined
      ? []
      : [`${formatCount(totals.remaining)} ${run.dryRun ? 'would remain' : 'remaining'}`]),
  ];
  return `<b>${escapeText(tally.repository.repository)}</b>: ${parts.join(', ')}`;
}

function reportLine({ run: { reportPath }, totals }: Tally): readonly Block[] {
  return reportPath === undefined || totals.listed === 0
    ? []
    : [`Every tag with its verdict and reason: output \`report\`, ${code(reportPath)}\n`];
}
