import { type Context, createContext, runInContext } from 'node:vm';

/** Made once, because making a context takes longer than most work in it. */
let sandbox: Context | undefined;

/**
 * Runs pure work that may take for ever, such as a regular expression that backtracks without end.
 *
 * V8 looks for a termination inside its regular expression engine too, so that the time limit of `node:vm` ends both.
 *
 * @throws what `onTimeout` returns, when the work is not through after `milliseconds`
 */
export function withinTime<T>(
  milliseconds: number,
  { work, onTimeout }: { readonly work: () => T; readonly onTimeout: () => Error },
): T {
  let result: { readonly value: T } | undefined;
  sandbox ??= createContext();
  sandbox['run'] = () => {
    result = { value: work() };
  };
  try {
    runInContext('run()', sandbox, { timeout: milliseconds });
  } catch (error) {
    throw isTimeout(error) ? onTimeout() : error;
  }
  if (!result) throw new Error('The work ended without a result.');
  return result.value;
}

function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
