import type { Stopped } from '../model/cleanup-result.ts';
import type { Duration } from '../model/duration.ts';

/** Requests in flight may end for this long after a cancellation; the runner kills the process after 7.5 s. */
const GRACE_MS = 3000;
/** Longer timers end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Tells the run when to stop. */
export interface Stop {
  /** Aborts when nothing more may be deleted: the workflow was cancelled, or the time budget is used up. */
  readonly deleting: AbortSignal;
  /** Aborts when nothing at all may be sent any more. */
  readonly sending: AbortSignal;
  /** Aborts when the requests in flight had their time. */
  readonly waiting: AbortSignal;
  readonly cancelled: boolean;
  /** @throws CancelledError if the workflow was cancelled */
  throwIfCancelled(): void;
  /** Forgets the signals and timers, so that the process can end. */
  release(): void;
}

/** The workflow was cancelled before anything was changed. */
class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor() {
    super('The run was cancelled before anything was changed.');
  }
}

/** Listens for a cancelled workflow, and for the end of the time budget, in seconds. */
export function listenForStop(timeBudget: number | undefined): Stop {
  const deleting = new AbortController();
  const sending = new AbortController();
  const waiting = new AbortController();
  const timers: NodeJS.Timeout[] = [];

  const cancel = () => {
    deleting.abort();
    sending.abort();
    timers.push(setTimeout(() => waiting.abort(), GRACE_MS));
  };
  if (timeBudget !== undefined)
    timers.push(setTimeout(() => deleting.abort(), Math.min(timeBudget * 1000, LONGEST_TIMER_MS)));
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  return {
    deleting: deleting.signal,
    sending: sending.signal,
    waiting: waiting.signal,
    get cancelled() {
      return sending.signal.aborted;
    },
    throwIfCancelled: () => {
      if (sending.signal.aborted) throw new CancelledError();
    },
    release: () => {
      process.off('SIGINT', cancel);
      process.off('SIGTERM', cancel);
      timers.forEach(clearTimeout);
    },
  };
}

/** What a run that was stopped says of it. */
export function stopFacts(stop: Stop, timeBudget: Duration | undefined): { readonly stopped?: Stopped } {
  if (stop.cancelled) return { stopped: { kind: 'cancelled' } };
  return stop.deleting.aborted && timeBudget
    ? { stopped: { kind: 'time-budget', duration: timeBudget.text } }
    : {};
}
