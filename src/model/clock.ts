/** Time, as a run is handed it: tests have clocks of their own. */
export interface Clock {
  /** The time of day, in Unix milliseconds. */
  time(): number;
  /** Milliseconds since any fixed moment, which never go back. */
  elapsed(): number;
  /** Calls back once, after so many milliseconds; the function that is returned takes that back. */
  after(ms: number, call: () => void): () => void;
}

/** How long a registry whose lists lag behind its answers is waited for, in milliseconds. */
export const LONGEST_LAG = 10_000;

/** In milliseconds. */
const FIRST_PAUSE = 200;

/** Longer timers end at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const SYSTEM_CLOCK: Clock = {
  time: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, Math.min(Math.max(ms, 0), LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
};

/** The time of day in whole Unix seconds. */
export function unixNow(clock: Clock): number {
  return Math.floor(clock.time() / 1000);
}

/** Waits so many milliseconds; rejects with the signal's reason where that aborts before. */
export function wait(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const giveUp = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    });
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}

/**
 * Asks again until the answer is settled, with pauses that grow to a fifth of the longest time, and for the last time when that
 * is over; the last answer where none is settled, or the signal aborts. What a server shows may lag behind what it has done.
 *
 * @param longest - in milliseconds
 */
export async function askUntil<T>(
  isSettled: (value: T) => boolean,
  ask: () => Promise<T>,
  {
    clock,
    longest,
    signal,
  }: { readonly clock: Clock; readonly longest: number; readonly signal: AbortSignal },
): Promise<T> {
  const end = clock.elapsed() + longest;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, longest / 5)) {
    const value = await ask();
    const left = end - clock.elapsed();
    if (isSettled(value) || signal.aborted || left <= 0) return value;
    await wait(clock, Math.min(pause, left), signal).catch(() => {});
  }
}
