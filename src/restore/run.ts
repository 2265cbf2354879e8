import { unixNow } from '../model/clock.ts';
import type { RestoreResult } from '../model/result.ts';
import { openQuay } from '../quay/open.ts';
import { restoreOutputs } from '../report/outputs.ts';
import { describeRestore, renderRestoreSummary, restoreWarnings } from '../report/restore-summary.ts';
import { errorsOf } from '../report/sentences.ts';
import { type Cancellation, listenForCancellation } from '../runner/cancellation.ts';
import type { Host } from '../runner/host.ts';
import { InvalidInputsError } from '../runner/input-reader.ts';
import { Log } from '../runner/log.ts';
import { publish } from '../runner/outputs.ts';
import { Secrets } from '../runner/secrets.ts';
import { notesOnChoice } from './choose-tags.ts';
import { type RestoreInputs, readRestoreInputs } from './inputs.ts';
import { restore } from './restore.ts';

/** Restores what the host's inputs ask for, and tells the workflow what happened, whatever happened. Returns the exit code. */
export async function run(host: Host): Promise<number> {
  return execute(host, tell);
}

/** A restore that has come to its end, in whatever way. */
export interface Executed {
  readonly host: Host;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly result: RestoreResult;
  /** What is wrong with the inputs, one sentence each; nothing was sent then. */
  readonly invalidInputs: readonly string[];
  /** What went wrong otherwise, one sentence each. */
  readonly errors: readonly string[];
}

/** Restores what the host's inputs ask for, and has it told what happened. Returns what `tell` returns. */
export async function execute(host: Host, tell: (executed: Executed) => Promise<number>): Promise<number> {
  const secrets = new Secrets((secret) => host.maskSecret(secret));
  secrets.keepProxies(host.environment);
  const log = new Log(host, secrets);
  const cancellation = listenForCancellation(host);
  let invalidInputs: readonly string[] = [];
  let result: RestoreResult = { registry: '', registryUrl: '', dryRun: false, repositories: [], notes: [] };
  try {
    const now = unixNow(host.clock);
    const inputs = readRestoreInputs({ host, secrets, now });
    const { registry, dryRun, choice } = inputs;
    result = { ...result, registry: registry.host, registryUrl: registry.origin.origin, dryRun };
    result = { ...result, notes: notesOnChoice(choice) };
    const repositories = await restoreAll(inputs, { host, secrets, log, cancellation });
    result = { ...result, repositories };
  } catch (error) {
    if (error instanceof InvalidInputsError) invalidInputs = error.problems;
    result = { ...result, error: log.explain(error) };
  } finally {
    cancellation.end();
  }
  if (cancellation.cause) result = { ...result, cancelled: true };
  return tell({ host, secrets, log, result, invalidInputs, errors: [...errorsOf(result)] });
}

interface Running {
  readonly host: Host;
  readonly secrets: Secrets;
  readonly log: Log;
}

/** Opens the connection, restores over it, and closes it whatever happens. */
async function restoreAll(
  inputs: RestoreInputs,
  { host, secrets, log, cancellation }: Running & { readonly cancellation: Cancellation },
): Promise<RestoreResult['repositories']> {
  const { registry, token, concurrency } = inputs;
  const { clock, environment } = host;
  const quay = openQuay({
    clock,
    environment,
    ...log.requests(),
    registry,
    credentials: { kind: 'oauth', token },
    concurrency,
    stop: cancellation.sending,
    kill: cancellation.waiting,
    maskSecret: (secret) => secrets.keep(secret),
    requestOidcToken: () => Promise.reject(new Error('A restore signs in with an OAuth token.')),
  });
  try {
    const { timeMachine } = quay;
    if (!timeMachine) throw new Error('An OAuth token opens no time machine.');
    return await log.group(`Restore tags on ${registry.host}`, () =>
      restore({ inputs, timeMachine, cancellation, log, clock }),
    );
  } finally {
    await quay.close();
  }
}

/** Outputs, summary, log. */
async function tell(executed: Executed): Promise<number> {
  const { log, result, errors } = executed;
  const { outputs, warnings } = restoreOutputs(result);
  const unwritten = publish({ outputs, summary: renderRestoreSummary(result) }, executed);
  await log.notices(result.notes);
  await log.warnings([...warnings, ...restoreWarnings(result)]);
  const cancelled = result.cancelled ? ['The workflow was cancelled.'] : [];
  return log.conclude({
    errors: [...errors, ...unwritten, ...cancelled],
    sentence: describeRestore(result),
    level: 'info',
  });
}
