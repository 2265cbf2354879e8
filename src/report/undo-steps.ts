import type { CleanupResult, RepositoryResult } from '../model/result.ts';
import { countOf, formatDuration, formatTime } from './format.ts';
import { code, codeBlock } from './markdown.ts';
import type { Block } from './page.ts';
import { folded } from './tables.ts';
import type { RepositoryTally, Tally } from './tally.ts';

/** More tags or repositories than these are restored from the report instead of by name. */
const MOST_NAMES = 100;
const MOST_REPOSITORIES = 5;

/** Quay's own default for the time machine. */
const USUAL_WINDOW = '14d';

/** The step to paste that restores what the run deleted; nothing where nothing can be restored. */
export function undoSteps({ run, repositories }: Tally): readonly Block[] {
  // What was to expire is alive.
  if (run.mode.kind !== 'delete') return [];
  const undoable = repositories
    .map((tally) => ({ ...tally, deleted: [...tally.deleted, ...tally.unknown] }))
    .filter(({ deleted, repository }) => deleted.length > 0 && repository.restorableFor !== 0);
  if (undoable.length === 0) return [];
  const count = undoable.reduce((sum, { deleted }) => sum + deleted.length, 0);
  const byName = count <= MOST_NAMES && undoable.length <= MOST_REPOSITORIES;
  const steps = byName ? undoable.map((tally) => stepByName(run, tally)) : [stepByReport(run)];
  return folded('Undo this run', [
    `Paste ${steps.length === 1 ? 'this step' : 'these steps'} into a workflow, and run that ${deadline(run, undoable)}. ${countOf(count, 'tag')} will be restored; tags that exist are not changed.\n\n`,
    ...(byName ? [] : [reportHint(run)]),
    codeBlock('yaml', steps.join('\n')),
  ]);
}

function deadline(run: CleanupResult, tallies: readonly RepositoryTally[]): string {
  const times = tallies
    .map(({ repository }) => restorableUntil(run, repository))
    .filter((time) => time !== undefined);
  if (times.length === 0) return 'before the time machine of the namespace drops the tags';
  return `before **${formatTime(Math.min(...times))} UTC**`;
}

function reportHint({ reportPath }: CleanupResult): string {
  const found = reportPath === undefined ? '' : ` (${code(reportPath)} on the runner of this job)`;
  return `It reads the \`report\` of this run${found}: keep that file with an artifact step.\n\n`;
}

function stepByName(run: CleanupResult, { repository, deleted }: RepositoryTally): string {
  const { restorableFor } = repository;
  return [
    ...stepHead(run),
    `    repository: ${scalar(repository.repository)}`,
    '    tags: |',
    ...deleted.map(({ tag }) => `      ${tag.name}`),
    `    deleted-within: ${restorableFor === undefined ? USUAL_WINDOW : formatDuration(restorableFor)}`,
    ...stepEnd(run),
  ].join('\n');
}

function stepByReport(run: CleanupResult): string {
  const file = run.reportPath?.split(/[\\/]/).at(-1) ?? 'report.json';
  return [...stepHead(run), `    report: ${scalar(file)}`, ...stepEnd(run)].join('\n');
}

function stepHead({ action }: CleanupResult): readonly string[] {
  const uses = action
    ? `${action.repository}/restore@${action.ref}`
    : '<owner>/quay-tag-cleanup/restore@REF # the action and version of this run';
  return [`- uses: ${uses}`, '  with:'];
}

function stepEnd({ registry, registryUrl }: CleanupResult): readonly string[] {
  // A host alone would be asked over https://.
  const address = registryUrl.startsWith('http:') ? registryUrl : registry;
  return [
    ...(registry === 'quay.io' ? [] : [`    registry: ${scalar(address)}`]),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a GitHub expression
    '    token: ${{ secrets.QUAY_TOKEN }}',
  ];
}

/** The text as a YAML scalar, quoted and in visible characters wherever it is not plainly a name. */
function scalar(text: string): string {
  if (/^[a-z][\w./-]*$/i.test(text)) return text;
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Unix seconds until which every tag that the run deleted from the repository can be restored; undefined if unknown. */
function restorableUntil(run: CleanupResult, { restorableFor }: RepositoryResult): number | undefined {
  // The deletions came later than the start, so the true time is not before this one.
  return restorableFor === undefined ? undefined : run.startedAt + restorableFor;
}

/** Until when deleted tags can be brought back. */
export function restorableSentence(run: CleanupResult, repository: RepositoryResult): string {
  const until = restorableUntil(run, repository);
  if (until === undefined)
    return 'Restorable for as long as the time machine of the namespace keeps deleted tags.';
  if (repository.restorableFor === 0)
    return 'They cannot be restored: the time machine of the namespace is off.';
  return `Restorable until **${formatTime(until)} UTC** (${days(repository.restorableFor ?? 0)}).`;
}

function days(seconds: number): string {
  return seconds % 86_400 === 0 ? countOf(seconds / 86_400, 'day') : formatDuration(seconds);
}
