import type { CleanupResult } from '../../model/result.ts';
import type { Reason } from '../../model/reason.ts';
import { countOf, formatCount } from '../format.ts';
import type { Block } from '../markdown/page.ts';
import { makeTable } from '../markdown/table.ts';
import type { RepositoryTally } from '../tally.ts';
import { summariseVerdict } from '../verdict-text.ts';
import { counted, folded, tableSection } from './table-section.ts';
import { livingTag, textCell, whyColumn } from './tag-columns.ts';

/** Why tags are kept: how many for each reason, and each tag that a pattern matches. */
export function keptTags(
  run: CleanupResult,
  { repository, keptLate, kept }: RepositoryTally,
): readonly Block[] {
  const columns = [livingTag(run, repository), whyColumn];
  const candidates = kept.filter(
    ({ verdict, outcome }) => outcome?.kind === 'restored' || !NO_CANDIDATE.has(verdict.reason.kind),
  );
  return [
    ...tableSection({
      heading: counted('Kept at the last moment', keptLate),
      items: keptLate,
      columns,
      priority: 'kept',
    }),
    ...reasons(kept),
    ...(candidates.length === 0
      ? []
      : folded(`Reason of each matching tag (${formatCount(candidates.length)})`, [
          { table: makeTable(candidates, columns), priority: 'kept' },
        ])),
  ];
}

/** Reasons that concern no single tag. */
const NO_CANDIDATE: ReadonlySet<Reason['kind']> = new Set([
  'not-matched',
  'cosign-tag',
  'excluded',
  'other-pull-request',
  'other-branch',
]);

function reasons(kept: RepositoryTally['kept']): readonly Block[] {
  const counts = new Map<string, number>();
  for (const tag of kept) {
    const summary = summariseVerdict(tag);
    counts.set(summary, (counts.get(summary) ?? 0) + 1);
  }
  return tableSection({
    heading: `Why ${countOf(kept.length, 'tag')} ${kept.length === 1 ? 'is' : 'are'} kept`,
    items: [...counts].toSorted(([, one], [, other]) => other - one),
    columns: [
      { title: 'Why', cell: ([summary]) => textCell(summary) },
      { title: 'Tags', align: 'right', cell: ([, count]) => formatCount(count) },
    ],
    priority: 'kept',
    noun: 'reason',
  });
}
