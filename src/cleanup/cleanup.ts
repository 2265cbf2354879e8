import { isSelected } from '../model/plan.ts';
import { planLines } from '../report/plan-lines.ts';
import { group, info } from '../runner/log.ts';
import { attempt } from '../runner/outputs.ts';
import type { CleanupContext } from './context.ts';
import type { Plan } from './decide-in-rounds.ts';
import { deleteTags } from './delete-tags.ts';
import { findRepositories } from './find-repositories.ts';
import { listRemaining } from './list-remaining.ts';
import { type Listing, listTags } from './list-tags.ts';
import { planCleanup, refuseTooMany } from './plan-cleanup.ts';

/** The whole story: find the repositories, list, decide, write the plan down, delete, list again. */
export async function cleanup(asked: CleanupContext, saveReport: () => void): Promise<void> {
  const { inputs, cancellation } = asked;
  const repositories = await findRepositories(asked).catch((error: unknown) => {
    refuseIfStopped(asked);
    throw error;
  });
  const listings = await group(`List the tags on ${inputs.registry.host}`, () =>
    listTags(repositories, asked),
  );
  refuseIfStopped(asked);
  if (listings.length === 0) return;

  const context = withLaterExpiration(asked, listings);
  const plans = await planCleanup(listings, context);
  await group('Plan', async () => logPlans(plans, context));
  refuseIfStopped(context);
  refuseTooMany(plans, context);
  if (inputs.dryRun) return;

  writePlan(saveReport);
  cancellation.planStands();
  if (!plans.some(({ tags }) => tags.some(isSelected))) return;
  await deleteTags(plans, context);
  if (cancellation.cause === 'cancelled') return;
  await group('List what remains', () => listRemaining(plans, context));
}

/** Where the registry's clock is ahead of the runner's, tags expire later by as much: never earlier than asked. */
function withLaterExpiration(context: CleanupContext, listings: readonly Listing[]): CleanupContext {
  const { expireAt } = context.rules;
  if (expireAt === undefined) return context;
  const ahead = listings.reduce((most, { at, listedAt }) => Math.max(most, at - listedAt), 0);
  return { ...context, rules: { ...context.rules, expireAt: expireAt + ahead } };
}

/** @throws Error where the plan is not on disk: then nothing may be deleted */
function writePlan(saveReport: () => void): void {
  const [problem] = attempt('The plan could not be written to disk, so nothing was deleted', saveReport);
  if (problem !== undefined) throw new Error(problem);
}

function logPlans(plans: readonly Plan[], { rules }: CleanupContext): void {
  const doing = rules.expireAt === undefined ? 'delete' : 'expire';
  const lines = rules.tags.length > 1 ? rules.tags.map(({ line }) => line) : [];
  for (const plan of plans) planLines(plan, doing, lines).forEach(info);
}

/** @throws Error where the run was told to stop before its plan was complete */
function refuseIfStopped({ cancellation, inputs }: CleanupContext): void {
  if (cancellation.cause === 'cancelled')
    throw new Error('The run was cancelled before anything was changed.');
  if (cancellation.cause === 'time-budget')
    throw new Error(
      `The time budget of ${inputs.timeBudget?.text} was reached before the plan was complete. Nothing was deleted. Give the run more time, or fewer repositories (see \`shard\`).`,
    );
}
