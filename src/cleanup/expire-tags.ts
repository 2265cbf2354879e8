import type { Outcome } from '../model/cleanup-result.ts';
import { isSelected } from '../model/plan.ts';
import type { Tag } from '../model/tag.ts';
import { QuayError } from '../quay/errors.ts';
import { StoppedError } from '../quay/http/stopped-error.ts';
import { formatTime } from '../report/format.ts';
import { explain } from '../runner/log.ts';
import type { CleanupContext } from './context.ts';
import type { Act } from './delete-tags.ts';
import type { Plan } from './plan-cleanup.ts';

interface Expirations {
  readonly context: CleanupContext;
  readonly stop: AbortSignal;
  /** Unix seconds. */
  readonly expireAt: number;
}

/** Clocks that show whole seconds may differ by this. */
const ROUNDING = 1;

/**
 * Prepares to let tags expire. A registry may be configured to bound expirations, and silently sets another time than it was
 * asked for. So the oldest tag of the run comes first and is looked at again: where it would end too early, it is restored,
 * and the run stops before it asks for any other.
 *
 * @throws QuayError where the registry set an earlier time than it was asked for
 */
export async function expirer(
  plans: readonly Plan[],
  expirations: Expirations,
): Promise<(plan: Plan) => Promise<Act>> {
  const oldest = oldestTag(plans);
  const first = oldest && !expirations.stop.aborted ? await expireFirst(oldest, expirations) : undefined;
  return async (plan) => async (tag) =>
    oldest && first && plan === oldest.plan && tag === oldest.tag
      ? first
      : expireOne({ plan, tag }, expirations);
}

interface Target {
  readonly plan: Plan;
  readonly tag: Tag;
}

function oldestTag(plans: readonly Plan[]): Target | undefined {
  let oldest: Target | undefined;
  for (const plan of plans) {
    for (const judged of plan.tags) {
      const { tag } = judged;
      if (
        isSelected(judged) &&
        (tag.lastModified ?? 0) <= (oldest?.tag.lastModified ?? Number.POSITIVE_INFINITY)
      )
        oldest = { plan, tag };
    }
  }
  return oldest;
}

async function expireOne({ plan, tag }: Target, { context, stop, expireAt }: Expirations): Promise<Outcome> {
  const batch = { repository: plan.repository, count: 1, stop };
  const result = await context.store.expire(batch, tag.name, expireAt);
  if (result !== 'expiring')
    return result === 'immutable' ? { kind: 'kept', reason: 'immutable' } : { kind: result };
  return { kind: 'expiring', expiration: expireAt, isLater: false };
}

async function expireFirst(target: Target, expirations: Expirations): Promise<Outcome> {
  const { context, expireAt } = expirations;
  const { plan, tag } = target;
  const outcome = await expireOne(target, expirations).catch(notSent);
  if (outcome.kind !== 'expiring') return outcome;
  const now = await context.store.reread(plan.repository, tag.name);
  const isEarly = !now || (now.expiration !== undefined && now.expiration < expireAt - ROUNDING);
  if (!isEarly) return outcome;
  const found = now?.expiration === undefined ? 'the tag is gone' : `${formatTime(now.expiration)} UTC`;
  const undone = await undo(target, context);
  const message = `The registry set an earlier expiration than asked: of ${plan.repository}:${tag.name} it was to be ${formatTime(expireAt)} UTC, and ${now ? 'it is ' : ''}${found}. ${undone} No other tag was changed. The registry bounds expirations; choose a shorter \`expire-in\`, or delete the tags.`;
  context.record.outcome(plan.repository, tag.name, { kind: 'failed', error: message });
  throw new QuayError(message);
}

function notSent(error: unknown): Outcome {
  if (error instanceof StoppedError) return { kind: 'not-attempted' };
  throw error;
}

/** Restoring a tag makes it a new one without an expiration. */
async function undo({ plan, tag }: Target, { store }: CleanupContext): Promise<string> {
  try {
    if (tag.digest === undefined) throw new QuayError('its digest is not known');
    await store.restore({ repository: plan.repository, name: tag.name, digest: tag.digest });
    return 'It was restored at once.';
  } catch (error) {
    return `It could not be restored (${explain(error)}).`;
  }
}
