import { isPlanOnly } from '../describe-cleanup.ts';
import { clip, formatCount } from '../format.ts';
import { code, type Markdown } from '../markdown/escape.ts';
import type { Block } from '../markdown/page.ts';
import { type Column, makeTable } from '../markdown/table.ts';
import type { RuleTally } from '../rule-tally.ts';
import type { Tally } from '../tally.ts';
import { doneIn } from './repository-rows.ts';
import { CELL_LENGTH } from './tag-columns.ts';
import { doneTitle } from './totals-table.ts';

/** The rules, where there are several: what each matches, and what became of that. A rule that matches nothing stands out. */
export function rulesTable({ run, rules, totals }: Tally): readonly Block[] {
  if (rules.length === 0 || totals.listed === 0) return [];
  const rare = (title: string, of: (tally: RuleTally) => number): Column<RuleTally> => ({
    ...count(title, of),
    onlyIf: (tally) => of(tally) > 0,
  });
  const columns = [
    { title: 'Rule', cell: nameCell },
    { title: 'Matches', align: 'right', cell: matchesCell } as const,
    count(doneTitle(run), ({ fates }) => doneIn(run, fates)),
    rare('Failed', ({ fates }) => fates.failed),
    rare('Outcome unknown', ({ fates }) => fates.unknown),
    rare('Not processed', ({ fates }) => (isPlanOnly(run) ? 0 : fates.unprocessed)),
    count('Kept', ({ fates }) => fates.kept + fates.keptLate),
    rare('Left to an earlier rule', ({ leftToEarlier }) => leftToEarlier),
  ];
  return [{ table: makeTable(rules, columns, 'rule'), priority: 'totals' }, '\n'];
}

function nameCell({ rule }: RuleTally): Markdown {
  return rule === undefined ? '*signatures, without a rule*' : code(clip(rule, CELL_LENGTH));
}

function matchesCell({ rule, matches }: RuleTally): Markdown {
  if (rule === undefined) return '';
  return matches === 0 ? '⚠️\u00a0**nothing**' : formatCount(matches);
}

/** Only a zero that could be another number is worth reading. */
function count(title: string, of: (tally: RuleTally) => number): Column<RuleTally> {
  return {
    title,
    align: 'right',
    cell: (tally) => (tally.rule !== undefined && tally.matches === 0 ? '' : formatCount(of(tally))),
  };
}
