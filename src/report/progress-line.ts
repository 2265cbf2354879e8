import { countOf, formatCount, formatRate, formatTimeLeft } from './format.ts';

/** How far a run is. */
interface Progress {
  readonly doing: 'delete' | 'expire' | 'restore';
  /** Those that failed are not among them. */
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** Seconds since the first request was sent. */
  readonly elapsed: number;
}

/** `Deleted 250 of 1,000 tags, 48/s, about 16 s left` */
export function progressLine({ doing, done, failed, total, elapsed }: Progress): string {
  const count = `${VERBS[doing]} ${formatCount(done)} of ${countOf(total, 'tag')}${doing === 'expire' ? ' to expire' : ''}`;
  const failures = failed === 0 ? '' : `, ${formatCount(failed)} failed`;
  const processed = done + failed;
  if (processed === 0 || elapsed <= 0) return count;
  const rate = processed / elapsed;
  const left = total - processed;
  return `${count}${failures}, ${formatRate(rate)}/s${left > 0 ? `, about ${formatTimeLeft(left / rate)} left` : ''}`;
}

const VERBS = { delete: 'Deleted', expire: 'Set', restore: 'Restored' } as const;
