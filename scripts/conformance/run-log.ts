import type { FinishedRun } from '../../__tests__/support/run-bundle.ts';

/** A request that a run of the action sent. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  /** As the log tells it: a number, or why there was none. */
  readonly status: string;
}

/** A run of the action, and what it sent. */
export interface ActionResult extends FinishedRun {
  readonly requests: readonly SentRequest[];
}

/**
 * Reads what a run with step debug sent, and leaves of its log what a person reads: the lines that tell a runner what to
 * hide hold the secrets themselves.
 */
export function readRun(finished: FinishedRun): ActionResult {
  const lines = finished.log.split('\n');
  const requests = lines.flatMap((line) => {
    const [, method = '', path = '', status = ''] =
      /^::debug::([A-Z]+) (\S+) → (.+) in \d+ ms,/.exec(line) ?? [];
    return method === '' ? [] : [{ method, path, status }];
  });
  const log = lines.filter((line) => !/^::(?:debug|add-mask)::/.test(line)).join('\n');
  return { ...finished, log, requests };
}

/** The end of a log; on a runner no line of it is taken for a command. */
export function excerpt(log: string): string {
  return log.trim().slice(-1500).replaceAll(/^/gm, '  | ');
}
