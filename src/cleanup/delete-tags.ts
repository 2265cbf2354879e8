import pMap from 'p-map';
import type { Outcome } from '../model/cleanup-result.ts';
import { isSelected } from '../model/plan.ts';
import type { Tag } from '../model/tag.ts';
import { CredentialRefusedError, StoppedError, UnknownOutcomeError } from '../quay/errors.ts';
import type { Deletion } from '../quay/tag-store.ts';
import { progressLine } from '../report/progress-line.ts';
import { explain } from '../runner/log.ts';
import { ProgressLog } from '../runner/progress-log.ts';
import { conditionsUsed } from '../selection/conditions.ts';
import { type CleanupContext, REPOSITORIES_AT_ONCE } from './context.ts';
import type { Plan } from './decide-in-rounds.ts';
import { correctUnlisted } from './deleted-images.ts';
import { expirer, noteUnread } from './expire-tags.ts';
import { isSameTag, PUSHED_AGAIN } from './moved-tag.ts';
import { noteRestored, restoreTakenAlong } from './restore-taken-along.ts';

/** A tag may have been pushed again since it was listed; after this many seconds it is looked at once more. */
const LISTING_IS_OLD_AFTER = 60;
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
  return async ({ repository, tags }) => {
    const count = tags.filter(isSelected).length;
    const deleteOne = await store.deleter({ repository, count, stop });
    return async ({ name }) => outcomeOf(await deleteOne(name));
  };
}

async function deleteIn(plan: Plan, actIn: ActIn, deletions: Deletions): Promise<void> {
  const { repository, tags, listing } = plan;
  const { context, stop, count } = deletions;
  const selected = tags.filter(isSelected).map(({ tag }) => tag);
  if (selected.length === 0) return;
  const { record, now, rules } = context;
  // A new push changes what these judge, and the digest that a plan or a file names.
  const judgesMovingFacts = conditionsUsed(rules).size > 0 || Boolean(rules.inUse ?? rules.approved);
  const act = stop.aborted ? NOT_ATTEMPTED : await attempt(() => actIn(plan), deletions);
  const along = restoreTakenAlong(plan, context);
  await pMap(
    selected,
    async (tag) => {
      const isOld = judgesMovingFacts && now() - listing.listedAt > LISTING_IS_OLD_AFTER;
      const outcome =
        typeof act !== 'function'
          ? act
          : stop.aborted
            ? NOT_ATTEMPTED
            : await attempt(async () => {
                const moved = isOld ? await howItMoved(repository, tag, context) : undefined;
                return moved ?? (await act(tag));
              }, deletions);
      record.outcome(repository, tag.name, outcome);
      count(outcome);
      await along.afterDeletion(tag, outcome);
    },
    { concurrency: TAGS_AT_ONCE },
  );
}

const NOT_ATTEMPTED: Outcome = { kind: 'not-attempted' };

/** What the step gives, or the outcome that its failure is. */
async function attempt<T>(step: () => Promise<T>, { refuse }: Deletions): Promise<T | Outcome> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof StoppedError) return NOT_ATTEMPTED;
    if (error instanceof CredentialRefusedError) refuse(error);
    return { kind: error instanceof UnknownOutcomeError ? 'unknown' : 'failed', error: explain(error) };
  }
}

/** The outcome that the registry's answer is. */
export function outcomeOf(answer: Deletion): Outcome {
  return answer === 'immutable' ? { kind: 'kept', reason: 'immutable' } : { kind: answer };
}

/** What has become of a tag since the listing; undefined where it is as it was. */
async function howItMoved(
  repository: string,
  judged: Tag,
  { store }: CleanupContext,
): Promise<Outcome | undefined> {
  const now = await store.reread(repository, judged.name);
  if (!now) return { kind: 'gone' };
  return isSameTag(judged, now) ? undefined : PUSHED_AGAIN;
}
