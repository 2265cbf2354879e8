import type { Reason } from '../model/reason.ts';
import type { CleanupResult, TagResult } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { MODE_WORDS } from './describe-cleanup.ts';
import { countOf, formatCount } from './format.ts';
import type { Block } from './page.ts';
import { countReasons, describeOutcome } from './reasons.ts';
import {
  type Column,
  countColumn,
  detailColumns,
  folded,
  makeTable,
  nameColumn,
  tableSection,
  textColumn,
  timeColumn,
  WHY,
} from './tables.ts';
import { isPlanOnly, type RepositoryTally } from './tally.ts';
import { restorableSentence } from './undo-steps.ts';

const NAME = nameColumn(({ tag }: TagResult) => tag.name);
const ERROR = textColumn('Error', ({ outcome }: TagResult) => describeOutcome(outcome));
const DETAILS = detailColumns(({ tag }: TagResult) => tag);
const EXPIRES_NOW = timeColumn('Expires so far (UTC)', ({ tag }: TagResult) => tag.expiration, 'never');
const EXPIRATION: Column<TagResult> = timeColumn('Expires (UTC)', ({ outcome }) =>
  outcome?.kind === 'expiring' ? outcome.expiration : undefined,
);
const FORMER_EXPIRATION: Column<TagResult> = timeColumn('Was to expire (UTC)', ({ outcome }) =>
  outcome?.kind === 'expiration-removed' ? outcome.was : undefined,
);

/** All tables of one repository: what failed, what was deleted, what remains, and why tags are kept. */
export function repositorySection(run: CleanupResult, tally: RepositoryTally): readonly Block[] {
  const { by, repository } = tally;
  const { participle, conditional } = MODE_WORDS[run.mode.kind];
  const page = { registryUrl: run.registryUrl, repositoryOf: () => repository.repository };
  /** With a link, since the tag lives. */
  const living = nameColumn(({ tag }: TagResult) => tag.name, page);
  const planned = isPlanOnly(run);
  const expiresNow = run.mode.kind === 'delete' ? [] : [EXPIRES_NOW];
  const section = (
    heading: string,
    items: readonly TagResult[] | undefined,
    columns: readonly Column<TagResult>[],
    lead?: string,
  ) => tableSection({ heading, items, columns, lead });
  return [
    ...section('Failed tags', by.failed, [living, ERROR, WHY]),
    ...section(`Tags that may have been ${participle}`, by.unknown, [NAME, ERROR, WHY]),
    ...(planned
      ? section(`Tags that ${conditional}`, by.unprocessed, [living, WHY, ...expiresNow, ...DETAILS])
      : []),
    ...section('Deleted tags', by.deleted, [NAME, WHY, ...DETAILS], restorableSentence(run, repository)),
    ...(run.mode.kind === 'expire'
      ? section('Expiring tags', by.changed, [living, EXPIRATION, WHY, ...DETAILS], TO_KEEP)
      : section('Tags that no longer expire', by.changed, [living, FORMER_EXPIRATION, WHY, ...DETAILS])),
    ...section('Tags that were already gone', by.gone, [NAME, WHY], GONE),
    ...(planned ? [] : section('Selected tags that were not processed', by.unprocessed, [living, WHY])),
    ...remainingTags(run, tally),
    ...section('Kept at the last moment', by.keptLate, [living, WHY]),
    ...keptTags(by.kept ?? [], living),
  ];
}

const TO_KEEP =
  'To keep one of them, clean up once more before then, with its own name in `tags` and `expire-in: never`.';
const GONE = 'Somebody else, such as another run, had deleted them when their turn came.';
const UNCERTAIN =
  'The list was not read again. These tags were listed before, without those that are known to be gone.';

function remainingTags(
  run: CleanupResult,
  { repository, remaining, remainingIsCertain }: RepositoryTally,
): readonly Block[] {
  if (remaining?.length === 0 && repository.tags.length > 0 && remainingIsCertain)
    return [`${run.dryRun ? 'No tag would remain' : 'No tag remains'}.\n\n`];
  const isOrdered = remaining?.some(({ lastModified }) => lastModified !== undefined);
  const page = { registryUrl: run.registryUrl, repositoryOf: () => repository.repository };
  return tableSection({
    heading: `${run.dryRun ? 'Tags that would remain' : 'Remaining tags'}${isOrdered ? ', newest first' : ''}`,
    lead: remainingIsCertain ? undefined : UNCERTAIN,
    items: remaining,
    columns: [
      nameColumn(({ name }: Tag) => name, page),
      ...detailColumns((tag: Tag) => tag),
      timeColumn('Expires (UTC)', ({ expiration }: Tag) => expiration, 'never'),
    ],
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
function keptTags(kept: readonly TagResult[], living: Column<TagResult>): readonly Block[] {
  if (kept.length === 0) return [];
  const counts = countReasons(kept).toSorted(([, one], [, other]) => other - one);
  const columns = [
    textColumn('Why', ([reason]: (typeof counts)[number]) => reason),
    countColumn('Tags', ([, count]: (typeof counts)[number]) => count),
  ];
  const candidates = kept.filter(({ verdict }) => !NO_CANDIDATE.has(verdict.reason.kind));
  return [
    `### Why ${countOf(kept.length, 'tag')} ${kept.length === 1 ? 'is' : 'are'} kept\n\n`,
    makeTable(counts, columns, { noun: 'reason' }),
    '\n',
    ...(candidates.length === 0
      ? []
      : folded(`Reason of each matching tag (${formatCount(candidates.length)})`, [
          makeTable(candidates, [living, WHY]),
        ])),
  ];
}
