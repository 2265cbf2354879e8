import type { CleanupResult } from '../model/result.ts';
import { describeCleanup, describeGitHub, MODE_WORDS } from './describe-cleanup.ts';
import { formatCount } from './format.ts';
import { code, escapeText, linkToRepository, type Markdown } from './markdown.ts';
import { type Block, leastBytes, leftOut, MAX_SUMMARY_BYTES, renderPage } from './page.ts';
import { repositorySection } from './repository-section.ts';
import { folded } from './tables.ts';
import { isPlanOnly, type Tally } from './tally.ts';
import { type RepositoryRow, repositoryRows, rulesTable, totalsTable } from './totals-tables.ts';
import { alerts } from './troubles.ts';
import { undoSteps } from './undo-steps.ts';

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
  return renderPage(blocks, MAX_SUMMARY_BYTES);
}

/** The part of a page that the frames of the repositories' sections may take; their rows come on top. */
const LARGEST_FRAME_PART = 0.35;

/** A folded section for each repository, as many as fit, in their order: those with failures first, then those that changed. */
function repositorySections(run: CleanupResult, rows: readonly RepositoryRow[]): readonly Block[] {
  const listed = rows
    .filter(({ repository }) => repository.tags.length > 0)
    .toSorted((one, other) => rank(one) - rank(other));
  const blocks: Block[] = [];
  let room = MAX_SUMMARY_BYTES * LARGEST_FRAME_PART;
  for (const [index, row] of listed.entries()) {
    const section = folded(sectionTitle(run, row), repositorySection(run, row));
    room -= leastBytes(section);
    if (room < 0) return [...blocks, `${leftOut(listed.length - index, 'repository')}\n`];
    blocks.push(...section);
  }
  return blocks;
}

function rank({ totals: { failed, unknown, selected, deletedWithImage } }: RepositoryRow): number {
  if (failed + unknown > 0) return 0;
  return selected + deletedWithImage > 0 ? 1 : 2;
}

function sectionTitle(run: CleanupResult, { repository, totals, done }: RepositoryRow): string {
  const { now, conditional } = MODE_WORDS[run.mode.kind];
  const facts = [
    [done, isPlanOnly(run) ? conditional : now],
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
