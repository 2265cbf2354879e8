import pMap from 'p-map';
import type { Outcome } from '../model/result.ts';
import { isSelected } from '../model/plan.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { CredentialRefusedError, StoppedError, UnknownOutcomeError } from '../quay/errors.ts';
import type { Deletion } from '../quay/tag-store.ts';
import { progressLine } from '../report/progress-line.ts';
import { explain } from '../runner/log.ts';
import { ProgressLog } from '../runner/progress-log.ts';
import { holdersAmong, inWaves } from '../selection/deletion-order.ts';
import { type CleanupContext, REPOSITORIES_AT_ONCE } from './context.ts';
import type { Plan } from './decide-in-rounds.ts';
import { correctUnlisted } from './deleted-images.ts';
import { expirer, noteUnread } from './expire-tags.ts';
import { lookAgain } from './moved-tag.ts';
import { noteRestored, restoreTakenAlong } from './restore-taken-along.ts';

/** Tags of a repository that are worked on at the same time; the connection lets out fewer. */
const TAGS_AT_ONCE = 200;

/** What is done with a selected tag. */
export type Act = (tag: Tag) => Promise<Outcome>;

interface Deletions {
  readonly context: CleanupContext;
  /** Aborts when nothing more may be deleted. */
  readonly stop: AbortSignal;
  /** The registry refused the credential: nothing more is sent with it. */
  readonly refuse: (error: unknown) => void;
  readonly count: (outcome: Outcome) => void;
}

/**
 * Deletes the selected tags, each by a request of its own, or lets them expire.
 *
 * What fails is an outcome, and the rest goes on; only a refused credential or a stop ends the sending.
 */
export async function deleteTags(plans: readonly Plan[], context: CleanupContext): Promise<void> {
  const refused = new AbortController();
  const counts = { done: 0, failed: 0 };
  const total = plans.reduce((sum, { tags }) => sum + tags.filter(isSelected).length, 0);
  const doing = context.rules.expireAt === undefined ? 'delete' : 'expire';
  const progress = new ProgressLog((elapsed) => progressLine({ doing, ...counts, total, elapsed }));
  const deletions: Deletions = {
    context,
    stop: AbortSignal.any([context.cancellation.deleting, refused.signal]),
    refuse: (error) => refused.abort(error),
    count: ({ kind }) => {
      if (kind === 'failed' || kind === 'unknown') counts.failed += 1;
      else if (kind !== 'not-attempted') counts.done += 1;
    },
  };
  try {
    const act = await actOn(plans, deletions);
    await pMap(plans, (plan) => deleteIn(plan, act, deletions), { concurrency: REPOSITORIES_AT_ONCE });
    // What remains is not listed then.
    if (context.cancellation.cause === 'cancelled') {
      correctUnlisted(plans, context);
      for (const plan of plans) {
        noteRestored(plan, context);
        noteUnread(plan, context);
      }
    }
  } finally {
    progress.end();
  }
}

type ActIn = (plan: Plan) => Promise<Act>;

async function actOn(plans: readonly Plan[], deletions: Deletions): Promise<ActIn> {
  const { context, stop } = deletions;
  const { store, rules } = context;
  if (rules.expireAt !== undefined)
    return expirer(plans, {
      context,
      stop,
      expireAt: rules.expireAt,
      attempt: (step) => attempt(step, deletions),
    });
  return async (plan) => {
    const { repository, tags } = plan;
    const count = tags.filter(isSelected).length;
    const deleteOne = await store.deleter({ repository, count, stop });
    const whatBecameOf = lookAgain(plan, context);
    return async (tag) => (await whatBecameOf(tag)) ?? outcomeOf(await deleteOne(tag.name));
  };
}

async function deleteIn(plan: Plan, actIn: ActIn, deletions: Deletions): Promise<void> {
  const { context, count } = deletions;
  const selected = plan.tags.filter(isSelected).map(({ tag }) => tag);
  if (selected.length === 0) return;
  const act = await attempt(() => actIn(plan), deletions);
  const along = restoreTakenAlong(plan, context);
  /** Those that were to go, and are or may be there still. */
  let there: readonly Tag[] = [];
  let holderOf = holdersAmong(there);
  const deleteOne = async (tag: Tag) => {
    const outcome =
      typeof act === 'function'
        ? await attempt(async () => stayWith(holderOf(tag)) ?? act(tag), deletions)
        : act;
    context.record.outcome(plan.repository, tag.name, outcome);
    count(outcome);
    await along.afterDeletion(tag, outcome);
  };
  // A signature goes after its image, so that no image is left without its signature.
  for (const wave of inWaves(selected)) {
    await pMap(wave, deleteOne, { concurrency: TAGS_AT_ONCE });
    const left = wave.filter(({ name }) => !hasGone(context.record.outcomeOf(plan.repository, name)));
    if (left.length === 0) continue;
    there = [...there, ...left];
    holderOf = holdersAmong(there);
  }
}

function hasGone(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'deleted' || outcome?.kind === 'gone' || outcome?.kind === 'expiring';
}

function stayWith(holder: TagName | undefined): Outcome | undefined {
  return holder === undefined
    ? undefined
    : { kind: 'kept', reason: `it may belong to ${holder}, which may have stayed` };
}

const NOT_ATTEMPTED: Outcome = { kind: 'not-attempted' };

/** The result of the step, or the outcome where it fails or may not be taken any more. */
async function attempt<T>(step: () => Promise<T>, { stop, refuse }: Deletions): Promise<T | Outcome> {
  if (stop.aborted) return NOT_ATTEMPTED;
  try {
    return await step();
  } catch (error) {
    if (error instanceof StoppedError) return NOT_ATTEMPTED;
    if (error instanceof CredentialRefusedError) refuse(error);
    return { kind: error instanceof UnknownOutcomeError ? 'unknown' : 'failed', error: explain(error) };
  }
}

/** The outcome that the registry's answer is. */
function outcomeOf(answer: Deletion): Outcome {
  return answer === 'immutable' ? { kind: 'kept', reason: 'immutable' } : { kind: answer };
}
