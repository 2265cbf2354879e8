import { type Cancellation, listenForCancellation } from './cancellation.ts';
import type { Host } from './host.ts';
import { InvalidInputsError } from './input-reader.ts';
import { Log } from './log.ts';
import { Secrets } from './secrets.ts';

/** What a story is told in: the process that it lives in, and what it says and hears there. */
export interface Run {
  readonly host: Host;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly cancellation: Cancellation;
}

/** A run that has come to its end, in whatever way. */
export interface EndedRun extends Run {
  /** Why it failed as a whole. */
  readonly error?: string;
  /** What is wrong with the inputs, one sentence each; nothing was sent then. */
  readonly invalidInputs: readonly string[];
}

/** Runs a story in the process of a host, and has it told what happened, whatever happened. Returns what `tell` returns. */
export async function runStory(
  host: Host,
  act: (run: Run) => Promise<void>,
  tell: (ended: EndedRun) => Promise<number>,
): Promise<number> {
  const secrets = new Secrets((secret) => host.maskSecret(secret));
  secrets.keepProxies(host.environment);
  const log = new Log(host, secrets);
  const cancellation = listenForCancellation(host);
  const run = { host, log, secrets, cancellation };
  try {
    const failure = await act(run).then(
      () => ({ invalidInputs: [] }),
      (error: unknown) => ({
        error: log.explain(error),
        invalidInputs: error instanceof InvalidInputsError ? error.problems : [],
      }),
    );
    return await tell({ ...run, ...failure });
  } catch (error) {
    const sentence = 'The results could not be reported.';
    return log.conclude({ errors: [log.explain(error)], sentence, level: 'info' });
  } finally {
    cancellation.end();
  }
}

/** What a connection of the run is opened with. */
export function connectionOf({ host, log, secrets, cancellation }: Run) {
  return {
    clock: host.clock,
    environment: host.environment,
    onRequest: log.onRequest,
    stop: cancellation.sending,
    kill: cancellation.waiting,
    maskSecret: (secret: string) => secrets.keep(secret),
  };
}
