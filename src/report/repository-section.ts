import type { Reason } from '../model/reason.ts';
import type { CleanupResult, TagResult } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { MODE_WORDS } from './describe-cleanup.ts';
import { countOf, formatCount } from './format.ts';
import { type Block, makeTable } from './page.ts';
import { countReasons } from './reasons.ts';
import {
  detailColumns,
  folded,
  nameColumn,
  tableSection,
  textCell,
  textColumn,
  timeColumn,
  WHY,
} from './tables.ts';
import { isPlanOnly, type RepositoryTally } from './tally.ts';
import { restorableSentence } from './undo-steps.ts';

/** All tables of one repository: what failed, what was deleted, what remains, and why tags are kept. */
export function repositorySection(run: CleanupResult, tally: RepositoryTally): readonly Block[] {
  const columns = columnsFor(run, tally);
  return [
    ...tableSection({
      heading: 'Failed tags',
      items: tally.failed,
      columns: [columns.living, columns.error, WHY],
      priority: 'failed',
    }),
    ...tableSection({
      heading: `Tags that may have been ${MODE_WORDS[run.mode.kind].participle}`,
      items: tally.unknown,
      columns: [columns.name, columns.error, WHY],
      priority: 'failed',
    }),
    ...selectedTags(run, tally, columns),
    ...tableSection({
      heading: 'Tags that were already gone',
      lead: 'Somebody else, such as another run, had deleted them when their turn came.',
      items: tally.gone,
      columns: [columns.name, WHY],
      priority: 'kept',
    }),
    ...tableSection({
      heading: 'Selected tags that were not processed',
      items: isPlanOnly(run) ? [] : tally.unprocessed,
      columns: [columns.living, WHY],
      priority: 'kept',
    }),
    ...remainingTags(run, tally),
    ...tableSection({
      heading: 'Kept at the last moment',
      items: tally.keptLate,
      columns: [columns.living, WHY],
      priority: 'kept',
    }),
    ...keptTags(tally, columns),
  ];
}

type Columns = ReturnType<typeof columnsFor>;

function columnsFor({ registryUrl }: CleanupResult, { repository }: RepositoryTally) {
  const nameOf = ({ tag }: TagResult) => tag.name;
  return {
    name: nameColumn(nameOf),
    /** With a link, since the tag lives. */
    living: nameColumn(nameOf, { registryUrl, repository: repository.repository }),
    error: textColumn<TagResult>('Error', ({ outcome }) =>
      outcome?.kind === 'failed' || outcome?.kind === 'unknown' ? outcome.error : undefined,
    ),
    details: detailColumns<TagResult>(({ tag }) => tag),
  };
}

/** The tags that are deleted or changed, or would be. */
function selectedTags(run: CleanupResult, tally: RepositoryTally, columns: Columns): readonly Block[] {
  const section = { priority: 'selected' } as const;
  const isDeletion = run.mode.kind === 'delete';
  if (isPlanOnly(run))
    return tableSection({
      ...section,
      heading: `Tags that ${MODE_WORDS[run.mode.kind].conditional}`,
      items: tally.unprocessed,
      columns: [columns.living, WHY, ...(isDeletion ? [] : [EXPIRES_NOW]), ...columns.details],
    });
  const deleted = tableSection({
    ...section,
    heading: 'Deleted tags',
    lead: restorableSentence(run, tally.repository),
    items: tally.deleted,
    columns: [columns.name, WHY, ...columns.details],
  });
  if (isDeletion) return deleted;
  const isExpiry = run.mode.kind === 'expire';
  return tableSection({
    ...section,
    heading: isExpiry ? 'Expiring tags' : 'Tags that no longer expire',
    ...(isExpiry
      ? {
          lead: 'To keep one of them, clean up once more before then, with its own name in `tags` and `expire-in: never`.',
        }
      : {}),
    items: tally.changed,
    columns: [columns.living, isExpiry ? WILL_EXPIRE : EXPIRED_AT, WHY, ...columns.details],
  });
}

const EXPIRES_NOW = timeColumn<TagResult>('Expires so far (UTC)', ({ tag }) => tag.expiration, 'never');
const WILL_EXPIRE = timeColumn<TagResult>('Expires (UTC)', ({ outcome }) =>
  outcome?.kind === 'expiring' ? outcome.expiration : undefined,
);
const EXPIRED_AT = timeColumn<TagResult>('Was to expire (UTC)', ({ outcome }) =>
  outcome?.kind === 'expiration-removed' ? outcome.was : undefined,
);

const UNCERTAIN =
  'The list was not read again. These tags were listed before, without those that are known to be gone.';

function remainingTags(
  run: CleanupResult,
  { repository, remaining, remainingIsCertain }: RepositoryTally,
): readonly Block[] {
  if (remaining === undefined) return [];
  if (remaining.length === 0)
    return repository.tags.length > 0 && remainingIsCertain
      ? [`${run.dryRun ? 'No tag would remain' : 'No tag remains'}.\n\n`]
      : [];
  return tableSection({
    heading: run.dryRun ? 'Tags that would remain' : 'Remaining tags',
    ...(remaining.some(({ lastModified }) => lastModified !== undefined) ? { order: ', newest first' } : {}),
    ...(remainingIsCertain ? {} : { lead: UNCERTAIN }),
    items: remaining,
    columns: [
      nameColumn(({ name }: Tag) => name, {
        registryUrl: run.registryUrl,
        repository: repository.repository,
      }),
      ...detailColumns((tag: Tag) => tag),
      timeColumn('Expires (UTC)', ({ expiration }: Tag) => expiration, 'never'),
    ],
    priority: 'remaining',
  });
}

/** Reasons that concern no single tag. */
const NO_CANDIDATE: ReadonlySet<Reason['kind']> = new Set([
  'not-matched',
  'hangs-on-image',
  'excluded',
  'other-pull-request',
  'other-branch',
]);

/** Why tags are kept: how many for each reason, and each tag that a pattern matches. */
function keptTags({ kept }: RepositoryTally, { living }: Columns): readonly Block[] {
  const candidates = kept.filter(({ verdict }) => !NO_CANDIDATE.has(verdict.reason.kind));
  return [
    ...tableSection({
      heading: `Why ${countOf(kept.length, 'tag')} ${kept.length === 1 ? 'is' : 'are'} kept`,
      isUncounted: true,
      items: countReasons(kept).toSorted(([, one], [, other]) => other - one),
      columns: [
        { title: 'Why', cell: ([reason]) => textCell(reason) },
        { title: 'Tags', align: 'right', cell: ([, count]) => formatCount(count) },
      ],
      priority: 'kept',
      noun: 'reason',
    }),
    ...(candidates.length === 0
      ? []
      : folded(`Reason of each matching tag (${formatCount(candidates.length)})`, [
          { table: makeTable(candidates, [living, WHY]), priority: 'kept' },
        ])),
  ];
}
