import type { CleanupResult, RepositoryResult, TagResult } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { agree, countOf, formatCount, formatDuration, formatTime } from './format.ts';
import { code, codeBlock, escapeText, linkToRepository, type Markdown, repositoryPage } from './markdown.ts';
import {
  alerts,
  type Block,
  type Column,
  countColumn,
  detailColumns,
  fittingSections,
  folded,
  makeTable,
  nameColumn,
  renderPage,
  tableSection,
  textColumn,
  timeColumn,
} from './page.ts';
import { countReasons, describeFate } from './reasons.ts';
import { describeCleanup, describeGitHub, MODE_WORDS } from './sentences.ts';
import { isPlanOnly, type RepositoryTally, statusOf, sumOf, type Tally } from './tally.ts';
import { type RepositoryRow, repositoryRows, rulesTable, totalsTable } from './totals-tables.ts';

/** The job summary of a cleanup, in GitHub-flavoured Markdown. */
export function renderCleanupSummary(tally: Tally): Markdown {
  const { run, repositories, totals } = tally;
  const rows = repositoryRows(tally);
  return renderPage([
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
  ]);
}

/** A folded section for each repository, as many as fit, in their order: those with failures first, then those that changed. */
function repositorySections(run: CleanupResult, rows: readonly RepositoryRow[]): readonly Block[] {
  const rank = ({ totals: { failed, unknown, selected, deletedWithImage } }: RepositoryRow) => {
    if (failed + unknown > 0) return 0;
    return selected + deletedWithImage > 0 ? 1 : 2;
  };
  const listed = rows
    .filter(({ repository }) => repository.tags.length > 0)
    .toSorted((one, other) => rank(one) - rank(other));
  const sections = listed.values().map((row) => folded(sectionTitle(run, row), repositorySection(run, row)));
  return fittingSections(sections, listed.length, 'repository');
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

const TO_KEEP =
  'To keep one of them, clean up once more before then, with its own name in `tags` and `expire-in: never`.';
const GONE = 'Somebody else, such as another run, had deleted them when their turn came.';
const UNCERTAIN =
  'The list was not read again. These tags were listed before, without those that are known to be gone.';

/** All tables of one repository: what failed, what was deleted, what remains, and why tags are kept. */
function repositorySection(run: CleanupResult, tally: RepositoryTally): readonly Block[] {
  const { by, repository } = tally;
  const { participle, become } = MODE_WORDS[run.mode.kind];
  const expires = run.mode.kind === 'expire';
  const columns = columnsOf(run, repository);
  const sections: readonly (readonly [
    Markdown,
    readonly TagResult[] | undefined,
    lead?: Markdown | undefined,
  ])[] = [
    ['Failed tags', by.failed],
    [`Tags that may have been ${participle}`, by.unknown],
    ['Deleted tags', by.deleted, restorableSentence(run, repository)],
    [expires ? 'Expiring tags' : 'Tags that no longer expire', by.changed, expires ? TO_KEEP : undefined],
    ['Tags that were already gone', by.gone, GONE],
    [isPlanOnly(run) ? `Tags that would ${become}` : 'Selected tags that were not processed', by.unprocessed],
    ['Kept at the last moment', by.keptLate],
  ];
  return [
    ...sections.flatMap(([heading, items, lead]) => tableSection({ heading, items, lead, columns })),
    ...remainingTags(run, tally),
    ...keptTags(by.kept ?? []),
  ];
}

/** What is told of a tag; what no tag of a table has takes no column. */
function columnsOf(run: CleanupResult, { repository }: RepositoryResult): readonly Column<TagResult>[] {
  const { mode } = run;
  const page = repositoryPage(run.registryUrl, repository);
  const past = mode.kind === 'expire' ? 'Expires (UTC)' : 'Was to expire (UTC)';
  const expiration = ({ tag, verdict, outcome }: TagResult) => {
    if (outcome?.kind === 'expiring') return outcome.expiration;
    return mode.kind === 'delete' || verdict.kind === 'keep' ? undefined : tag.expiration;
  };
  // Such a tag has no page, or may have none.
  const isGone = (result: TagResult) => ['deleted', 'gone', 'unknown'].includes(statusOf(result));
  return [
    nameColumn((result) => ({ name: result.tag.name, page: isGone(result) ? undefined : page })),
    textColumn('Error', ({ outcome }) => (outcome && 'error' in outcome ? outcome.error : undefined)),
    timeColumn(isPlanOnly(run) ? 'Expires so far (UTC)' : past, expiration, 'never'),
    textColumn('Why', describeFate),
    ...detailColumns(({ tag }: TagResult) => tag),
  ];
}

function remainingTags(run: CleanupResult, tally: RepositoryTally): readonly Block[] {
  const { repository, by, remaining, remainingIsCertain } = tally;
  if (remaining?.length === 0 && repository.tags.length > 0 && remainingIsCertain)
    return [`${run.dryRun ? 'No tag would remain' : 'No tag remains'}.\n\n`];
  const isOrdered = remaining?.some(({ lastModified }) => lastModified !== undefined);
  const results = Iterator.from([by.kept, by.keptLate]).flatMap((some) => some ?? []);
  const kept = new Map<string, TagResult>();
  const page = repositoryPage(run.registryUrl, repository.repository);
  const why = ({ name, digest }: Tag) => {
    // Both are in the same order, of which a page shows the first: all names of many tags would take more than the page.
    while (!kept.has(name)) {
      const { value } = results.next();
      if (!value) break;
      kept.set(value.tag.name, value);
    }
    const result = kept.get(name);
    return result?.tag.digest === digest ? result && describeFate(result) : undefined;
  };
  return tableSection({
    heading: `${run.dryRun ? 'Tags that would remain' : 'Remaining tags'}${isOrdered ? ', newest first' : ''}`,
    lead: remainingIsCertain ? undefined : UNCERTAIN,
    items: remaining,
    columns: [
      nameColumn(({ name }: Tag) => ({ name, page })),
      textColumn('Why', why),
      ...detailColumns((tag: Tag) => tag),
      timeColumn('Expires (UTC)', ({ expiration }: Tag) => expiration, 'never'),
    ],
  });
}

/** How many tags are kept for each reason. */
function keptTags(kept: readonly TagResult[]): readonly Block[] {
  if (kept.length === 0) return [];
  const counts = countReasons(kept).toSorted(([, one], [, other]) => other - one);
  const columns = [
    textColumn('Why', ([reason]: (typeof counts)[number]) => reason),
    countColumn('Tags', ([, count]: (typeof counts)[number]) => count),
  ];
  const heading = `### Why ${agree(kept.length, 'tag', 'is', 'are')} kept\n\n`;
  return [heading, makeTable(counts, columns, { noun: 'reason' }), '\n'];
}

/** More tags or repositories than these are restored from the report instead of by name. */
const MOST_NAMES = 100;
const MOST_REPOSITORIES = 5;

/** Quay's own default for the time machine. */
const USUAL_WINDOW = '14d';

/** The step to paste that restores what the run deleted; nothing where nothing can be restored. */
function undoSteps({ run, repositories }: Tally): readonly Block[] {
  // What was to expire is alive.
  if (run.mode.kind !== 'delete') return [];
  const undoable = repositories
    .map(({ repository, by: { deleted = [], unknown = [] } }) => ({
      repository,
      tags: [...deleted, ...unknown],
    }))
    .filter(({ repository, tags }) => tags.length > 0 && repository.restorableFor !== 0);
  if (undoable.length === 0) return [];
  const { reportPath } = run;
  const count = sumOf(undoable, ({ tags }) => tags.length);
  const byName = count <= MOST_NAMES && undoable.length <= MOST_REPOSITORIES;
  const steps = byName
    ? undoable.map(({ repository: { repository, restorableFor }, tags }) => [
        `repository: ${scalar(repository)}`,
        'tags: |',
        ...tags.map(({ tag }) => `  ${tag.name}`),
        `deleted-within: ${restorableFor === undefined ? USUAL_WINDOW : formatDuration(restorableFor)}`,
      ])
    : [[`report: ${scalar((reportPath ?? 'report.json').split(/[\\/]/).at(-1) ?? '')}`]];
  const windows = undoable.flatMap(({ repository: { restorableFor = [] } }) => restorableFor);
  const deadline =
    windows.length > 0
      ? `before **${formatTime(run.startedAt + Math.min(...windows))} UTC**`
      : 'before the time machine of the namespace drops the tags';
  const found = reportPath === undefined ? '' : ` (${code(reportPath)} on the runner of this job)`;
  return folded('Undo this run', [
    `${steps.length === 1 ? 'Paste this step' : 'Paste these steps'} into a workflow, and run that ${deadline}. ${countOf(count, 'tag')} will be restored; tags that exist are not changed.\n\n`,
    byName ? '' : `It reads the \`report\` of this run${found}: keep that file with an artifact step.\n\n`,
    codeBlock('yaml', steps.map((inputs) => stepOf(run, inputs)).join('\n')),
  ]);
}

function stepOf({ action, registry, registryUrl }: CleanupResult, inputs: readonly string[]): string {
  const uses = action
    ? `${action.repository}/restore@${action.ref}`
    : '<owner>/quay-tag-cleanup/restore@REF # the action and version of this run';
  // A host alone would be asked over https://.
  const address = registryUrl.startsWith('http:') ? registryUrl : registry;
  const all = [
    ...inputs,
    ...(registry === 'quay.io' ? [] : [`registry: ${scalar(address)}`]),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a GitHub expression
    'token: ${{ secrets.QUAY_TOKEN }}',
  ];
  return [`- uses: ${uses}`, '  with:', ...all.map((line) => `    ${line}`)].join('\n');
}

/** The text as a YAML scalar, quoted and in visible characters wherever it is not plainly a name. */
function scalar(text: string): string {
  if (/^[a-z][\w./-]*$/i.test(text)) return text;
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Until when deleted tags can be brought back: the deletions came later than the start, so not before the time that is told. */
function restorableSentence(run: CleanupResult, { restorableFor }: RepositoryResult): string {
  if (restorableFor === 0) return 'They cannot be restored: the time machine of the namespace is off.';
  if (restorableFor === undefined)
    return 'Restorable for as long as the time machine of the namespace keeps deleted tags.';
  const days = restorableFor / 86_400;
  const window = Number.isInteger(days) ? countOf(days, 'day') : formatDuration(restorableFor);
  return `Restorable until **${formatTime(run.startedAt + restorableFor)} UTC** (${window}).`;
}
