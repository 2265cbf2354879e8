import { type Context, createContext, runInContext } from 'node:vm';
import { asObject } from '../model/json.ts';

/** Made once, because making a context takes longer than most work in it. */
let sandbox: Context | undefined;

/** So much of the limit is as good as all of it: what is harmless takes a thousandth, and a busy machine gives little at a time. */
const ENOUGH = 0.5;
/** A machine that gives less than an eighth of a processor is not waited for. */
const MOST_WAITING = 8;

/**
 * Runs pure work that may take for ever, such as a regular expression that backtracks without end; `timeout` when it is not
 * through after so many milliseconds of processor time.
 *
 * V8 looks for a termination inside its regular expression engine too, so that the time limit of `node:vm` ends both. That
 * limit counts elapsed time: work that a busy machine kept waiting is begun again, with twice the time.
 */
export function withinTime<T>(milliseconds: number, work: () => T): { readonly value: T } | 'timeout' {
  for (let elapsed = milliseconds; ; elapsed *= 2) {
    const before = processorTime();
    const result = attempt(elapsed, work);
    if (result) return result;
    const used = processorTime() - before;
    if (used >= milliseconds * ENOUGH || elapsed >= milliseconds * MOST_WAITING) return 'timeout';
  }
}

/** The processor time that this thread has used, in milliseconds. */
function processorTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

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
    if (asObject(error)['code'] !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
  }
  return result;
}
