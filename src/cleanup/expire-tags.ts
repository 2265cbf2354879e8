import type { Outcome } from '../model/result.ts';
import { isSelected } from '../model/plan.ts';
import type { Tag } from '../model/tag.ts';
import { QuayError } from '../quay/errors.ts';
import type { TagStore, TagToRestore } from '../quay/tag-store.ts';
import { formatTime } from '../report/format.ts';
import { explain } from '../runner/log.ts';
import { withoutWaiting } from '../selection/deletion-order.ts';
import type { CleanupContext } from './context.ts';
import type { Plan } from './decide-in-rounds.ts';
import type { Act } from './delete-tags.ts';
import { expirationOfNewPush, isSameTag, lookAgain, ROUNDING } from './moved-tag.ts';

interface Expirations {
  readonly context: CleanupContext;
  readonly stop: AbortSignal;
  /** Unix seconds. */
  readonly expireAt: number;
  /** The result of a step, or the outcome where it fails or may not be taken any more. */
  readonly attempt: (step: () => Promise<Outcome>) => Promise<Outcome>;
}

/** What became of a tag to which the registry gave no expiration, although it said so. */
export const NO_EXPIRATION: Outcome = {
  kind: 'failed',
  error: 'The registry said that the expiration was set, but lists none.',
};

/** So many of the first requests may fail before the run gives up. */
const MOST_FAILURES = 3;

/**
 * Prepares to let tags expire. A registry may be configured to bound expirations, and silently sets another time than it was
 * asked for. So the oldest tag of the run comes first and is looked at again: where it would end too early, it is restored,
 * and the run stops before it asks for any other. Where it has gone or does not expire, the next oldest takes its place.
 *
 * @throws QuayError where the registry set an earlier time than it was asked for, or nothing shows which times it sets
 */
export async function expirer(
  plans: readonly Plan[],
  expirations: Expirations,
): Promise<(plan: Plan) => Promise<Act>> {
  const first = await expireFirst(plans, expirations);
  return async (plan) => {
    const whatBecameOf = lookAgain(plan, expirations.context);
    return async (tag) =>
      first.get(tag) ?? (await whatBecameOf(tag)) ?? expireOne({ plan, tag }, expirations);
  };
}

/** What became of the oldest tags, up to one that shows which times the registry sets. */
async function expireFirst(
  plans: readonly Plan[],
  expirations: Expirations,
): Promise<ReadonlyMap<Tag, Outcome>> {
  const outcomes = new Map<Tag, Outcome>();
  let failures = 0;
  for (const target of oldestFirst(plans)) {
    const whatBecameOf = lookAgain(target.plan, expirations.context);
    const outcome = await expirations.attempt(
      async () => (await whatBecameOf(target.tag)) ?? expireOne(target, expirations),
    );
    if (outcome.kind === 'not-attempted') break;
    const seen = outcome.kind === 'expiring' ? await verify(target, expirations) : outcome;
    outcomes.set(target.tag, seen);
    expirations.context.record.outcome(target.plan.repository, target.tag.name, seen);
    if (seen.kind === 'expiring') break;
    if (seen.kind !== 'failed' && seen.kind !== 'unknown') continue;
    failures += 1;
    if (failures < MOST_FAILURES) continue;
    throw new QuayError(
      `The first ${MOST_FAILURES} requests to set an expiration failed, so no other tag was changed.`,
    );
  }
  return outcomes;
}

interface Target {
  readonly plan: Plan;
  readonly tag: Tag;
}

function oldestFirst(plans: readonly Plan[]): readonly Target[] {
  const targets = plans.flatMap((plan) => {
    const selected = plan.tags.filter(isSelected).map(({ tag }) => tag);
    // A signature gets no expiration before its image.
    return withoutWaiting(selected).map((tag) => ({ plan, tag }));
  });
  return targets.toSorted((one, other) => (one.tag.lastModified ?? 0) - (other.tag.lastModified ?? 0));
}

async function expireOne({ plan, tag }: Target, { context, stop, expireAt }: Expirations): Promise<Outcome> {
  const batch = { repository: plan.repository, count: 1, stop };
  const result = await context.store.expire(batch, tag.name, expireAt);
  if (result !== 'expiring')
    return result === 'immutable' ? { kind: 'kept', reason: 'immutable' } : { kind: result };
  return { kind: 'expiring', expiration: expireAt, isLater: false };
}

/**
 * What became of the tag, as the registry shows it.
 *
 * @throws QuayError where it ends earlier than was asked for, or cannot be looked at
 */
async function verify(target: Target, expirations: Expirations): Promise<Outcome> {
  const { context, expireAt } = expirations;
  const { plan, tag } = target;
  const now = await readBack(target, expirations);
  if (now && !isSameTag(tag, now)) return expirationOfNewPush(now, expireAt, context.rules);
  if (now && now.expiration === undefined) return NO_EXPIRATION;
  const end = now?.expiration;
  if (end !== undefined && end >= expireAt - ROUNDING)
    return { kind: 'expiring', expiration: end, isLater: end > expireAt + ROUNDING };
  const found = end === undefined ? 'it is gone already' : `it expires at ${formatTime(end)} UTC`;
  const undone = await undo(target, context);
  const message = `The registry set an earlier expiration than asked for: ${plan.repository}:${tag.name} should expire at ${formatTime(expireAt)} UTC, but ${found}. ${undone} No other tag was changed. The registry limits expirations: choose a shorter \`expire-in\`, or delete the tags.`;
  context.record.outcome(plan.repository, tag.name, { kind: 'failed', error: message });
  throw new QuayError(message);
}

/** @throws QuayError where the tag cannot be looked at */
async function readBack({ plan, tag }: Target, { context, expireAt }: Expirations): Promise<Tag | undefined> {
  const { repository } = plan;
  try {
    return await context.store.reread(repository, tag.name);
  } catch (error) {
    const message = `The expiration of ${repository}:${tag.name} was set to ${formatTime(expireAt)} UTC, but could not be read back. No other tag was changed. Look at the tag in Quay, and run again. ${explain(error)}`;
    context.record.outcome(repository, tag.name, { kind: 'unknown', error: message });
    throw new QuayError(message, { cause: error });
  }
}

/** Restoring a tag makes it a new one, without the expiration that it had. */
async function undo({ plan, tag }: Target, { store }: CleanupContext): Promise<string> {
  try {
    if (tag.digest === undefined) throw new QuayError('its digest is not known');
    const lost = { repository: plan.repository, name: tag.name, digest: tag.digest };
    await store.restore(lost);
    return `It was restored at once${await expireAsBefore(lost, tag, store)}.`;
  } catch (error) {
    return `It could not be restored (${explain(error)}).`;
  }
}

async function expireAsBefore(lost: TagToRestore, { expiration }: Tag, store: TagStore): Promise<string> {
  if (expiration === undefined) return '';
  try {
    await store.setExpiration(lost, expiration);
    return '';
  } catch (error) {
    return `, but without its expiration, ${formatTime(expiration)} UTC (${explain(error)})`;
  }
}

/** Notes that the times of a repository's tags are not the registry's, where they could not be read. */
export function noteUnread({ repository, tags }: Plan, { record, rules }: CleanupContext): void {
  const isAsked = tags.some(({ tag }) => {
    const outcome = record.outcomeOf(repository, tag.name);
    return outcome?.kind === 'expiring' && outcome.expiration === rules.expireAt;
  });
  if (!isAsked) return;
  record.note(
    `The expirations in ${repository} were not read again: the times shown are those that were asked for. Quay may have set later ones, as no tag expires within an hour of its last push.`,
  );
}
