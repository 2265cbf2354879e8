import type { RestoredTag, RestoreOutcome, RestoreResult } from '../model/result.ts';
import { agree, countOf } from './format.ts';
import { escapeText, linkToRepository, type Markdown, repositoryPage } from './markdown.ts';
import {
  alerts,
  type Column,
  digestColumn,
  nameColumn,
  renderPage,
  tableSection,
  textColumn,
  timeColumn,
} from './page.ts';
import { failingRepositories, placeOf, type WriteName } from './sentences.ts';

/** `repository` is `namespace/name`. */
type Row = RestoredTag & { readonly repository: string };

type Kind = RestoreOutcome['kind'];

function byOutcome({ repositories }: RestoreResult): ReadonlyMap<Kind, readonly Row[]> {
  const rows = repositories.flatMap(({ repository, tags }) => tags.map((tag) => ({ ...tag, repository })));
  return Map.groupBy(rows, ({ outcome }) => outcome.kind);
}

/** What the restore did, in a few sentences, trouble first. */
export function describeRestore(run: RestoreResult, name: WriteName = (repository) => repository): string {
  return [...sentences(run, name)].join(' ');
}

function* sentences(run: RestoreResult, name: WriteName): Generator<string> {
  const { repositories, dryRun } = run;
  const rows = byOutcome(run);
  const count = (kind: Kind) => rows.get(kind)?.length ?? 0;
  const found = repositories.filter(({ error }) => error === undefined);
  const place = placeOf(found.length > 0 ? found : repositories, name);
  const failed = count('failed');
  const alive = count('alive');
  const left = count('not-attempted');
  const again = count('expiration-set');
  if (run.error !== undefined) yield 'The run failed.';
  if (run.cancelled) yield 'The run was cancelled.';
  if (failed > 0) yield `Failed to restore ${countOf(failed, 'tag')}.`;
  yield* failingRepositories(repositories, name);
  const isTroubled = run.error !== undefined || found.length < repositories.length;
  if (rows.size === 0 && !isTroubled) {
    yield 'Nothing to restore: no deleted tag matches.';
  } else if (rows.size === 1 && alive > 0 && !isTroubled) {
    yield `Nothing to restore: ${countOf(alive, 'matching tag')} in ${place} ${alive === 1 ? 'exists' : 'exist'}.`;
  } else {
    const done = count(dryRun ? 'would-restore' : 'restored');
    if (rows.size > 0) yield `${dryRun ? 'Would restore' : 'Restored'} ${countOf(done, 'tag')} in ${place}.`;
    else if (!dryRun) yield 'Nothing was restored.';
    if (again > 0)
      yield `${countOf(again, 'tag')} that an earlier run had restored got ${again === 1 ? 'its expiration' : 'their expirations'} back.`;
    if (dryRun) yield 'This was a dry run: nothing was changed.';
    if (alive > 0) yield `${agree(alive, 'existing tag', 'was', 'were')} not changed.`;
    if (left > 0) yield `${agree(left, 'tag', 'was', 'were')} not processed.`;
  }
}

/** What of a tag did not come back with it, a sentence each. */
export function restoreWarnings({ repositories }: RestoreResult): readonly string[] {
  return repositories.flatMap(({ repository, tags }) =>
    tags
      .filter((tag) => backOf(tag).warning !== undefined)
      .map((tag) => `${repository}:${tag.name}: ${backOf(tag).warning}`),
  );
}

/** What is told of a tag that came back. */
function backOf({ outcome }: RestoredTag): { readonly expiration?: number; readonly warning?: string } {
  return outcome.kind === 'restored' || outcome.kind === 'expiration-set' ? outcome : {};
}

/** The job summary of a restore, in GitHub-flavoured Markdown. */
export function renderRestoreSummary(run: RestoreResult): Markdown {
  const rows = byOutcome(run);
  const columns = columnsOf(run);
  return renderPage([
    `## Quay Tag Restore${run.dryRun ? ' (dry run)' : ''}\n\n`,
    `${describeRestore(run, (repository) => linkToRepository(run.registryUrl, repository))}\n\n`,
    ...alerts(run),
    ...HEADINGS.flatMap(([kind, heading]) => tableSection({ heading, items: rows.get(kind), columns })),
  ]);
}

/** The headings of the tables, in their order. */
const HEADINGS: readonly (readonly [Kind, string])[] = [
  ['failed', 'Failed tags'],
  ['would-restore', 'Tags that would be restored'],
  ['restored', 'Restored tags'],
  ['expiration-set', 'Tags that have their expiration again'],
  ['not-attempted', 'Tags that were not processed'],
  ['alive', 'Existing tags, unchanged'],
];

/** Outcomes of tags that live, and so have a page. */
const LIVES: ReadonlySet<Kind> = new Set(['restored', 'expiration-set', 'alive']);

function columnsOf({ registryUrl, repositories }: RestoreResult): readonly Column<Row>[] {
  return [
    nameColumn(({ repository, name, outcome }) => ({
      name,
      page: LIVES.has(outcome.kind) ? repositoryPage(registryUrl, repository) : undefined,
    })),
    textColumn('Error', ({ outcome }) => (outcome.kind === 'failed' ? outcome.error : undefined)),
    timeColumn('Expires (UTC)', (row) => backOf(row).expiration),
    textColumn('Remark', (row) => backOf(row).warning),
    timeColumn('Deleted (UTC)', ({ deletedAt }) => deletedAt, 'unknown'),
    digestColumn(({ digest }) => digest),
    {
      title: 'Repository',
      cell: ({ repository }) => (repositories.length > 1 ? escapeText(repository) : undefined),
    },
  ];
}
