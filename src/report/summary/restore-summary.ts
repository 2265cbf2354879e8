import type { RestoredTag, RestoreOutcome, RestoreResult } from '../../model/restored.ts';
import { describeRestore, tagsWith } from '../describe-restore.ts';
import { repositoryErrors } from '../errors.ts';
import { formatTime, shortDigest } from '../format.ts';
import { code, escapeText, link, type Markdown } from '../markdown/escape.ts';
import { type Block, renderPage } from '../markdown/page.ts';
import type { Column } from '../markdown/table.ts';
import { type Outputs, tagOutputs } from '../tag-outputs.ts';
import { alertOf, notesAlert } from './alerts.ts';
import { MAX_SUMMARY_BYTES } from './cleanup-summary.ts';
import { repositoryPage, tagPage } from './quay-page.ts';
import { counted, tableSection } from './table-section.ts';
import { textCell } from './tag-columns.ts';

/** The job summary of a restore, in GitHub-flavoured Markdown. */
export function renderRestoreSummary(run: RestoreResult): Markdown {
  const page = (repository: string) =>
    link(escapeText(repository), repositoryPage(run.registryUrl, repository));
  const blocks: readonly Block[] = [
    `## Quay Tag Restore${run.dryRun ? ' (dry run)' : ''}\n\n`,
    `${describeRestore(run, page)}\n\n`,
    ...alertOf('caution', run.error === undefined ? [] : [run.error]),
    ...alertOf('warning', repositoryErrors(run.repositories).slice(0, MOST_ERRORS)),
    ...notesAlert(run.notes),
    ...section(run, { kind: 'failed', heading: 'Failed tags' }),
    ...section(run, {
      kind: run.dryRun ? 'would-restore' : 'restored',
      heading: run.dryRun ? 'Tags that would be restored' : 'Restored tags',
    }),
    ...section(run, { kind: 'not-attempted', heading: 'Tags that were not processed' }),
    ...section(run, { kind: 'alive', heading: 'Existing tags, unchanged' }),
  ];
  return renderPage(blocks, MAX_SUMMARY_BYTES);
}

/** Repositories whose error is shown. */
const MOST_ERRORS = 50;

interface Row extends RestoredTag {
  readonly repository: string;
}

function section(
  run: RestoreResult,
  { kind, heading }: { readonly kind: RestoreOutcome['kind']; readonly heading: string },
): readonly Block[] {
  const items = run.repositories.flatMap(({ repository, tags }) =>
    tagsWith(tags, kind).map((tag) => ({ ...tag, repository })),
  );
  const lives = kind === 'restored' || kind === 'alive';
  return tableSection({
    heading: counted(heading, items),
    items,
    columns: columns(run, lives),
    priority: kind === 'failed' ? 'failed' : 'selected',
  });
}

function columns({ registryUrl, repositories }: RestoreResult, lives: boolean): readonly Column<Row>[] {
  const tag: Column<Row> = {
    title: 'Tag',
    cell: ({ repository, name }) =>
      lives ? link(code(name), tagPage(registryUrl, repository, name)) : code(name),
  };
  const error: Column<Row> = {
    title: 'Error',
    cell: ({ outcome }) => (outcome.kind === 'failed' ? textCell(outcome.error) : ''),
    onlyIf: ({ outcome }) => outcome.kind === 'failed',
  };
  const expiration: Column<Row> = {
    title: 'Expires (UTC)',
    cell: ({ outcome }) =>
      outcome.kind === 'restored' && outcome.expiration !== undefined ? formatTime(outcome.expiration) : '',
    onlyIf: ({ outcome }) => outcome.kind === 'restored' && outcome.expiration !== undefined,
  };
  const remark: Column<Row> = {
    title: 'Remark',
    cell: ({ outcome }) => (outcome.kind === 'restored' ? textCell(outcome.warning ?? '') : ''),
    onlyIf: ({ outcome }) => outcome.kind === 'restored' && outcome.warning !== undefined,
  };
  const deletedAt: Column<Row> = {
    title: 'Deleted (UTC)',
    cell: (row) => (row.deletedAt === undefined ? 'unknown' : formatTime(row.deletedAt)),
    onlyIf: (row) => row.deletedAt !== undefined,
  };
  const digest: Column<Row> = {
    title: 'Digest',
    cell: (row) => code(shortDigest(row.digest ?? 'unknown')),
    onlyIf: (row) => row.digest !== undefined,
  };
  const repository: Column<Row> = {
    title: 'Repository',
    cell: (row) => escapeText(row.repository),
    onlyIf: () => repositories.length > 1,
  };
  return [tag, error, expiration, remark, deletedAt, digest, repository];
}

/** The outputs of the restore action. */
export function restoreOutputs(run: RestoreResult): Outputs {
  const names = (kind: RestoreOutcome['kind']) =>
    run.repositories.flatMap(({ repository, tags }) =>
      tagsWith(tags, kind).map(({ name }) => `${repository}:${name}`),
    );
  return tagOutputs(
    { restored: names('restored'), failed: names('failed') },
    'The job summary lists the tags.',
  );
}
