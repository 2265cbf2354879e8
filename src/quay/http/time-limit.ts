/** The time for an answer was over. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

interface TimeLimit {
  readonly ms: number;
  /** Ends the work earlier. */
  readonly kill?: AbortSignal | undefined;
}

/**
 * Does what may take so long and no longer. Timer and listener are gone when this returns.
 *
 * The work is stopped by its signal, but not waited for: a request that still waits for its connection would not notice.
 *
 * @throws TimeLimitError when the time is over; the reason of `kill` when that aborts
 */
export async function withinTimeLimit<T>(
  { ms, kill }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const controller = new AbortController();
  const end = (reason: unknown) => {
    reject(reason);
    controller.abort(reason);
  };
  const endEarlier = () => end(kill?.reason);
  const timer = setTimeout(() => end(new TimeLimitError()), ms);
  kill?.addEventListener('abort', endEarlier, { once: true });
  try {
    kill?.throwIfAborted();
    return await Promise.race([work(controller.signal), ended]);
  } finally {
    clearTimeout(timer);
    kill?.removeEventListener('abort', endEarlier);
  }
}
