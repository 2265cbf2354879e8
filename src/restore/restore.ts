import pMap from 'p-map';
import type { RestoredRepository, RestoredTag, RestoreOutcome } from '../model/restored.ts';
import { StoppedError } from '../quay/errors.ts';
import type { TagToRestore } from '../quay/tag-store.ts';
import type { TimeMachine } from '../quay/time-machine.ts';
import { formatTime } from '../report/format.ts';
import { progressLine } from '../report/progress-line.ts';
import type { Cancellation } from '../runner/cancellation.ts';
import { explain } from '../runner/log.ts';
import { ProgressLog } from '../runner/progress-log.ts';
import { type Wanted, type WantedTag, wantedTags } from './choose-tags.ts';
import type { RestoreInputs } from './inputs.ts';

/** Repositories and tags that are worked on at the same time; the connection lets out fewer requests. */
const REPOSITORIES_AT_ONCE = 16;
const TAGS_AT_ONCE = 200;
/** Quay lets no tag expire earlier after it was pushed or restored, in seconds. */
const SHORTEST_LIFE = 3600;

/** All that the steps of a restore work with. */
interface RestoreContext {
  readonly inputs: RestoreInputs;
  readonly timeMachine: TimeMachine;
  readonly cancellation: Cancellation;
  /** Unix seconds. */
  readonly now: () => number;
}

interface Counts {
  done: number;
  failed: number;
  total: number;
}

/** The whole story: read the history, choose, look again, restore; each repository by itself. */
export async function restore(context: RestoreContext): Promise<readonly RestoredRepository[]> {
  const counts: Counts = { done: 0, failed: 0, total: 0 };
  const progress = new ProgressLog((elapsed) => progressLine({ doing: 'restore', ...counts, elapsed }));
  try {
    return await pMap(wantedTags(context.inputs.choice), (wanted) => restoreIn(wanted, context, counts), {
      concurrency: REPOSITORIES_AT_ONCE,
    });
  } finally {
    progress.end();
  }
}

async function restoreIn(
  { repository, choose }: Wanted,
  context: RestoreContext,
  counts: Counts,
): Promise<RestoredRepository> {
  try {
    const chosen = choose(await context.timeMachine.history(repository));
    counts.total += chosen.length;
    const tags = await pMap(
      chosen,
      async (wanted) => {
        const restored = await restoreOne(repository, wanted, context);
        counts[restored.outcome.kind === 'failed' ? 'failed' : 'done'] += 1;
        return restored;
      },
      { concurrency: TAGS_AT_ONCE },
    );
    return { repository, tags };
  } catch (error) {
    return { repository, tags: [], error: explain(error) };
  }
}

async function restoreOne(
  repository: string,
  wanted: WantedTag,
  context: RestoreContext,
): Promise<RestoredTag> {
  const { expiration: _, ...entry } = wanted;
  try {
    const existing =
      wanted.alive || context.cancellation.cause ? undefined : await look(repository, wanted, context);
    if (existing) return { ...entry, ...existing };
    return { ...entry, outcome: await restoreTag(repository, wanted, context) };
  } catch (error) {
    const outcome: RestoreOutcome =
      error instanceof StoppedError ? { kind: 'not-attempted' } : { kind: 'failed', error: explain(error) };
    return { ...entry, outcome };
  }
}

/** Looks at the name again, right before it is restored: a tag that was pushed since the history was read is not changed. */
async function look(
  repository: string,
  { name }: WantedTag,
  { timeMachine, inputs }: RestoreContext,
): Promise<Pick<RestoredTag, 'digest' | 'outcome'> | undefined> {
  if (inputs.dryRun) return undefined;
  const tag = await timeMachine.reread(repository, name);
  return tag && { ...(tag.digest === undefined ? {} : { digest: tag.digest }), outcome: { kind: 'alive' } };
}

async function restoreTag(
  repository: string,
  { name, alive, digest, expiration }: WantedTag,
  { timeMachine, inputs, cancellation, now }: RestoreContext,
): Promise<RestoreOutcome> {
  if (alive) return { kind: 'alive' };
  if (digest === undefined)
    return {
      kind: 'failed',
      error: `Quay's history of ${repository} has no digest for ${name}: its time machine's window may be over. Push the image again.`,
    };
  if (inputs.dryRun) return { kind: 'would-restore' };
  if (cancellation.cause) return { kind: 'not-attempted' };
  const tag: TagToRestore = { repository, name, digest };
  await timeMachine.restore(tag);
  return expiration === undefined
    ? { kind: 'restored' }
    : { kind: 'restored', ...(await expireAgain(tag, expiration, { timeMachine, now: now() })) };
}

/** Gives a restored tag the expiration that it had, which Quay forgets. */
async function expireAgain(
  tag: TagToRestore,
  expiration: number,
  { timeMachine, now }: { readonly timeMachine: TimeMachine; readonly now: number },
): Promise<{ readonly expiration?: number; readonly warning?: string }> {
  if (expiration <= now)
    return {
      warning: `Its expiration (${formatTime(expiration)} UTC) has passed, so it does not expire now.`,
    };
  try {
    await timeMachine.setExpiration(tag, expiration);
  } catch (error) {
    return { warning: `Its expiration (${formatTime(expiration)} UTC) could not be set: ${explain(error)}` };
  }
  if (expiration >= now + SHORTEST_LIFE) return { expiration };
  return {
    expiration: now + SHORTEST_LIFE,
    warning: `Quay will expire it an hour from now instead of at ${formatTime(expiration)} UTC: it allows no earlier time.`,
  };
}
