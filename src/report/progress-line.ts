import type { Mode, RunResult } from '../model/cleanup-result.ts';
import { countOf, formatCount, formatRate, formatTimeLeft } from './format.ts';
import { tallyRun, totalsOf } from './tally.ts';

export interface Progress {
  /** `restore` is the restore action's. */
  readonly mode: Mode['kind'] | 'restore';
  readonly done: number;
  readonly total: number;
  /** Seconds since the first request was sent. */
  readonly elapsed: number;
}

/** `Deleted 250 of 1,000 tags, 48/s, about 16 s left` */
export function progressLine({ mode, done, total, elapsed }: Progress): string {
  const count = `${VERBS[mode]} ${formatCount(done)} of ${countOf(total, 'tag')}${mode === 'expire' ? ' to expire' : ''}`;
  if (done === 0 || elapsed <= 0) return count;
  const rate = done / elapsed;
  const left = total - done;
  return `${count}, ${formatRate(rate)}/s${left > 0 ? `, about ${formatTimeLeft(left / rate)} left` : ''}`;
}

const VERBS = { delete: 'Deleted', expire: 'Set', restore: 'Restored' } as const;

/** What the log says at the end, before the run's last sentence: what remains, and where the report is. */
export function closingLines(run: RunResult): readonly string[] {
  const { listed, remaining } = totalsOf(tallyRun(run));
  return [
    ...(listed > 0 ? [`${countOf(remaining, 'tag')} ${wouldRemain(run.dryRun, remaining)}.`] : []),
    ...(run.reportPath === undefined || listed === 0
      ? []
      : [`The report with every tag and its reason is ${run.reportPath}`]),
  ];
}

function wouldRemain(dryRun: boolean, count: number): string {
  if (dryRun) return 'would remain';
  return count === 1 ? 'remains' : 'remain';
}
