import type { GitHub } from '../github/client.ts';
import type { Mode } from '../model/cleanup-result.ts';
import type { RepositoryPlan } from '../model/plan.ts';
import { openTagStore } from '../quay/open.ts';
import type { TagStore } from '../quay/tag-store.ts';
import { describeRun } from '../report/describe-cleanup.ts';
import { actionOutputs } from '../report/outputs.ts';
import { logPlan, notesOnPlan } from '../report/plan-lines.ts';
import { closingLines } from '../report/progress-line.ts';
import { renderSummary } from '../report/summary/cleanup-summary.ts';
import { reportParts } from '../report/write-report.ts';
import { listenForStop, type Stop, stopFacts } from '../runner/cancellation.ts';
import { unixNow } from '../runner/clock.ts';
import { readEvent, type WorkflowEvent } from '../runner/event.ts';
import { conclude, errorsOf } from '../runner/exit.ts';
import { explain, group, info } from '../runner/log.ts';
import { publish } from '../runner/outputs.ts';
import { actionReference, ReportFile } from '../runner/report-file.ts';
import { exceedsLimit } from '../selection/guards.ts';
import type { Rules } from '../selection/rules.ts';
import { carryOut, selectionsOf } from './delete-tags.ts';
import { findRepositories } from './find-repositories.ts';
import { type CleanupInputs, readCleanupInputs } from './inputs.ts';
import { listRemaining } from './list-remaining.ts';
import { isListed, listAll } from './list-tags.ts';
import { decideAll } from './plan-cleanup.ts';
import { RunRecord } from './result-recorder.ts';

/** The cleanup action: cleans up, and tells what happened whatever happened. */
export async function cleanup(): Promise<void> {
  const record = new RunRecord(unixNow());
  const report = new ReportFile(process.env['RUNNER_TEMP']);
  const saveReport = () => report.write(reportParts(record.result));
  record.add({ reportPath: report.path, ...actionReference(process.env) });
  try {
    await cleanUp(readCleanupInputs(), { record, saveReport });
  } catch (error) {
    record.add({ error: explain(error) });
  }
  record.add({ finishedAt: unixNow() });
  saveReport();
  publish({ ...actionOutputs(record.result), summary: renderSummary(record.result) });
  closingLines(record.result).forEach(info);
  const { stopped, repositories } = record.result;
  const selected = repositories
    .flatMap(({ tags }) => tags)
    .filter(({ verdict }) => verdict.kind === 'delete').length;
  const isCancelled = stopped?.kind === 'cancelled';
  conclude({
    errors: [...errorsOf(record.result), ...(isCancelled ? ['The workflow was cancelled.'] : [])],
    sentence: describeRun(record.result),
    level: stopped?.kind === 'time-budget' ? 'warning' : selected === 0 ? 'notice' : 'info',
  });
}

interface Records {
  readonly record: RunRecord;
  readonly saveReport: () => void;
}

/** Opens the connections, cleans up over them, and closes them whatever happened. */
async function cleanUp(inputs: CleanupInputs, { record, saveReport }: Records): Promise<void> {
  const { registry, dryRun } = inputs;
  record.add({ registry: registry.host, registryUrl: registry.origin.origin, dryRun, mode: modeOf(inputs) });
  const event = readEvent(process.env);
  const stop = listenForStop(inputs.timeBudget?.seconds);
  const { connect, openGitHub } = await import('../runner/network.ts');
  const { connection, close } = connect(inputs, stop);
  try {
    await cleanUpOver({
      inputs,
      rules: rulesFor(inputs, event),
      store: openTagStore(inputs.credentials, connection),
      github: openGitHub({ token: inputs.githubToken, event, environment: process.env }),
      stop,
      record,
      saveReport,
    });
  } finally {
    record.add(stopFacts(stop, inputs.timeBudget));
    stop.release();
    await close();
  }
}

interface Work extends Records {
  readonly inputs: CleanupInputs;
  readonly rules: Rules;
  readonly store: TagStore;
  readonly github: GitHub;
  readonly stop: Stop;
}

/** List, decide, write the plan down, delete, list again. */
async function cleanUpOver({ inputs, rules, store, github, stop, record, saveReport }: Work): Promise<void> {
  const { registry, dryRun, concurrency, shard } = inputs;
  const { repositories, notes } = await findRepositories(store, { selectors: inputs.repositories, shard });
  record.note(...notes);

  const listings = await group(`List the tags on ${registry.host}`, () =>
    listAll(repositories, { store, rules, willChange: !dryRun, concurrency, now: unixNow }),
  );
  stop.throwIfCancelled();
  record.addListings(listings);
  const listed = listings.filter(isListed);
  if (listed.length === 0) return;

  const plans = await decideAll(listed, { rules, store, github, now: unixNow(), concurrency });
  stop.throwIfCancelled();
  record.addPlans(plans);
  record.note(...notesOnPlan(plans, listed, rules));
  await group('Plan', async () => logPlan(plans));
  refuseTooMany(plans, { inputs, record });
  if (dryRun) return;

  saveReport();
  const selections = selectionsOf(plans, listed);
  if (selections.length === 0) return;
  const outcomes = await carryOut(selections, {
    store,
    rules,
    concurrency,
    stop: stop.deleting,
    now: unixNow,
  });
  record.addOutcomes(outcomes);
  if (stop.cancelled) return;

  const remaining = await group('List what remains', () =>
    listRemaining(listed, { outcomes, store, concurrency }),
  );
  record.addRemaining(remaining);
}

function modeOf({ expireIn }: CleanupInputs): Mode {
  return expireIn ? { kind: 'expire', duration: expireIn.text } : { kind: 'delete' };
}

function rulesFor({ rules, expireIn }: CleanupInputs, { pullRequest, deletedBranch }: WorkflowEvent): Rules {
  return {
    ...rules,
    event: {
      ...(pullRequest === undefined ? {} : { pullRequest }),
      ...(deletedBranch === undefined ? {} : { branch: deletedBranch }),
    },
    ...(expireIn ? { expireAt: unixNow() + expireIn.seconds } : {}),
  };
}

/** Nothing is deleted by a plan that is larger than the user allowed. */
function refuseTooMany(
  plans: readonly RepositoryPlan[],
  { inputs, record }: { readonly inputs: CleanupInputs; readonly record: RunRecord },
): void {
  const judged = plans.flatMap(({ tags }) => tags);
  const planned = judged.filter(({ verdict }) => verdict.kind === 'delete').length;
  const message = inputs.maxDeletes && exceedsLimit(inputs.maxDeletes, { planned, listed: judged.length });
  if (message === undefined) return;
  record.add({ stopped: { kind: 'guard', message } });
  throw new Error(message);
}
