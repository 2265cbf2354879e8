import type { CleanupResult, TagResult } from '../../model/result.ts';
import type { Tag } from '../../model/tag.ts';
import { isPlanOnly } from '../describe-cleanup.ts';
import type { Block } from '../markdown/page.ts';
import type { RepositoryTally } from '../tally.ts';
import { keptTags } from './kept-tags.ts';
import { restorableSentence } from './restorable.ts';
import { counted, tableSection } from './table-section.ts';
import {
  detailColumns,
  expiryColumn,
  livingTag,
  nameColumn,
  tagOf,
  textCell,
  whyColumn,
} from './tag-columns.ts';

/** All tables of one repository: what failed, what was deleted, what remains, and why tags are kept. */
export function repositoryTables(run: CleanupResult, tally: RepositoryTally): readonly Block[] {
  return [
    ...failedTags(run, tally),
    ...unknownTags(run, tally),
    ...selectedTags(run, tally),
    ...unprocessedTags(run, tally),
    ...remainingTags(run, tally),
    ...keptTags(run, tally),
  ];
}

function failedTags(run: CleanupResult, tally: RepositoryTally): readonly Block[] {
  return tableSection({
    heading: counted('Failed tags', tally.failed),
    items: tally.failed,
    columns: [
      livingTag(run, tally.repository),
      { title: 'Error', cell: ({ outcome }) => (outcome?.kind === 'failed' ? textCell(outcome.error) : '') },
      whyColumn,
    ],
    priority: 'failed',
  });
}

function unknownTags(run: CleanupResult, tally: RepositoryTally): readonly Block[] {
  return tableSection({
    heading: counted(
      `Tags that may have been ${run.mode.kind === 'delete' ? 'deleted' : 'changed'}`,
      tally.unknown,
    ),
    lead: 'The request was sent, and no answer came.',
    items: tally.unknown,
    columns: [
      nameColumn(tagOf),
      { title: 'Error', cell: ({ outcome }) => (outcome?.kind === 'unknown' ? textCell(outcome.error) : '') },
      whyColumn,
    ],
    priority: 'failed',
  });
}

function selectedTags(run: CleanupResult, tally: RepositoryTally): readonly Block[] {
  const details = detailColumns(tagOf);
  if (isPlanOnly(run)) {
    return tableSection({
      heading: counted(
        `Tags that would ${run.mode.kind === 'delete' ? 'be deleted' : 'expire'}`,
        tally.unprocessed,
      ),
      items: tally.unprocessed,
      columns: [livingTag(run, tally.repository), whyColumn, ...details],
      priority: 'selected',
    });
  }
  if (run.mode.kind === 'expire') {
    const expires = expiryColumn<TagResult>(({ outcome }) =>
      outcome?.kind === 'expiring' ? outcome.expiration : undefined,
    );
    return tableSection({
      heading: counted('Expiring tags', tally.expiring),
      lead: 'To keep one of them, change its expiration on its page in Quay before then.',
      items: tally.expiring,
      columns: [livingTag(run, tally.repository), expires, whyColumn, ...details],
      priority: 'selected',
    });
  }
  return tableSection({
    heading: counted('Deleted tags', tally.deleted),
    lead: restorableSentence(run, tally.repository),
    items: tally.deleted,
    columns: [nameColumn(tagOf), whyColumn, ...details],
    priority: 'selected',
  });
}

function unprocessedTags(run: CleanupResult, tally: RepositoryTally): readonly Block[] {
  return tableSection({
    heading: counted('Selected tags that were not processed', tally.unprocessed),
    items: isPlanOnly(run) ? [] : tally.unprocessed,
    columns: [livingTag(run, tally.repository), whyColumn],
    priority: 'kept',
  });
}

const UNCERTAIN =
  'The list was not read again. These tags were listed before, without those that are known to be deleted.';

function remainingTags(
  run: CleanupResult,
  { repository, remaining, remainingIsCertain }: RepositoryTally,
): readonly Block[] {
  if (remaining === undefined) return [];
  if (remaining.length === 0)
    return repository.tags.length > 0 && remainingIsCertain
      ? [`${run.dryRun ? 'No tag would remain' : 'No tag remains'}.\n\n`]
      : [];
  const page = { registryUrl: run.registryUrl, repository: repository.repository };
  const identity = (tag: Tag) => tag;
  const order = remaining.some(({ lastModified }) => lastModified !== undefined) ? ', newest first' : '';
  return tableSection({
    heading: `${counted(run.dryRun ? 'Tags that would remain' : 'Remaining tags', remaining)}${order}`,
    ...(remainingIsCertain ? {} : { lead: UNCERTAIN }),
    items: remaining,
    columns: [
      nameColumn(identity, page),
      ...detailColumns(identity),
      expiryColumn<Tag>(({ expiration }) => expiration),
    ],
    priority: 'remaining',
  });
}
