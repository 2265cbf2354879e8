import pMap from 'p-map';
import type {
  RestoredRepository,
  RestoredTag,
  RestoreOutcome,
  RestoreResult,
} from '../model/restore-result.ts';
import { StoppedError } from '../quay/http/stopped-error.ts';
import type { HistoryEntry, TimeMachine } from '../quay/rest/time-machine.ts';
import { describeRestore } from '../report/describe-restore.ts';
import { renderRestoreSummary, restoreOutputs } from '../report/summary/restore-summary.ts';
import { listenForStop, type Stop } from '../runner/cancellation.ts';
import { unixNow } from '../runner/clock.ts';
import { conclude, errorsOf } from '../runner/exit.ts';
import { explain, group } from '../runner/log.ts';
import { publish } from '../runner/outputs.ts';
import { Progress } from '../runner/progress-log.ts';
import { type Wanted, wantedTags } from './choose-tags.ts';
import { type RestoreInputs, readRestoreInputs } from './inputs.ts';

/** The restore action: brings tags back, and tells what happened whatever happened. */
export async function restore(): Promise<void> {
  let result: RestoreResult = { registry: '', registryUrl: '', dryRun: false, repositories: [], notes: [] };
  try {
    const inputs = readRestoreInputs();
    result = {
      ...result,
      registry: inputs.registry.host,
      registryUrl: inputs.registry.origin.origin,
      dryRun: inputs.dryRun,
    };
    result = { ...result, ...(await bringBack(inputs)) };
  } catch (error) {
    result = { ...result, error: explain(error) };
  }
  publish({ ...restoreOutputs(result), summary: renderRestoreSummary(result) });
  conclude({
    errors: [...errorsOf(result), ...(result.cancelled ? ['The workflow was cancelled.'] : [])],
    sentence: describeRestore(result),
    level: 'info',
  });
}

/** Read the history, choose, restore: each repository by itself. */
async function bringBack(inputs: RestoreInputs): Promise<Pick<RestoreResult, 'repositories' | 'cancelled'>> {
  const stop = listenForStop(undefined);
  const { connect, openTimeMachine } = await import('../runner/connection.ts');
  const { connection, close } = connect(inputs, stop);
  const timeMachine = openTimeMachine(inputs.token, connection);
  try {
    const repositories = await group(`Restore tags on ${inputs.registry.host}`, () =>
      pMap(
        wantedTags(inputs.choice, unixNow()),
        (wanted) => restoreIn(wanted, { timeMachine, inputs, stop }),
        { concurrency: inputs.concurrency },
      ),
    );
    return { repositories, ...(stop.cancelled ? { cancelled: true } : {}) };
  } finally {
    stop.release();
    await close();
  }
}

interface RestoreWork {
  readonly timeMachine: TimeMachine;
  readonly inputs: RestoreInputs;
  readonly stop: Stop;
}

async function restoreIn(wanted: Wanted, work: RestoreWork): Promise<RestoredRepository> {
  const { repository } = wanted;
  try {
    const history = await work.timeMachine.history(repository);
    return { repository, tags: await restoreAll(repository, wanted.choose(history), work) };
  } catch (error) {
    return { repository, tags: [], error: explain(error) };
  }
}

async function restoreAll(
  repository: string,
  entries: readonly HistoryEntry[],
  work: RestoreWork,
): Promise<readonly RestoredTag[]> {
  const progress = new Progress(entries.length, 'restore');
  const restoreOne = async (entry: HistoryEntry): Promise<RestoredTag> => {
    const outcome = await restoreTag(repository, entry, work);
    progress.count();
    return { ...entry, outcome };
  };
  try {
    return await pMap(entries, restoreOne, { concurrency: work.inputs.concurrency });
  } finally {
    progress.end();
  }
}

async function restoreTag(
  repository: string,
  { name, alive, digest }: HistoryEntry,
  { timeMachine, inputs, stop }: RestoreWork,
): Promise<RestoreOutcome> {
  if (alive) return { kind: 'alive' };
  if (digest === undefined)
    return {
      kind: 'failed',
      error: `Quay's history of ${repository} has no digest for ${name}: its time machine's window may be over. Push the image again.`,
    };
  if (inputs.dryRun) return { kind: 'would-restore' };
  if (stop.cancelled) return { kind: 'not-attempted' };
  try {
    await timeMachine.restore(repository, name, digest);
    return { kind: 'restored' };
  } catch (error) {
    return error instanceof StoppedError
      ? { kind: 'not-attempted' }
      : { kind: 'failed', error: explain(error) };
  }
}
