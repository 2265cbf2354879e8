import pMap from 'p-map';
import { askUntil, type Clock, LONGEST_LAG, unixNow } from '../model/clock.ts';
import { ServiceError, StoppedError } from '../model/errors.ts';
import { present } from '../model/json.ts';
import type { RestoredRepository, RestoredTag, RestoreResult } from '../model/result.ts';
import { SHORTEST_LIFE } from '../model/tag.ts';
import { openQuay } from '../quay/open.ts';
import { REPOSITORIES_AT_ONCE, TAGS_AT_ONCE, type TagAddress, type TimeMachine } from '../quay/quay.ts';
import { formatTime } from '../report/format.ts';
import { restoreOutputs } from '../report/outputs.ts';
import { describeRestore, renderRestoreSummary, restoreWarnings } from '../report/restore-summary.ts';
import { errorsOf, progressLine } from '../report/sentences.ts';
import type { Host } from '../runner/host.ts';
import { logProgress } from '../runner/log.ts';
import { connectionOf, type EndedRun, publish, type Run, runStory } from '../runner/story.ts';
import { notesOnChoice, type Wanted, type WantedTag, wantedTags } from './choose-tags.ts';
import { type RestoreInputs, readRestoreInputs } from './inputs.ts';

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

/** All that the steps of a restore work with. */
interface RestoreContext extends Pick<Run, 'cancellation' | 'log'> {
  readonly inputs: RestoreInputs;
  readonly timeMachine: TimeMachine;
  readonly clock: Clock;
}

/** Reads the history, chooses, looks again, restores; each repository by itself. */
async function restore(context: RestoreContext): Promise<readonly RestoredRepository[]> {
  const { inputs, log, clock } = context;
  const counts = { done: 0, failed: 0, total: 0 };
  const endProgress = logProgress(
    (elapsed) => progressLine({ doing: 'restore', ...counts, elapsed }),
    log,
    clock,
  );
  const restoreIn = async (wanted: Wanted): Promise<RestoredRepository> => {
    const { repository } = wanted;
    const restoreTag = async (tag: WantedTag) => {
      const restored = await restoreOne(repository, tag, context);
      counts[restored.outcome.kind === 'failed' ? 'failed' : 'done'] += 1;
      return restored;
    };
    try {
      const chosen = await chooseSettled(wanted, context);
      counts.total += chosen.length;
      return { repository, tags: await pMap(chosen, restoreTag, { concurrency: TAGS_AT_ONCE }) };
    } catch (error) {
      return { repository, tags: [], error: log.explain(error) };
    }
  };
  try {
    return await pMap(wantedTags(inputs.choice), restoreIn, { concurrency: REPOSITORIES_AT_ONCE });
  } finally {
    endProgress();
  }
}

/**
 * Chooses by a history that is read again for up to ten seconds while it shows, as it was, a tag that was deleted or may have
 * been: the registry's lists may lag.
 */
function chooseSettled(
  { repository, choose }: Wanted,
  { timeMachine, cancellation, clock }: RestoreContext,
): Promise<readonly WantedTag[]> {
  return askUntil(
    (chosen) => !chosen.some(({ todo }) => todo.kind === 'unchanged'),
    async () => choose(await timeMachine.history(repository)),
    { clock, longest: LONGEST_LAG, signal: cancellation.sending },
  );
}

async function restoreOne(
  repository: string,
  wanted: WantedTag,
  context: RestoreContext,
): Promise<RestoredTag> {
  const { todo: _, expiration: __, ...entry } = wanted;
  try {
    return { ...entry, ...(await bringBack({ repository, name: wanted.name }, wanted, context)) };
  } catch (error) {
    if (error instanceof StoppedError) return { ...entry, outcome: { kind: 'not-attempted' } };
    return { ...entry, outcome: { kind: 'failed', error: context.log.explain(error) } };
  }
}

const BEHIND =
  "The registry's lists are behind and still showed it. Signatures that went with it may be missing: run this again in a few minutes.";

/** What became of a name; its digest where that is another than was wanted. */
async function bringBack(
  address: TagAddress,
  { todo, digest = '', expiration }: WantedTag,
  context: RestoreContext,
): Promise<Pick<RestoredTag, 'outcome' | 'digest'>> {
  const { inputs, timeMachine, cancellation } = context;
  if (todo.kind === 'leave-alive' || (todo.kind === 'unchanged' && !todo.isSaidDeleted))
    return { outcome: { kind: 'alive' } };
  if (todo.kind === 'fail') throw new ServiceError(whyLost(address, digest, todo.why));
  if (inputs.dryRun) return { outcome: { kind: 'would-restore' } };
  if (cancellation.cause) return { outcome: { kind: 'not-attempted' } };
  if (todo.kind === 'set-expiration') {
    const set = await expireAgain(address, expiration, context);
    return { outcome: { kind: 'expiration-set', expiration: 0, ...set } };
  }
  const existing = await timeMachine.find(address);
  // A list that shows a deleted tag as it was, after all the waiting, lags.
  const isBehind =
    todo.kind === 'unchanged' && existing?.digest === digest && existing.lastModified === todo.startedAt;
  if (existing && !isBehind) return present({ digest: existing.digest, outcome: { kind: 'alive' } as const });
  // Right behind the look, before all requests that wait: nothing that is pushed in between is overwritten.
  await timeMachine.restore({ ...address, digest }, { next: true });
  const behind = isBehind ? { warning: BEHIND } : {};
  return { outcome: { kind: 'restored', ...behind, ...(await expireAgain(address, expiration, context)) } };
}

function whyLost(
  { repository, name }: TagAddress,
  digest: string,
  why: 'no-digest' | 'foreign-digest',
): string {
  return why === 'no-digest'
    ? `Quay's history of ${repository} has no digest for ${name}: its time machine's window may be over. Push the image again.`
    : `Quay's history of ${repository} does not show ${digest.slice(0, 19)} for ${name}: its time machine's window may be over, or the report is not what the cleanup wrote. Push the image again.`;
}

/** Gives a restored tag the expiration that it had, which Quay forgets. */
async function expireAgain(
  address: TagAddress,
  expiration: number | undefined,
  context: RestoreContext,
): Promise<{ readonly expiration?: number; readonly warning?: string }> {
  if (expiration === undefined) return {};
  const now = unixNow(context.clock);
  const asked = `${formatTime(expiration)} UTC`;
  if (expiration <= now)
    return { warning: `Its expiration (${asked}) has passed, so it does not expire now.` };
  try {
    await setExpiration(address, expiration, context);
  } catch (error) {
    return { warning: `Its expiration (${asked}) could not be set: ${context.log.explain(error)}` };
  }
  if (expiration >= now + SHORTEST_LIFE) return { expiration };
  return {
    expiration: now + SHORTEST_LIFE,
    warning: `Quay will expire it an hour from now instead of at ${asked}: it allows no earlier time.`,
  };
}

/** A registry whose lists lag does not find the tag right after it was restored, so that it is asked again for ten seconds. */
async function setExpiration(
  address: TagAddress,
  expiration: number,
  { timeMachine, cancellation, clock }: RestoreContext,
): Promise<void> {
  const answer = await askUntil(
    (answer) => answer !== 'gone',
    () => timeMachine.setExpiration(address, expiration, { next: true }),
    { clock, longest: LONGEST_LAG, signal: cancellation.sending },
  );
  if (answer === 'set') return;
  const is = answer === 'immutable' ? 'is immutable' : 'was not found when its expiration was to be set';
  throw new ServiceError(`${address.repository}:${address.name} ${is}.`);
}
