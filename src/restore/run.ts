import { unixNow } from '../model/clock.ts';
import { present } from '../model/json.ts';
import type { RestoreResult } from '../model/result.ts';
import { openQuay } from '../quay/open.ts';
import { restoreOutputs } from '../report/outputs.ts';
import { describeRestore, renderRestoreSummary, restoreWarnings } from '../report/restore-summary.ts';
import { errorsOf } from '../report/sentences.ts';
import type { Host } from '../runner/host.ts';
import { connectionOf, type EndedRun, publish, type Run, runStory } from '../runner/story.ts';
import { notesOnChoice } from './choose-tags.ts';
import { type RestoreInputs, readRestoreInputs } from './inputs.ts';
import { restore } from './restore.ts';

/** Restores what the host's inputs ask for, and tells the workflow what happened, whatever happened. Returns the exit code. */
export async function run(host: Host): Promise<number> {
  return execute(host, tell);
}

/** A restore that has come to its end, in whatever way. */
export interface Executed extends EndedRun {
  readonly result: RestoreResult;
  /** What went wrong, one sentence each. */
  readonly errors: readonly string[];
}

/** Restores what the host's inputs ask for, and has it told what happened. Returns what `tell` returns. */
export async function execute(host: Host, tell: (executed: Executed) => Promise<number>): Promise<number> {
  let result: RestoreResult = { registry: '', registryUrl: '', dryRun: false, repositories: [], notes: [] };
  const act = async (run: Run) => {
    const inputs = readRestoreInputs({ ...run, now: unixNow(host.clock) });
    const { registry, dryRun, choice } = inputs;
    const { host: name, origin } = registry;
    result = { ...result, registry: name, registryUrl: origin.origin, dryRun, notes: notesOnChoice(choice) };
    result = { ...result, repositories: await restoreAll(inputs, run) };
  };
  return runStory(host, act, (ended) => {
    const cancelled = ended.cancellation.cause ? true : undefined;
    result = present({ ...result, error: ended.error, cancelled });
    return tell({ ...ended, result, errors: [...errorsOf(result)] });
  });
}

/** Opens the connection, restores over it, and closes it whatever happens. */
async function restoreAll(inputs: RestoreInputs, run: Run): Promise<RestoreResult['repositories']> {
  const { log, cancellation, host } = run;
  const { registry, token, concurrency } = inputs;
  const quay = openQuay({
    ...connectionOf(run),
    registry,
    credentials: { kind: 'oauth', token },
    concurrency,
    requestOidcToken: () => Promise.reject(new Error('A restore signs in with an OAuth token.')),
  });
  try {
    const { timeMachine } = quay;
    if (!timeMachine) throw new Error('An OAuth token opens no time machine.');
    return await log.group(`Restore tags on ${registry.host}`, () =>
      restore({ inputs, timeMachine, cancellation, log, clock: host.clock }),
    );
  } finally {
    await quay.close();
  }
}

/** Tells the workflow. */
async function tell(executed: Executed): Promise<number> {
  const { result, errors } = executed;
  const { outputs, warnings } = restoreOutputs(result);
  return publish(executed, {
    outputs,
    summary: renderRestoreSummary(result),
    warnings: [...warnings, ...restoreWarnings(result)],
    notes: result.notes,
    errors,
    isCancelled: result.cancelled ?? false,
    sentence: describeRestore(result),
    level: 'info',
  });
}
