import { countOf } from './format.ts';
import type { Tally } from './tally.ts';

/** What the log says at the end, before the run's last sentence: what remains, and where the report is. */
export function closingLines({ run, totals: { listed, remaining } }: Tally): readonly string[] {
  if (listed === 0) return [];
  return [
    ...(remaining === undefined
      ? []
      : [`${countOf(remaining, 'tag')} ${wouldRemain(run.dryRun, remaining)}.`]),
    ...(run.reportPath === undefined ? [] : [`Report: ${run.reportPath}`]),
  ];
}

function wouldRemain(dryRun: boolean, count: number): string {
  if (dryRun) return 'would remain';
  return count === 1 ? 'remains' : 'remain';
}
