import { openGitHub } from '../github/github.ts';
import { requestOidcToken } from '../github/oidc-token.ts';
import { unixNow } from '../model/clock.ts';
import type { CleanupResult } from '../model/result.ts';
import { openQuay } from '../quay/open.ts';
import { renderCleanupSummary } from '../report/cleanup-summary.ts';
import { closingLines, describeCleanup } from '../report/describe-cleanup.ts';
import { cleanupOutputs } from '../report/outputs.ts';
import { tallyCleanup } from '../report/tally.ts';
import { errorsOf } from '../report/troubles.ts';
import { reportParts } from '../report/write-report.ts';
import { type Cancellation, listenForCancellation } from '../runner/cancellation.ts';
import { actionReference, readEvent } from '../runner/event.ts';
import type { Host } from '../runner/host.ts';
import { Log } from '../runner/log.ts';
import { attempt, publish } from '../runner/outputs.ts';
import { ReportFile } from '../runner/report-file.ts';
import { Secrets } from '../runner/secrets.ts';
import { cleanup } from './cleanup.ts';
import { type CleanupInputs, readCleanupInputs } from './inputs.ts';
import { Recorder } from './recorder.ts';

/** Cleans up as the host's inputs ask, and tells what happened, whatever happened. Returns the exit code. */
export async function run(host: Host): Promise<number> {
  const secrets = new Secrets((secret) => host.maskSecret(secret));
  secrets.keepProxies(host.environment);
  const log = new Log(host, secrets);
  const report = new ReportFile(host.temporaryFolder);
  const record = new Recorder(unixNow(host.clock));
  const cancellation = listenForCancellation(host);
  const running: Running = { host, secrets, log, report, record, cancellation };
  try {
    await cleanUp(running).catch((error: unknown) => record.add({ error: log.explain(error) }));
    record.add({ finishedAt: unixNow(host.clock) });
    return await tell(running);
  } catch (error) {
    return log.conclude({
      errors: [log.explain(error)],
      sentence: 'The results could not be reported.',
      level: 'info',
    });
  } finally {
    cancellation.end();
  }
}

interface Running {
  readonly host: Host;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly report: ReportFile;
  readonly record: Recorder;
  readonly cancellation: Cancellation;
}

/** Reads the inputs, opens the connections, cleans up over them, and closes them whatever happens. */
async function cleanUp(running: Running): Promise<void> {
  const { host, secrets, log, record, cancellation } = running;
  const { clock, environment } = host;
  const now = unixNow(clock);
  const event = readEvent(host);
  const inputs = readCleanupInputs({ host, secrets, event, now });
  const { registry, credentials, dryRun, mode, concurrency, githubToken, timeBudget, withoutSecrets } =
    inputs;
  record.add({ registry: registry.host, registryUrl: registry.origin.origin, dryRun, mode });
  record.add(actionReference(environment));
  if (inputs.rules.tags.length > 1) record.add({ rules: inputs.rules.tags.map(({ line }) => line) });
  if (timeBudget) cancellation.limitTo(timeBudget.seconds);
  if (withoutSecrets) return record.add({ stopped: { kind: 'no-secrets', why: withoutSecrets } });
  const connection = { clock, environment, ...log.requests() };
  const quay = openQuay({
    ...connection,
    registry,
    credentials,
    ...(concurrency === undefined ? {} : { concurrency }),
    stop: cancellation.sending,
    kill: cancellation.waiting,
    maskSecret: (secret) => secrets.keep(secret),
    requestOidcToken: (audience) =>
      requestOidcToken({ ...connection, audience, signal: cancellation.sending }),
  });
  const github = openGitHub({
    ...connection,
    token: githubToken,
    apiUrl: environment['GITHUB_API_URL'] || 'https://api.github.com',
    signal: cancellation.sending,
  });
  const rules = {
    ...inputs.rules,
    mode: mode.kind === 'expire' ? { kind: mode.kind, at: now + mode.seconds } : mode,
  };
  const context = { inputs, rules, quay, github, cancellation, record, log, clock };
  try {
    await cleanup(context, () => savePlan(running));
  } finally {
    recordStop(inputs, running);
    await quay.close();
  }
}

/** @throws Error where the plan is not on disk: then nothing may be deleted */
function savePlan({ report, record, log, secrets }: Running): void {
  const [problem] = attempt('The plan could not be written to disk, so nothing was deleted', log, () =>
    report.write(reportParts(record.result, (text) => secrets.redact(text))),
  );
  if (problem !== undefined) throw new Error(problem);
}

function recordStop({ timeBudget }: CleanupInputs, { cancellation, record }: Running): void {
  if (cancellation.cause === 'cancelled') record.add({ stopped: { kind: 'cancelled' } });
  if (cancellation.cause === 'time-budget' && timeBudget)
    record.add({ stopped: { kind: 'time-budget', duration: timeBudget.text } });
}

/** Report, outputs, summary, log. What cannot be written does not stop the rest. */
async function tell(running: Running): Promise<number> {
  const { report, record, log, secrets } = running;
  const redact = (text: string) => secrets.redact(text);
  const problems = attempt('The report could not be written', log, () =>
    report.write(reportParts(record.result, redact)),
  );
  if (report.path !== undefined) record.add({ reportPath: report.path });
  const tally = tallyCleanup(record.result);
  const { outputs, warnings } = cleanupOutputs(tally);
  const unwritten = publish({ outputs, summary: renderCleanupSummary(tally) }, running);
  const untold = record.takeUntold();
  await log.warnings([...untold.warnings, ...warnings]);
  await log.notices(untold.notes);
  for (const line of closingLines(tally)) log.info(line);
  return log.conclude({
    errors: [...errorsOf(tally.run), ...problems, ...unwritten, ...cancelled(tally.run)],
    sentence: describeCleanup(tally),
    level: levelOf(tally.run, tally.totals.selected),
  });
}

function levelOf({ stopped }: CleanupResult, selected: number): 'info' | 'notice' | 'warning' {
  if (stopped?.kind === 'time-budget') return 'warning';
  return selected === 0 ? 'notice' : 'info';
}

function cancelled({ stopped }: CleanupResult): readonly string[] {
  return stopped?.kind === 'cancelled' ? ['The workflow was cancelled.'] : [];
}
