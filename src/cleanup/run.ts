import { openGitHub } from '../github/github.ts';
import { requestOidcToken } from '../github/oidc-token.ts';
import { unixNow } from '../model/clock.ts';
import { present } from '../model/json.ts';
import type { CleanupResult } from '../model/result.ts';
import { openQuay } from '../quay/open.ts';
import { renderCleanupSummary } from '../report/cleanup-summary.ts';
import { cleanupOutputs } from '../report/outputs.ts';
import { reportParts } from '../report/report-file.ts';
import { closingLines, describeCleanup, errorsOf, planLines } from '../report/sentences.ts';
import { type Tally, tallyCleanup } from '../report/tally.ts';
import { readEvent } from '../runner/event.ts';
import type { Host } from '../runner/host.ts';
import type { Remarks } from '../runner/log.ts';
import type { Secrets } from '../runner/secrets.ts';
import {
  attempt,
  connectionOf,
  type EndedRun,
  publish,
  ReportFile,
  type Run,
  runStory,
} from '../runner/story.ts';
import { cleanup, type PlanReaders } from './cleanup.ts';
import { type CleanupContext, Recorder } from './context.ts';
import { readCleanupInputs } from './inputs.ts';
import type { Planned } from './plan.ts';

/** Cleans up as the host's inputs ask, and tells the workflow what happened, whatever happened. Returns the exit code. */
export async function run(host: Host): Promise<number> {
  return execute(host, {}, tell);
}

/** What a story above this one does otherwise. */
export interface ExecuteOptions {
  /** Shows the plan before it is carried out, and before what a person should know of it; the log does so otherwise. */
  readonly showPlan?: PlanReaders['showPlan'];
  /** Where the report is written; a file of its own in the host's temporary folder otherwise. */
  readonly reportPath?: string;
}

/** A run that has come to its end, in whatever way. */
export interface Executed extends EndedRun {
  readonly tally: Tally;
  /** The report as JSON, in small parts. */
  readonly report: () => Iterable<string>;
  /** What was noted and was not told yet, one sentence each. */
  readonly untold: Remarks;
  /** What went wrong, one sentence each. */
  readonly errors: readonly string[];
}

/** Cleans up as the host's inputs ask, and has it told what happened, whatever happened. Returns what `tell` returns. */
export async function execute(
  host: Host,
  { showPlan = logPlans, reportPath }: ExecuteOptions,
  tell: (executed: Executed) => Promise<number>,
): Promise<number> {
  const record = new Recorder(unixNow(host.clock));
  const file = new ReportFile(host.temporaryFolder, reportPath);
  const savePlan = ({ log, secrets }: Run) => {
    const [problem] = attempt('The plan could not be written to disk, so nothing was deleted', log, () =>
      file.write(partsOf(record.result, secrets)),
    );
    if (problem !== undefined) throw new Error(problem);
  };
  return runStory(
    host,
    (run) => cleanUp(run, record, { showPlan, savePlan: () => savePlan(run) }),
    (ended) => tell(executed(ended, record, file)),
  );
}

/** Reads the inputs, opens the connections, cleans up over them, and closes them whatever happens. */
async function cleanUp(run: Run, record: Recorder, readers: PlanReaders): Promise<void> {
  const { host, log, cancellation } = run;
  const { clock, environment } = host;
  const now = unixNow(clock);
  const event = readEvent(host);
  const inputs = readCleanupInputs({ ...run, event, now });
  const { registry, credentials, concurrency, dryRun, mode, timeBudget, withoutSecrets } = inputs;
  record.add({
    registry: registry.host,
    registryUrl: registry.origin.origin,
    dryRun,
    mode,
    ...present({ action: event.action, rules: linesOf(inputs.rules) }),
  });
  if (timeBudget) cancellation.limitTo(timeBudget.seconds);
  if (withoutSecrets) return record.add({ stopped: { kind: 'no-secrets', why: withoutSecrets } });
  const connection = { ...connectionOf(run), signal: cancellation.sending };
  const quay = openQuay({
    ...connection,
    registry,
    credentials,
    concurrency,
    requestOidcToken: (audience) => requestOidcToken({ ...connection, audience }),
  });
  const github = openGitHub({
    ...connection,
    token: inputs.githubToken,
    apiUrl: environment['GITHUB_API_URL'] || 'https://api.github.com',
  });
  const rules = {
    ...inputs.rules,
    mode: mode.kind === 'expire' ? { kind: mode.kind, at: now + mode.seconds } : mode,
  };
  try {
    await cleanup({ inputs, rules, quay, github, cancellation, record, log, clock }, readers);
  } finally {
    if (cancellation.cause === 'cancelled') record.add({ stopped: { kind: 'cancelled' } });
    if (cancellation.cause === 'time-budget' && timeBudget)
      record.add({ stopped: { kind: 'time-budget', duration: timeBudget.text } });
    await Promise.all([quay.close(), github.close()]);
  }
}

function logPlans({ plans, github }: Planned, { rules, log }: CleanupContext): void {
  const planned = present({ mode: rules.mode.kind, rules: linesOf(rules), github });
  for (const line of planLines(plans, planned)) log.info(line);
}

/** The lines of `tags` as the user wrote them; undefined where there is only one. */
function linesOf({ tags }: Pick<CleanupContext['rules'], 'tags'>): readonly string[] | undefined {
  return tags.length > 1 ? tags.map(({ line }) => line) : undefined;
}

function partsOf(result: CleanupResult, secrets: Secrets): Iterable<string> {
  return reportParts(result, (text) => secrets.redact(text));
}

/** Writes the report with the outcomes, and puts together what is to be told. */
function executed(ended: EndedRun, record: Recorder, file: ReportFile): Executed {
  const { host, log, secrets, error } = ended;
  record.add(present({ finishedAt: unixNow(host.clock), error }));
  const result = record.result;
  const report = () => partsOf(result, secrets);
  const problems = attempt('The report could not be written', log, () => file.write(report()));
  const tally = tallyCleanup(present({ ...result, reportPath: file.path }));
  const errors = [...errorsOf(tally.run), ...problems];
  return { ...ended, tally, report, untold: record.takeUntold(), errors };
}

/** Tells the workflow. */
async function tell(executed: Executed): Promise<number> {
  const { tally, untold, errors } = executed;
  const { outputs, warnings } = cleanupOutputs(tally);
  const { stopped } = tally.run;
  const quietly = tally.totals.selected === 0 ? 'notice' : 'info';
  return publish(executed, {
    outputs,
    summary: renderCleanupSummary(tally),
    warnings: [...untold.warnings, ...warnings],
    notes: untold.notes,
    lines: closingLines(tally),
    errors,
    isCancelled: stopped?.kind === 'cancelled',
    sentence: describeCleanup(tally),
    level: stopped?.kind === 'time-budget' ? 'warning' : quietly,
  });
}
