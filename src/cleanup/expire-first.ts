import { askUntil } from '../model/clock.ts';
import { ServiceError } from '../model/errors.ts';
import type { Outcome, Plan } from '../model/result.ts';
import { isSameTag, type Tag } from '../model/tag.ts';
import { formatTime } from '../report/format.ts';
import { deletionOrder } from '../selection/deletion-order.ts';
import { expiringAt } from '../selection/outcomes.ts';
import type { OpenContext } from './context.ts';

/** So many of the first requests may fail before the run gives up. */
const MOST_FAILURES = 3;
/** How long an expiration is looked for that was set, in milliseconds: a list may lag behind. */
const LONGEST_LOOK = 60_000;

interface Target {
  readonly plan: Plan;
  readonly tag: Tag;
}

/** How tags are let expire. */
interface Expiring {
  /** When, in Unix seconds. */
  readonly expireAt: number;
  readonly act: (plan: Plan, tag: Tag) => Promise<Outcome>;
}

/**
 * Lets the oldest tag of a run expire, and looks at it until its expiration shows. A registry may be configured to bound
 * expirations, and silently sets another time than it was asked for. Where the tag has gone, the next oldest takes its place.
 * What becomes of the tags that are tried is recorded.
 *
 * @throws ServiceError where the registry set an earlier time than it was asked for, or nothing shows which times it sets
 */
export async function expireFirst(
  plans: readonly Plan[],
  context: OpenContext,
  { expireAt, act }: Expiring,
): Promise<void> {
  let failures = 0;
  for (const target of oldestFirst(plans)) {
    const { plan, tag } = target;
    const asked = await act(plan, tag);
    if (asked.kind === 'not-attempted') return;
    const answers = context.record.answers(plan.repository);
    answers.set(tag.name, asked);
    if (asked.kind === 'expiring') {
      const shown = await verify(target, context, expireAt);
      if (shown) answers.set(tag.name, shown);
      if (shown?.kind === 'expiring') return;
    }
    if (asked.kind === 'failed' || asked.kind === 'unknown') failures += 1;
    if (failures === MOST_FAILURES)
      throw new ServiceError(
        `The first ${MOST_FAILURES} requests to set an expiration failed, so no other tag was changed.`,
      );
  }
}

/** Only tags that wait for no other: a signature gets no expiration before its image. */
function oldestFirst(plans: readonly Plan[]): readonly Target[] {
  const targets = plans.flatMap((plan) => (deletionOrder(plan)[0] ?? []).map(({ tag }) => ({ plan, tag })));
  return targets.toSorted((one, other) => (one.tag.lastModified ?? 0) - (other.tag.lastModified ?? 0));
}

/**
 * What became of the tag, as the registry shows it; undefined where it was pushed again before its expiration was set: what that
 * means for the new push is told with the list.
 *
 * @throws ServiceError where it does not do as it was asked, so that nothing else may be changed
 */
async function verify(target: Target, context: OpenContext, expireAt: number): Promise<Outcome | undefined> {
  const { plan, tag } = target;
  const { clock, cancellation, repositories, log, record } = context;
  const name = `${plan.repository}:${tag.name}`;
  const asked = `${name} should expire at ${formatTime(expireAt)} UTC`;
  const stopWith = (kind: 'failed' | 'unknown', what: string, remedy: string): never => {
    const error = `${what} No other tag was changed. ${remedy}`;
    record.answers(plan.repository).set(tag.name, { kind, error });
    throw new ServiceError(error);
  };
  const lookAtIt = `Look at ${name} in Quay, and run again.`;
  const isShown = (now: Tag | undefined) =>
    !now || !isSameTag(tag, now) || (now.expiration !== undefined && now.expiration !== tag.expiration);
  const find = async () => {
    const details = repositories.get(plan.repository)?.details;
    if (!details) throw new Error('These credentials show no expirations.');
    return details.find(tag.name);
  };
  const waiting = { clock, longest: LONGEST_LOOK, signal: cancellation.sending };
  const now = await askUntil(isShown, find, waiting).catch((error: unknown) =>
    stopWith('unknown', `${asked}, but could not be read back: ${log.explain(error)}`, lookAtIt),
  );
  if (!isShown(now))
    return stopWith(
      'unknown',
      `The registry said that an expiration was set, but does not show it: ${asked}, and its list shows no change after ${LONGEST_LOOK / 1000} s.`,
      lookAtIt,
    );
  const { expiration } = now ?? {};
  if (now && !isSameTag(tag, now))
    return expiration === undefined ? { kind: 'kept', reason: { kind: 'pushed-again' } } : undefined;
  const outcome = expiration === undefined ? undefined : expiringAt(expiration, expireAt);
  if (outcome?.kind === 'expiring') return outcome;
  const shown =
    expiration === undefined ? 'it is gone already' : `it expires at ${formatTime(expiration)} UTC`;
  const undone = await takeBack(target, context, !now);
  return stopWith(
    'failed',
    `The registry set an earlier expiration than asked for: ${asked}, but ${shown}. ${undone}`,
    'The registry limits expirations: choose a shorter `expire-in`, or delete the tags.',
  );
}

/** Gives the tag back what it had; how that went, in a sentence. */
async function takeBack(
  { plan: { repository }, tag }: Target,
  { quay: { timeMachine }, log }: OpenContext,
  isGone: boolean,
): Promise<string> {
  const problemOf = async (request: Promise<unknown> | undefined) => {
    try {
      await request;
      return undefined;
    } catch (error) {
      return log.explain(error);
    }
  };
  const address = { repository, name: tag.name };
  const { expiration, digest } = tag;
  if (isGone) {
    if (digest === undefined) return 'It could not be restored: its digest is not known.';
    const problem = await problemOf(timeMachine?.restore({ ...address, digest }));
    if (problem !== undefined) return `It could not be restored (${problem}).`;
    if (expiration === undefined) return 'It was restored at once.';
  }
  const problem = await problemOf(timeMachine?.setExpiration(address, expiration ?? null));
  const before = expiration === undefined ? 'none' : `${formatTime(expiration)} UTC`;
  if (isGone)
    return problem === undefined
      ? 'It was restored at once.'
      : `It was restored at once, but without its expiration, ${before} (${problem}).`;
  return problem === undefined
    ? `Its expiration was set back to what it was (${before}).`
    : `Its expiration could not be set back to what it was, ${before} (${problem}).`;
}
