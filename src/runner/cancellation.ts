/** Requests in flight may end for this long after a cancellation; the runner kills the process after 7.5 s. */
const GRACE_MS = 3000;
/** After the end of the time budget the run has ten seconds to tell what it knows. */
const BUDGET_GRACE_MS = 7000;
/** Longer timers end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Runners send the first two, on Windows the last one, and a terminal or a service that goes away the third. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/** Tells a run when to stop. */
export interface Cancellation {
  /** Aborts when nothing more may be deleted. */
  readonly deleting: AbortSignal;
  /** Aborts when nothing at all may be sent any more. */
  readonly sending: AbortSignal;
  /** Aborts when no answer may be waited for any longer. */
  readonly waiting: AbortSignal;
  /** Why the run was told to stop; undefined while it was not. */
  readonly cause: 'cancelled' | 'time-budget' | undefined;
  /** Ends the run when so many seconds have passed since the process started. */
  limitTo(seconds: number): void;
  /** The plan stands: the end of the time budget now ends the deletions alone, and what remains may still be listed. */
  planStands(): void;
}

/**
 * Listens for a cancelled workflow, from the first line of the program to its last: a signal never ends the process by
 * itself. Timers do not keep it alive.
 *
 * @param grace - milliseconds that requests in flight have after a cancellation, and after the end of the time budget
 */
export function listenForCancellation(
  grace: { readonly cancelled: number; readonly budget: number } = {
    cancelled: GRACE_MS,
    budget: BUDGET_GRACE_MS,
  },
): Cancellation {
  const deleting = new AbortController();
  const sending = new AbortController();
  const waiting = new AbortController();
  let cause: Cancellation['cause'];
  let planned = false;

  const stopWaitingAfter = (ms: number) => {
    setTimeout(() => {
      sending.abort();
      waiting.abort();
    }, ms).unref();
  };
  const cancel = () => {
    cause ??= 'cancelled';
    deleting.abort();
    sending.abort();
    stopWaitingAfter(grace.cancelled);
  };
  const endBudget = () => {
    cause ??= 'time-budget';
    deleting.abort();
    if (!planned) sending.abort();
    stopWaitingAfter(planned ? grace.budget : 0);
  };
  for (const signal of SIGNALS) process.on(signal, cancel);
  return {
    deleting: deleting.signal,
    sending: sending.signal,
    waiting: waiting.signal,
    get cause() {
      return cause;
    },
    limitTo: (seconds) => {
      const left = seconds * 1000 - performance.now();
      setTimeout(endBudget, Math.min(Math.max(left, 0), LONGEST_TIMER_MS)).unref();
    },
    planStands: () => {
      planned = true;
    },
  };
}
