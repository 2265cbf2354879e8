import pMap from 'p-map';
import { type Clock, unixNow, wait } from '../model/clock.ts';
import { ServiceError, StoppedError } from '../model/errors.ts';
import type { RestoredRepository, RestoredTag, RestoreOutcome } from '../model/result.ts';
import type { TagAddress, TimeMachine } from '../quay/quay.ts';
import { formatTime } from '../report/format.ts';
import { progressLine } from '../report/sentences.ts';
import type { Cancellation } from '../runner/cancellation.ts';
import { type Log, logProgress } from '../runner/log.ts';
import { type Wanted, type WantedTag, wantedTags } from './choose-tags.ts';
import type { RestoreInputs } from './inputs.ts';

/** Repositories and tags that are worked on at the same time; the connection lets out fewer requests. */
const REPOSITORIES_AT_ONCE = 16;
const TAGS_AT_ONCE = 200;
/** Quay lets no tag expire earlier after it was pushed or restored, in seconds. */
const SHORTEST_LIFE = 3600;
/** How long a registry whose lists lag is waited for, and the pauses between, in milliseconds. */
const LONGEST_LAG = 10_000;
const PAUSES = [200, 400, 800, 1500, 2000];

/** All that the steps of a restore work with. */
interface RestoreContext {
  readonly inputs: RestoreInputs;
  readonly timeMachine: TimeMachine;
  readonly cancellation: Cancellation;
  readonly log: Log;
  readonly clock: Clock;
}

interface Counts {
  done: number;
  failed: number;
  total: number;
}

/** The whole story: read the history, choose, look again, restore; each repository by itself. */
export async function restore(context: RestoreContext): Promise<readonly RestoredRepository[]> {
  const counts: Counts = { done: 0, failed: 0, total: 0 };
  const endProgress = logProgress(
    (elapsed) => progressLine({ doing: 'restore', ...counts, elapsed }),
    context.log,
    context.clock,
  );
  try {
    return await pMap(wantedTags(context.inputs.choice), (wanted) => restoreIn(wanted, context, counts), {
      concurrency: REPOSITORIES_AT_ONCE,
    });
  } finally {
    endProgress();
  }
}

async function restoreIn(
  wanted: Wanted,
  context: RestoreContext,
  counts: Counts,
): Promise<RestoredRepository> {
  const { repository } = wanted;
  try {
    const chosen = await chooseSettled(wanted, context);
    counts.total += chosen.length;
    const tags = await pMap(
      chosen,
      async (tag) => {
        const restored = await restoreOne(repository, tag, context);
        counts[restored.outcome.kind === 'failed' ? 'failed' : 'done'] += 1;
        return restored;
      },
      { concurrency: TAGS_AT_ONCE },
    );
    return { repository, tags };
  } catch (error) {
    return { repository, tags: [], error: context.log.explain(error) };
  }
}

/**
 * Chooses by a history that is read again for up to ten seconds while it shows, as it was, a tag that was deleted or may have
 * been: the registry's lists may lag.
 */
async function chooseSettled(
  { repository, choose }: Wanted,
  { timeMachine, cancellation, clock }: RestoreContext,
): Promise<readonly WantedTag[]> {
  const end = clock.elapsed() + LONGEST_LAG;
  for (let reading = 0; ; reading += 1) {
    const chosen = choose(await timeMachine.history(repository));
    const pause = PAUSES[reading] ?? PAUSES.at(-1) ?? 0;
    const isLast = clock.elapsed() + pause > end || cancellation.sending.aborted;
    if (isLast || !chosen.some(({ todo }) => todo.kind === 'unchanged')) return chosen;
    await wait(clock, pause, cancellation.sending).catch(() => {});
  }
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
    const outcome: RestoreOutcome =
      error instanceof StoppedError
        ? { kind: 'not-attempted' }
        : { kind: 'failed', error: context.log.explain(error) };
    return { ...entry, outcome };
  }
}

const BEHIND =
  "The registry's lists are behind and still showed it. Signatures that went with it may be missing: run this again in a few minutes.";

/** What became of a name; its digest where that is another than was wanted. */
type BroughtBack = Pick<RestoredTag, 'outcome' | 'digest'>;

async function bringBack(
  address: TagAddress,
  { todo, digest = '', expiration }: WantedTag,
  context: RestoreContext,
): Promise<BroughtBack> {
  const { inputs, timeMachine, cancellation } = context;
  if (todo.kind === 'leave-alive' || (todo.kind === 'unchanged' && !todo.isSaidDeleted))
    return { outcome: { kind: 'alive' } };
  if (todo.kind === 'fail') throw new ServiceError(whyLost(address, digest, todo.why));
  if (inputs.dryRun) return { outcome: { kind: 'would-restore' } };
  if (cancellation.cause) return { outcome: { kind: 'not-attempted' } };
  if (todo.kind === 'set-expiration')
    return {
      outcome: {
        kind: 'expiration-set',
        expiration: 0,
        ...(await expireAgain(address, expiration, context)),
      },
    };
  const existing = await timeMachine.find(address);
  // A list that shows a deleted tag as it was, after all the waiting, lags.
  const isBehind =
    todo.kind === 'unchanged' && existing?.digest === digest && existing.lastModified === todo.startedAt;
  if (existing && !isBehind)
    return {
      ...(existing.digest === undefined ? {} : { digest: existing.digest }),
      outcome: { kind: 'alive' },
    };
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

async function waitUnlessStopped(
  ms: number,
  { clock, cancellation }: Pick<RestoreContext, 'clock' | 'cancellation'>,
): Promise<void> {
  await wait(clock, ms, cancellation.sending).catch((cause: unknown) => {
    throw new StoppedError({ cause });
  });
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
  const end = clock.elapsed() + LONGEST_LAG;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await timeMachine.setExpiration(address, expiration, { next: true });
    if (answer === 'set') return;
    if (answer === 'immutable') throw new ServiceError(`${address.repository}:${address.name} is immutable.`);
    const pause = PAUSES[attempt] ?? PAUSES.at(-1) ?? 0;
    if (clock.elapsed() + pause > end)
      throw new ServiceError(
        `${address.repository}:${address.name} was not found when its expiration was to be set.`,
      );
    await waitUnlessStopped(pause, { clock, cancellation });
  }
}
