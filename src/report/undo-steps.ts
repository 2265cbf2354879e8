import type { CleanupResult, RepositoryResult, TagResult } from '../model/result.ts';
import { countOf, formatDuration, formatTime } from './format.ts';
import { code, codeBlock } from './markdown.ts';
import { type Block, folded } from './tables.ts';
import { sumOf, type Tally } from './tally.ts';

/** More tags or repositories than these are restored from the report instead of by name. */
const MOST_NAMES = 100;
const MOST_REPOSITORIES = 5;

/** Quay's own default for the time machine. */
const USUAL_WINDOW = '14d';

/** What may have been deleted from one repository. */
interface Undoable {
  readonly repository: RepositoryResult;
  readonly tags: readonly TagResult[];
}

/** The step to paste that restores what the run deleted; nothing where nothing can be restored. */
export function undoSteps({ run, repositories }: Tally): readonly Block[] {
  // What was to expire is alive.
  if (run.mode.kind !== 'delete') return [];
  const undoable = repositories
    .map(({ repository, by: { deleted = [], unknown = [] } }) => ({
      repository,
      tags: [...deleted, ...unknown],
    }))
    .filter(({ repository, tags }) => tags.length > 0 && repository.restorableFor !== 0);
  if (undoable.length === 0) return [];
  const count = sumOf(undoable, ({ tags }) => tags.length);
  const byName = count <= MOST_NAMES && undoable.length <= MOST_REPOSITORIES;
  const inputs = byName ? undoable.map(inputsByName) : [[`report: ${scalar(reportName(run))}`]];
  const paste = inputs.length === 1 ? 'Paste this step' : 'Paste these steps';
  return folded('Undo this run', [
    `${paste} into a workflow, and run that ${deadline(run, undoable)}. ${countOf(count, 'tag')} will be restored; tags that exist are not changed.\n\n`,
    ...(byName ? [] : [reportHint(run)]),
    codeBlock('yaml', inputs.map((lines) => stepOf(run, lines)).join('\n')),
  ]);
}

function deadline(run: CleanupResult, undoable: readonly Undoable[]): string {
  const times = undoable
    .map(({ repository }) => restorableUntil(run, repository))
    .filter((time) => time !== undefined);
  if (times.length === 0) return 'before the time machine of the namespace drops the tags';
  return `before **${formatTime(Math.min(...times))} UTC**`;
}

function reportHint({ reportPath }: CleanupResult): string {
  const found = reportPath === undefined ? '' : ` (${code(reportPath)} on the runner of this job)`;
  return `It reads the \`report\` of this run${found}: keep that file with an artifact step.\n\n`;
}

function reportName({ reportPath = 'report.json' }: CleanupResult): string {
  return reportPath.split(/[\\/]/).at(-1) ?? '';
}

function inputsByName({ repository: { repository, restorableFor }, tags }: Undoable): readonly string[] {
  return [
    `repository: ${scalar(repository)}`,
    'tags: |',
    ...tags.map(({ tag }) => `  ${tag.name}`),
    `deleted-within: ${restorableFor === undefined ? USUAL_WINDOW : formatDuration(restorableFor)}`,
  ];
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

/** Unix seconds until which every tag that the run deleted from the repository can be restored; undefined if unknown. */
function restorableUntil(run: CleanupResult, { restorableFor }: RepositoryResult): number | undefined {
  // The deletions came later than the start, so the true time is not before this one.
  return restorableFor === undefined ? undefined : run.startedAt + restorableFor;
}

/** Until when deleted tags can be brought back. */
export function restorableSentence(run: CleanupResult, repository: RepositoryResult): string {
  const { restorableFor } = repository;
  if (restorableFor === 0) return 'They cannot be restored: the time machine of the namespace is off.';
  const until = restorableUntil(run, repository);
  if (restorableFor === undefined || until === undefined)
    return 'Restorable for as long as the time machine of the namespace keeps deleted tags.';
  const days = restorableFor / 86_400;
  const window = Number.isInteger(days) ? countOf(days, 'day') : formatDuration(restorableFor);
  return `Restorable until **${formatTime(until)} UTC** (${window}).`;
}
