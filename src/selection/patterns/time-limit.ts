import { type Context, createContext, runInContext } from 'node:vm';

/** Made once, because making a context takes longer than most work in it. */
let sandbox: Context | undefined;

/** The processor time that this thread has used, in milliseconds. */
function processorTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/**
 * Runs pure work that may take for ever, such as a regular expression that backtracks without end.
 *
 * V8 looks for a termination inside its regular expression engine too, so that the time limit of `node:vm` ends both. That
 * limit counts elapsed time: work that a busy machine kept waiting is begun again, with twice the time.
 *
 * @throws what `onTimeout` returns, when the work is not through after `milliseconds` of processor time
 */
export function withinTime<T>(
  milliseconds: number,
  { work, onTimeout }: { readonly work: () => T; readonly onTimeout: () => Error },
): T {
  for (let elapsed = milliseconds; ; elapsed *= 2) {
    const before = processorTime();
    const result = attempt(elapsed, work);
    if (result) return result.value;
    const used = processorTime() - before;
    if (used >= milliseconds * ENOUGH || elapsed >= milliseconds * MOST_WAITING) throw onTimeout();
  }
}

/** So much of the limit is as good as all of it: what is harmless takes a thousandth, and a busy machine gives little at a time. */
const ENOUGH = 0.5;
/** A machine that gives less than an eighth of a processor is not waited for. */
const MOST_WAITING = 8;

/** The result; undefined where the time ran out. */
function attempt<T>(milliseconds: number, work: () => T): { readonly value: T } | undefined {
  let result: { readonly value: T } | undefined;
  sandbox ??= createContext();
  sandbox['run'] = () => {
    result = { value: work() };
  };
  try {
    runInContext('run()', sandbox, { timeout: Math.ceil(milliseconds) });
  } catch (error) {
    if (!isTimeout(error)) throw error;
  }
  return result;
}

function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
