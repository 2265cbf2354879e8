import pMap from 'p-map';
import { isSelected } from '../model/plan.ts';
import { exceedsLimit } from '../selection/guards.ts';
import { confirmOrphans } from './confirm-orphans.ts';
import { type CleanupContext, REPOSITORIES_AT_ONCE } from './context.ts';
import { Decider, type Plan } from './decide-in-rounds.ts';
import type { Listing } from './list-tags.ts';
import { noteOnPlans } from './note-on-plans.ts';

/** Decides on every listed tag, and writes down what a person should know of the plan. */
export async function planCleanup(
  listings: readonly Listing[],
  context: CleanupContext,
): Promise<readonly Plan[]> {
  const decider = new Decider(context);
  const decided = await decider.decide(listings);
  const plans = await pMap(decided, (plan) => confirmOrphans(plan, context, decider), {
    concurrency: REPOSITORIES_AT_ONCE,
  });
  for (const plan of plans) context.record.plan(plan, plan.listing.tags);
  noteOnPlans(plans, context, decider.unusedKeepPatterns);
  return plans;
}

/**
 * Nothing is deleted by a plan that is larger than the user allowed.
 *
 * @throws Error with what the plan and the limit are
 */
export function refuseTooMany(plans: readonly Plan[], { inputs, record }: CleanupContext): void {
  const judged = plans.flatMap(({ tags }) => tags);
  const selected = judged.filter(isSelected).length;
  const message = inputs.maxDeletes && exceedsLimit(inputs.maxDeletes, { selected, listed: judged.length });
  if (message === undefined) return;
  record.add({ stopped: { kind: 'guard', message } });
  throw new Error(message);
}
