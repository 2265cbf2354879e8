// First of all, so that no signal comes before its handler: loading the rest takes a while.
import '../runner/run-cancellation.ts';
import { openGitHub } from '../github/client.ts';
import type { CleanupResult } from '../model/result.ts';
import { openQuay } from '../quay/open.ts';
import { closingLines } from '../report/closing-lines.ts';
import { describeCleanup } from '../report/describe-cleanup.ts';
import { errorsOf } from '../report/errors.ts';
import { cleanupOutputs } from '../report/outputs.ts';
import { renderCleanupSummary } from '../report/summary/cleanup-summary.ts';
import { tallyCleanup } from '../report/tally.ts';
import { reportParts } from '../report/write-report.ts';
import { unixNow } from '../runner/clock.ts';
import { actionReference, readEvent, type WorkflowEvent } from '../runner/event.ts';
import { conclude, endSoon, surviveClosedLog } from '../runner/exit.ts';
import { explain, info, notices, requestLog } from '../runner/log.ts';
import { requestOidcToken } from '../runner/oidc-token.ts';
import { attempt, publish } from '../runner/outputs.ts';
import { ReportFile } from '../runner/report-file.ts';
import { cancellation } from '../runner/run-cancellation.ts';
import { keepProxySecrets, keepSecret } from '../runner/secrets.ts';
import { cleanup } from './cleanup.ts';
import { type CleanupInputs, modeOf, readCleanupInputs, rulesFor } from './inputs.ts';
import { ResultRecorder } from './result-recorder.ts';

surviveClosedLog();
keepProxySecrets(process.env);
const record = new ResultRecorder(unixNow());
const report = new ReportFile(process.env['RUNNER_TEMP']);
const saveReport = () => report.write(reportParts(record.result));

try {
  const event = readEvent(process.env);
  await run(readCleanupInputs(event, unixNow()), event);
} catch (error) {
  record.add({ error: explain(error) });
}
record.add({ finishedAt: unixNow() });
try {
  await tell();
} catch (error) {
  conclude({ errors: [explain(error)], sentence: 'The results could not be reported.', level: 'info' });
}
endSoon();

/** Opens the connections, cleans up over them, and closes them whatever happens. */
async function run(inputs: CleanupInputs, event: WorkflowEvent): Promise<void> {
  const { registry, dryRun, concurrency, githubToken, timeBudget, withoutSecrets } = inputs;
  const mode = modeOf(inputs);
  record.add({ registry: registry.host, registryUrl: registry.origin.origin, dryRun, mode });
  record.add(actionReference(process.env));
  if (inputs.rules.tags.length > 1) record.add({ rules: inputs.rules.tags.map(({ line }) => line) });
  if (timeBudget) cancellation.limitTo(timeBudget.seconds);
  if (withoutSecrets) {
    record.add({ stopped: { kind: 'no-secrets', why: withoutSecrets } });
    return;
  }
  const quay = openQuay({
    registry,
    ...(concurrency === undefined ? {} : { concurrency }),
    stop: cancellation.sending,
    kill: cancellation.waiting,
    now: unixNow,
    ...requestLog(),
    maskSecret: keepSecret,
    requestOidcToken: (audience) =>
      requestOidcToken({ audience, environment: process.env, signal: cancellation.sending }),
  });
  const store = quay.tagStore(inputs.credentials);
  const github = openGitHub({
    token: githubToken,
    repository: event.repository,
    apiUrl: process.env['GITHUB_API_URL'] || 'https://api.github.com',
    signal: cancellation.sending,
  });
  const rules = rulesFor(inputs, { event, canRestore: store.canRestore, now: unixNow() });
  try {
    await cleanup({ inputs, rules, store, github, cancellation, record, now: unixNow }, saveReport);
  } finally {
    noteStop(inputs);
    await quay.close();
  }
}

function noteStop({ timeBudget }: CleanupInputs): void {
  if (cancellation.cause === 'cancelled') record.add({ stopped: { kind: 'cancelled' } });
  if (cancellation.cause === 'time-budget' && timeBudget)
    record.add({ stopped: { kind: 'time-budget', duration: timeBudget.text } });
}

/** Tells what happened, whatever happened: report, outputs, summary, log. What cannot be written does not stop the rest. */
async function tell(): Promise<void> {
  const problems = attempt('The report could not be written', saveReport);
  if (report.path !== undefined) record.add({ reportPath: report.path });
  const result = record.result;
  const tally = tallyCleanup(result);
  const outputs = cleanupOutputs(tally);
  const unwritten = publish({
    ...outputs,
    warnings: [...(result.warnings ?? []), ...outputs.warnings],
    summary: renderCleanupSummary(tally),
  });
  await notices(result.notes);
  closingLines(tally).forEach(info);
  conclude({
    errors: [...errorsOf(result), ...problems, ...unwritten, ...cancelled(result)],
    sentence: describeCleanup(tally),
    level:
      result.stopped?.kind === 'time-budget' ? 'warning' : tally.totals.selected === 0 ? 'notice' : 'info',
  });
}

function cancelled({ stopped }: CleanupResult): readonly string[] {
  return stopped?.kind === 'cancelled' ? ['The workflow was cancelled.'] : [];
}
