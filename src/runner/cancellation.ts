import type { Host } from './host.ts';

/** Requests in flight may end for this long after a cancellation; the runner kills the process after 7.5 s. */
const GRACE_MS = 3000;
/** After the end of the time budget the run has ten seconds to tell what it knows. */
const BUDGET_GRACE_MS = 7000;

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
  /** Listens no more, and lets go of all timers. */
  end(): void;
}

/** Listens for a cancelled workflow and for the end of the time budget, until it is ended. */
export function listenForCancellation(host: Pick<Host, 'clock' | 'onSignal' | 'age'>): Cancellation {
  const deleting = new AbortController();
  const sending = new AbortController();
  const waiting = new AbortController();
  const releases: (() => void)[] = [];
  let cause: Cancellation['cause'];
  let planned = false;

  const after = (ms: number, call: () => void) => {
    releases.push(host.clock.after(ms, call));
  };
  /** @param grace - how long answers are waited for, in milliseconds */
  const stop = (
    why: Cancellation['cause'],
    { sendsOn, grace }: Readonly<{ sendsOn: boolean; grace: number }>,
  ) => {
    cause ??= why;
    deleting.abort();
    if (!sendsOn) sending.abort();
    after(grace, () => {
      sending.abort();
      waiting.abort();
    });
  };
  const endBudget = () => stop('time-budget', { sendsOn: planned, grace: planned ? BUDGET_GRACE_MS : 0 });
  releases.push(host.onSignal(() => stop('cancelled', { sendsOn: false, grace: GRACE_MS })));
  return {
    deleting: deleting.signal,
    sending: sending.signal,
    waiting: waiting.signal,
    get cause() {
      return cause;
    },
    limitTo: (seconds) => after(seconds * 1000 - host.age(), endBudget),
    planStands: () => {
      planned = true;
    },
    end: () => {
      for (const release of releases.splice(0)) release();
    },
  };
}
