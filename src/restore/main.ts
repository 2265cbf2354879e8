// First of all, so that no signal comes before its handler: loading the rest takes a while.
import '../runner/run-cancellation.ts';
import type { RestoreResult } from '../model/restored.ts';
import { openQuay } from '../quay/open.ts';
import { describeRestore, tagsWith } from '../report/describe-restore.ts';
import { errorsOf } from '../report/errors.ts';
import { renderRestoreSummary, restoreOutputs } from '../report/summary/restore-summary.ts';
import { unixNow } from '../runner/clock.ts';
import { conclude, endSoon, surviveClosedLog } from '../runner/exit.ts';
import { explain, group, notices, requestLog, warnings } from '../runner/log.ts';
import { publish } from '../runner/outputs.ts';
import { cancellation } from '../runner/run-cancellation.ts';
import { keepProxySecrets, keepSecret } from '../runner/secrets.ts';
import { notesOnChoice } from './choose-tags.ts';
import { type RestoreInputs, readRestoreInputs } from './inputs.ts';
import { restore } from './restore.ts';

surviveClosedLog();
keepProxySecrets(process.env);
let result: RestoreResult = { registry: '', registryUrl: '', dryRun: false, repositories: [], notes: [] };

try {
  await run(readRestoreInputs());
} catch (error) {
  result = { ...result, error: explain(error) };
}
if (cancellation.cause) result = { ...result, cancelled: true };
await tell();

endSoon();

/** Opens the connection, restores over it, and closes it whatever happens. */
async function run(inputs: RestoreInputs): Promise<void> {
  const { registry, token, dryRun, choice, concurrency } = inputs;
  result = { ...result, registry: registry.host, registryUrl: registry.origin.origin, dryRun };
  result = { ...result, notes: notesOnChoice(choice) };
  const quay = openQuay({
    registry,
    ...(concurrency === undefined ? {} : { concurrency }),
    stop: cancellation.sending,
    kill: cancellation.waiting,
    now: unixNow,
    ...requestLog(),
    maskSecret: keepSecret,
    requestOidcToken: () => Promise.reject(new Error('A restore signs in with an OAuth token.')),
  });
  const timeMachine = quay.timeMachine(token);
  try {
    const repositories = await group(`Restore tags on ${registry.host}`, () =>
      restore({ inputs, timeMachine, cancellation, now: unixNow }),
    );
    result = { ...result, repositories };
  } finally {
    await quay.close();
  }
}

/** Tells what happened, whatever happened: outputs, summary, log. */
async function tell(): Promise<void> {
  const unwritten = publish({ ...restoreOutputs(result), summary: renderRestoreSummary(result) });
  await notices(result.notes);
  await warnings(lacks(result));
  conclude({
    errors: [...errorsOf(result), ...unwritten, ...(result.cancelled ? ['The workflow was cancelled.'] : [])],
    sentence: describeRestore(result),
    level: 'info',
  });
}

/** What did not come back of restored tags. */
function lacks({ repositories }: RestoreResult): readonly string[] {
  return repositories.flatMap(({ repository, tags }) =>
    tagsWith(tags, 'restored').flatMap(({ name, outcome }) =>
      outcome.kind === 'restored' && outcome.warning !== undefined
        ? [`${repository}:${name}: ${outcome.warning}`]
        : [],
    ),
  );
}
