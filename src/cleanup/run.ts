import { openGitHub } from '../github/github.ts';
import { requestOidcToken } from '../github/oidc-token.ts';
import { unixNow } from '../model/clock.ts';
import type { CleanupResult } from '../model/result.ts';
import { openQuay } from '../quay/open.ts';
import { renderCleanupSummary } from '../report/cleanup-summary.ts';
import { cleanupOutputs } from '../report/outputs.ts';
import { reportParts } from '../report/report-file.ts';
import { closingLines, describeCleanup, errorsOf, planLines } from '../report/sentences.ts';
import { type Tally, tallyCleanup } from '../report/tally.ts';
import { type Cancellation, listenForCancellation } from '../runner/cancellation.ts';
import { readEvent } from '../runner/event.ts';
import type { Host } from '../runner/host.ts';
import { InvalidInputsError } from '../runner/input-reader.ts';
import { Log } from '../runner/log.ts';
import { attempt, publish, ReportFile } from '../runner/outputs.ts';
import { Secrets } from '../runner/secrets.ts';
import { cleanup } from './cleanup.ts';
import { type CleanupContext, Recorder } from './context.ts';
import { type CleanupInputs, readCleanupInputs } from './inputs.ts';
import type { Planned } from './plan.ts';

/** Cleans up as the host's inputs ask, and tells the workflow what happened, whatever happened. Returns the exit code. */
export async function run(host: Host): Promise<number> {
  return execute(host, {}, tell);
}

/** What a story above this one does otherwise. */
export interface ExecuteOptions {
  /** Shows the plan before it is carried out, and before what a person should know of it; the log does so otherwise. */
  readonly showPlan?: (planned: Planned, context: CleanupContext) => void;
  /** Where the report is written; a file of its own in the host's temporary folder otherwise. */
  readonly reportPath?: string;
}

/** A run that has come to its end, in whatever way. */
export interface Executed {
  readonly host: Host;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly tally: Tally;
  /** The report as JSON, in small parts. */
  readonly report: () => Iterable<string>;
  /** What was noted and was not told yet, one sentence each. */
  readonly untold: { readonly notes: readonly string[]; readonly warnings: readonly string[] };
  /** What is wrong with the inputs, one sentence each; nothing was sent then. */
  readonly invalidInputs: readonly string[];
  /** What went wrong otherwise, one sentence each. */
  readonly errors: readonly string[];
}

/** Cleans up as the host's inputs ask, and has it told what happened, whatever happened. Returns what `tell` returns. */
export async function execute(
  host: Host,
  options: ExecuteOptions,
  tell: (executed: Executed) => Promise<number>,
): Promise<number> {
  const secrets = new Secrets((secret) => host.maskSecret(secret));
  secrets.keepProxies(host.environment);
  const log = new Log(host, secrets);
  const report = new ReportFile(host.temporaryFolder, options.reportPath);
  const record = new Recorder(unixNow(host.clock));
  const cancellation = listenForCancellation(host);
  const running: Running = { host, secrets, log, report, record, cancellation, options };
  let invalidInputs: readonly string[] = [];
  try {
    await cleanUp(running).catch((error: unknown) => {
      if (error instanceof InvalidInputsError) invalidInputs = error.problems;
      record.add({ error: log.explain(error) });
    });
    record.add({ finishedAt: unixNow(host.clock) });
    return await tell({ ...executed(running), invalidInputs });
  } catch (error) {
    const sentence = 'The results could not be reported.';
    return log.conclude({ errors: [log.explain(error)], sentence, level: 'info' });
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
  readonly options: ExecuteOptions;
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
  if (event.action) record.add({ action: event.action });
  if (inputs.rules.tags.length > 1) record.add({ rules: inputs.rules.tags.map(({ line }) => line) });
  if (timeBudget) cancellation.limitTo(timeBudget.seconds);
  if (withoutSecrets) return record.add({ stopped: { kind: 'no-secrets', why: withoutSecrets } });
  const connection = { clock, environment, ...log.requests() };
  const quay = openQuay({
    ...connection,
    registry,
    credentials,
    concurrency,
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
  const { showPlan = logPlans } = running.options;
  try {
    await cleanup(context, { savePlan: () => savePlan(running), showPlan });
  } finally {
    recordStop(inputs, running);
    await Promise.all([quay.close(), github.close()]);
  }
}

function logPlans({ plans, github }: Planned, { rules, log }: CleanupContext): void {
  const lines = rules.tags.length > 1 ? { rules: rules.tags.map(({ line }) => line) } : {};
  for (const line of planLines(plans, { mode: rules.mode.kind, ...lines, ...(github && { github }) }))
    log.info(line);
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

/** Writes the report with the outcomes, and puts together what is to be told. */
function executed(running: Running): Omit<Executed, 'invalidInputs'> {
  const { host, report, record, log, secrets } = running;
  const parts = () => reportParts(record.result, (text) => secrets.redact(text));
  const problems = attempt('The report could not be written', log, () => report.write(parts()));
  if (report.path !== undefined) record.add({ reportPath: report.path });
  const tally = tallyCleanup(record.result);
  const errors = [...errorsOf(tally.run), ...problems];
  return { host, log, secrets, tally, report: parts, untold: record.takeUntold(), errors };
}

/** Outputs, summary, log. What cannot be written does not stop the rest. */
async function tell(executed: Executed): Promise<number> {
  const { log, tally, untold, errors } = executed;
  const { outputs, warnings } = cleanupOutputs(tally);
  const unwritten = publish({ outputs, summary: renderCleanupSummary(tally) }, executed);
  await log.warnings([...untold.warnings, ...warnings]);
  await log.notices(untold.notes);
  for (const line of closingLines(tally)) log.info(line);
  return log.conclude({
    errors: [...errors, ...unwritten, ...cancelled(tally.run)],
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
