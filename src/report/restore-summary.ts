import type { RestoredTag, RestoreOutcome, RestoreResult } from '../model/restored.ts';
import { failingRepositories, placeOf, wasOrWere } from './describe-cleanup.ts';
import { countOf } from './format.ts';
import { code, escapeText, link, type Markdown, repositoryPage, tagPage } from './markdown.ts';
import { type Block, type Column, MAX_SUMMARY_BYTES, renderPage } from './page.ts';
import { digestColumn, tableSection, textColumn, timeColumn } from './tables.ts';
import { alertOf, notesAlert, repositoryErrors } from './troubles.ts';

/**
 * What the restore did, in a few sentences, trouble first.
 *
 * @param name - writes a repository's name, as plain text if not given
 */
export function describeRestore(
  run: RestoreResult,
  name: (repository: string) => string = (repository) => repository,
): string {
  const found = run.repositories.filter(({ error }) => error === undefined);
  return [
    ...troubles(run, placeOf(run.repositories, name)),
    ...achievement(run, placeOf(found.length > 0 ? found : run.repositories, name)),
  ].join(' ');
}

function countOutcomes({ repositories }: RestoreResult, kind: RestoreOutcome['kind']): number {
  return repositories.reduce(
    (sum, { tags }) => sum + tags.filter(({ outcome }) => outcome.kind === kind).length,
    0,
  );
}

function* troubles(run: RestoreResult, place: string): Generator<string> {
  if (run.error !== undefined) yield 'The run failed.';
  if (run.cancelled) yield 'The run was cancelled.';
  const failed = countOutcomes(run, 'failed');
  if (failed > 0) yield `Failed to restore ${countOf(failed, 'tag')}.`;
  yield* failingRepositories(run.repositories, place);
}

function* achievement(run: RestoreResult, place: string): Generator<string> {
  const total = run.repositories.reduce((sum, { tags }) => sum + tags.length, 0);
  const alive = countOutcomes(run, 'alive');
  const left = countOutcomes(run, 'not-attempted');
  const expiring = countOutcomes(run, 'expiration-set');
  const isTroubled = run.error !== undefined || run.repositories.some(({ error }) => error !== undefined);
  if (total === alive && !isTroubled) {
    yield total === 0
      ? 'Nothing to restore: no deleted tag matches.'
      : `Nothing to restore: ${countOf(alive, 'matching tag')} in ${place} ${alive === 1 ? 'exists' : 'exist'}.`;
    return;
  }
  const done = countOutcomes(run, run.dryRun ? 'would-restore' : 'restored');
  if (total > 0) yield `${run.dryRun ? 'Would restore' : 'Restored'} ${countOf(done, 'tag')} in ${place}.`;
  else if (!run.dryRun) yield 'Nothing was restored.';
  if (expiring > 0)
    yield `${countOf(expiring, 'tag')} that an earlier run had restored got ${expiring === 1 ? 'its expiration' : 'their expirations'} back.`;
  if (run.dryRun) yield 'This was a dry run: nothing was changed.';
  if (alive > 0) yield `${countOf(alive, 'existing tag')} ${wasOrWere(alive)} not changed.`;
  if (left > 0) yield `${countOf(left, 'tag')} ${wasOrWere(left)} not processed.`;
}

/** What of a tag did not come back with it, a sentence each. */
export function restoreWarnings({ repositories }: RestoreResult): readonly string[] {
  return repositories.flatMap(({ repository, tags }) =>
    tags.flatMap(({ name, outcome }) => {
      const warning = warningOf(outcome);
      return warning === undefined ? [] : [`${repository}:${name}: ${warning}`];
    }),
  );
}

function warningOf(outcome: RestoreOutcome): string | undefined {
  return outcome.kind === 'restored' || outcome.kind === 'expiration-set' ? outcome.warning : undefined;
}

/** The job summary of a restore, in GitHub-flavoured Markdown. */
export function renderRestoreSummary(run: RestoreResult): Markdown {
  const page = (repository: string) =>
    link(escapeText(repository), repositoryPage(run.registryUrl, repository));
  const blocks: readonly Block[] = [
    `## Quay Tag Restore${run.dryRun ? ' (dry run)' : ''}\n\n`,
    `${describeRestore(run, page)}\n\n`,
    ...alertOf('caution', run.error === undefined ? [] : [run.error]),
    ...alertOf('warning', repositoryErrors(run.repositories)),
    ...notesAlert(run.notes),
    ...section(run, 'Failed tags', 'failed'),
    ...section(run, 'Tags that would be restored', 'would-restore'),
    ...section(run, 'Restored tags', 'restored'),
    ...section(run, 'Tags that have their expiration again', 'expiration-set'),
    ...section(run, 'Tags that were not processed', 'not-attempted'),
    ...section(run, 'Existing tags, unchanged', 'alive'),
  ];
  return renderPage(blocks, MAX_SUMMARY_BYTES);
}

interface Row extends RestoredTag {
  readonly repository: string;
}

/** Outcomes of tags that live, and so have a page. */
const LIVES: ReadonlySet<RestoreOutcome['kind']> = new Set(['restored', 'expiration-set', 'alive']);

function section(run: RestoreResult, heading: string, kind: RestoreOutcome['kind']): readonly Block[] {
  const items = run.repositories.flatMap(({ repository, tags }) =>
    tags.filter(({ outcome }) => outcome.kind === kind).map((tag): Row => ({ ...tag, repository })),
  );
  return tableSection({
    heading,
    items,
    columns: columnsOf(run, LIVES.has(kind)),
    priority: kind === 'failed' ? 'failed' : 'selected',
  });
}

function columnsOf({ registryUrl, repositories }: RestoreResult, lives: boolean): readonly Column<Row>[] {
  return [
    {
      title: 'Tag',
      cell: ({ repository, name }) =>
        lives ? link(code(name), tagPage(registryUrl, repository, name)) : code(name),
    },
    textColumn('Error', ({ outcome }) => (outcome.kind === 'failed' ? outcome.error : undefined)),
    timeColumn('Expires (UTC)', ({ outcome }) => expirationOf(outcome), ''),
    textColumn('Remark', ({ outcome }) => warningOf(outcome)),
    timeColumn('Deleted (UTC)', ({ deletedAt }) => deletedAt),
    digestColumn(({ digest }) => digest),
    {
      title: 'Repository',
      cell: ({ repository }) => escapeText(repository),
      onlyIf: () => repositories.length > 1,
    },
  ];
}

function expirationOf(outcome: RestoreOutcome): number | undefined {
  return outcome.kind === 'restored' || outcome.kind === 'expiration-set' ? outcome.expiration : undefined;
}
