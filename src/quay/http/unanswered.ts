import { QuayError, StoppedError, UnknownOutcomeError } from '../errors.ts';
import { type Failure, timeText } from './network-failure.ts';
import type { Attempts } from './retry.ts';

/** A request that got no clear answer so far. */
export interface Pending {
  readonly host: string;
  /** Whether it changes something. */
  readonly isWrite: boolean;
  readonly attempts: Attempts;
}

/** The error of a request that the stop of the run ends. */
export function stoppedError(pending: Pending, cause: unknown): Error {
  return isUnclear(pending)
    ? new UnknownOutcomeError(`The run was stopped before ${pending.host} gave a clear answer.`, { cause })
    : new StoppedError({ cause });
}

/** The error of a request that failed for good. */
export function failedError(pending: Pending, { text, cause }: Failure): QuayError {
  const { made } = pending.attempts;
  return worded(pending, `${text}${made > 1 ? ` This was tried ${made} times.` : ''}`, cause);
}

/** The error of a request that is not sent because the server refuses all for its rate. */
export function limitedError(pending: Pending): QuayError {
  return worded(
    pending,
    `${pending.host} has refused every request for a minute because of its rate limit (429), so this one was not sent. Run again later, or lower \`concurrency\`.`,
  );
}

/** The error of a request that is not sent because the server has answered nothing for so many milliseconds. */
export function silenceError(pending: Pending, lasted: number): QuayError {
  const which = pending.isWrite ? 'any request to change something' : 'any request';
  return worded(
    pending,
    `${pending.host} has not answered ${which} for ${timeText(lasted)}, so this one was not sent. Check that the registry is up, and run again.`,
  );
}

function worded(pending: Pending, text: string, cause?: unknown): QuayError {
  const options = cause === undefined ? {} : { cause };
  return isUnclear(pending) ? new UnknownOutcomeError(text, options) : new QuayError(text, options);
}

/** Reading changes nothing, so it has no outcome that could be unknown. */
function isUnclear({ isWrite, attempts }: Pending): boolean {
  return isWrite && attempts.isUnclear;
}
