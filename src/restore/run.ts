import { unixNow } from '../model/clock.ts';
import type { RestoreResult } from '../model/restored.ts';
import { openQuay } from '../quay/open.ts';
import { restoreOutputs } from '../report/outputs.ts';
import { describeRestore, renderRestoreSummary, restoreWarnings } from '../report/restore-summary.ts';
import { errorsOf } from '../report/troubles.ts';
import { type Cancellation, listenForCancellation } from '../runner/cancellation.ts';
import type { Host } from '../runner/host.ts';
import { Log } from '../runner/log.ts';
import { publish } from '../runner/outputs.ts';
import { Secrets } from '../runner/secrets.ts';
import { notesOnChoice } from './choose-tags.ts';
import { type RestoreInputs, readRestoreInputs } from './inputs.ts';
import { restore } from './restore.ts';

/** Restores what the host's inputs ask for, and tells what happened, whatever happened. Returns the exit code. */
export async function run(host: Host): Promise<number> {
  const secrets = new Secrets((secret) => host.maskSecret(secret));
  secrets.keepProxies(host.environment);
  const log = new Log(host, secrets);
  const cancellation = listenForCancellation(host);
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
    result = { ...result, error: log.explain(error) };
  } finally {
    cancellation.end();
  }
  if (cancellation.cause) result = { ...result, cancelled: true };
  return tell(result, { host, secrets, log });
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
    ...(concurrency === undefined ? {} : { concurrency }),
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
async function tell(result: RestoreResult, running: Running): Promise<number> {
  const { outputs, warnings } = restoreOutputs(result);
  const unwritten = publish({ outputs, summary: renderRestoreSummary(result) }, running);
  const { log } = running;
  await log.notices(result.notes);
  await log.warnings([...warnings, ...restoreWarnings(result)]);
  return log.conclude({
    errors: [...errorsOf(result), ...unwritten, ...(result.cancelled ? ['The workflow was cancelled.'] : [])],
    sentence: describeRestore(result),
    level: 'info',
  });
}
