import type { Outcome } from '../model/cleanup-result.ts';
import { isSelected } from '../model/plan.ts';
import type { Tag } from '../model/tag.ts';
import { QuayError } from '../quay/errors.ts';
import { formatTime } from '../report/format.ts';
import { explain } from '../runner/log.ts';
import type { CleanupContext } from './context.ts';
import type { Plan } from './decide-in-rounds.ts';
import type { Act } from './delete-tags.ts';

interface Expirations {
  readonly context: CleanupContext;
  readonly stop: AbortSignal;
  /** Unix seconds. */
  readonly expireAt: number;
  /** What a step gives, or the outcome that its failure is. */
  readonly attempt: (step: () => Promise<Outcome>) => Promise<Outcome>;
}

/** Clocks that show whole seconds may differ by this. */
const ROUNDING = 1;

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
  return async (plan) => async (tag) => first.get(tag) ?? expireOne({ plan, tag }, expirations);
}

/** What became of the oldest tags, up to one that shows which times the registry sets. */
async function expireFirst(
  plans: readonly Plan[],
  expirations: Expirations,
): Promise<ReadonlyMap<Tag, Outcome>> {
  const outcomes = new Map<Tag, Outcome>();
  let failures = 0;
  for (const target of oldestFirst(plans)) {
    if (expirations.stop.aborted) break;
    const outcome = await expirations.attempt(() => expireOne(target, expirations));
    if (outcome.kind === 'not-attempted') break;
    outcomes.set(target.tag, outcome);
    if (outcome.kind === 'expiring') {
      await verify(target, expirations);
      break;
    }
    if (outcome.kind !== 'failed' && outcome.kind !== 'unknown') continue;
    failures += 1;
    if (failures < MOST_FAILURES) continue;
    expirations.context.record.outcome(target.plan.repository, target.tag.name, outcome);
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
  const targets = plans.flatMap((plan) => plan.tags.filter(isSelected).map(({ tag }) => ({ plan, tag })));
  return targets.toSorted((one, other) => (one.tag.lastModified ?? 0) - (other.tag.lastModified ?? 0));
}

async function expireOne({ plan, tag }: Target, { context, stop, expireAt }: Expirations): Promise<Outcome> {
  const batch = { repository: plan.repository, count: 1, stop };
  const result = await context.store.expire(batch, tag.name, expireAt);
  if (result !== 'expiring')
    return result === 'immutable' ? { kind: 'kept', reason: 'immutable' } : { kind: result };
  return { kind: 'expiring', expiration: expireAt, isLater: false };
}

/** @throws QuayError where the tag ends earlier than was asked for */
async function verify(target: Target, { context, expireAt }: Expirations): Promise<void> {
  const { plan, tag } = target;
  const now = await context.store.reread(plan.repository, tag.name);
  const isEarly = !now || (now.expiration !== undefined && now.expiration < expireAt - ROUNDING);
  if (!isEarly) return;
  const found =
    now?.expiration === undefined ? 'it is gone already' : `it expires at ${formatTime(now.expiration)} UTC`;
  const undone = await undo(target, context);
  const message = `The registry set an earlier expiration than asked for: ${plan.repository}:${tag.name} should expire at ${formatTime(expireAt)} UTC, but ${found}. ${undone} No other tag was changed. The registry limits expirations: choose a shorter \`expire-in\`, or delete the tags.`;
  context.record.outcome(plan.repository, tag.name, { kind: 'failed', error: message });
  throw new QuayError(message);
}

/** Restoring a tag makes it a new one, without the expiration that it had. */
async function undo({ plan, tag }: Target, { store }: CleanupContext): Promise<string> {
  try {
    if (tag.digest === undefined) throw new QuayError('its digest is not known');
    const lost = { repository: plan.repository, name: tag.name, digest: tag.digest };
    await store.restore(lost);
    if (tag.expiration !== undefined) await store.setExpiration(lost, tag.expiration);
    return 'It was restored at once.';
  } catch (error) {
    return `It could not be restored (${explain(error)}).`;
  }
}
