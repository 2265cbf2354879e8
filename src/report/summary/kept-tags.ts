import type { RunResult } from '../../model/cleanup-result.ts';
import type { Reason } from '../../model/reason.ts';
import { countOf, formatCount } from '../format.ts';
import type { Block } from '../markdown/page.ts';
import { makeTable } from '../markdown/table.ts';
import { summariseReason } from '../reason-text.ts';
import type { Tally } from '../tally.ts';
import { counted, folded, tableSection } from './table-section.ts';
import { livingTag, textCell, whyColumn } from './tag-columns.ts';

/** Why tags stay: how many for each reason, and each tag that was a candidate. */
export function keptTags(run: RunResult, { repository, spared, kept }: Tally): readonly Block[] {
  const columns = [livingTag(run, repository), whyColumn];
  const candidates = kept.filter(({ verdict }) => !NO_CANDIDATE.has(verdict.reason.kind));
  return [
    ...tableSection({
      heading: counted('Kept at the last moment', spared),
      items: spared,
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

/** Reasons of tags that were no candidates. */
const NO_CANDIDATE: ReadonlySet<Reason['kind']> = new Set([
  'not-matched',
  'excluded',
  'other-pull-request',
  'other-branch',
]);

function reasons(kept: Tally['kept']): readonly Block[] {
  const counts = new Map<string, number>();
  for (const { verdict } of kept) {
    const summary = summariseReason(verdict.reason);
    counts.set(summary, (counts.get(summary) ?? 0) + 1);
  }
  return tableSection({
    heading: `Why ${countOf(kept.length, 'tag')} ${kept.length === 1 ? 'stays' : 'stay'}`,
    items: [...counts].toSorted(([, one], [, other]) => other - one),
    columns: [
      { title: 'Why', cell: ([summary]) => textCell(summary) },
      { title: 'Tags', align: 'right', cell: ([, count]) => formatCount(count) },
    ],
    priority: 'kept',
    noun: 'reason',
  });
}
