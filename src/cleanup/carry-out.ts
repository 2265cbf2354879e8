import pMap from 'p-map';
import { unixNow } from '../model/clock.ts';
import { CredentialRefusedError, StoppedError, UnknownOutcomeError } from '../model/errors.ts';
import { isSelected, type JudgedTag, type Outcome, type Plan } from '../model/result.ts';
import { isSameTag, type Tag } from '../model/tag.ts';
import { type Deletion, REPOSITORIES_AT_ONCE, TAGS_AT_ONCE } from '../quay/quay.ts';
import { progressLine } from '../report/sentences.ts';
import { logProgress } from '../runner/log.ts';
import { deletionOrder } from '../selection/deletion-order.ts';
import { isDone, judgesPush } from '../selection/outcomes.ts';
import { attachmentOf } from '../selection/signatures.ts';
import type { OpenContext } from './context.ts';
import { expireFirst } from './expire-first.ts';

/**
 * Deletes the selected tags, or changes their expirations, each by a request of its own. What each request was answered is
 * recorded. What fails is an outcome, and the rest goes on; only a refused credential or a stop ends the sending.
 *
 * @throws ServiceError where the registry does not set expirations as it is asked to
 */
export async function carryOut(plans: readonly Plan[], context: OpenContext): Promise<void> {
  const { clock, log, record, rules } = context;
  const { stop, attempt } = attempting(context);
  const total = plans.reduce((sum, { tags }) => sum + tags.filter(isSelected).length, 0);
  const counts = { done: 0, failed: 0 };
  const endProgress = logProgress(
    (elapsed) => progressLine({ doing: rules.mode.kind, ...counts, total, elapsed }),
    log,
    clock,
  );
  const carryOutIn = async (plan: Plan) => {
    const answers = record.answers(plan.repository);
    const steps = deletionOrder(plan);
    if (steps.length === 0) return;
    const act = await attempt(() => actOn(plan, context, stop));
    const actOnTag = async ({ tag, after = [] }: JudgedTag): Promise<Outcome> => {
      const obstacle = after.find(({ name }) => !isDone(answers.get(name)));
      if (obstacle) return { kind: 'kept', reason: obstacle.otherwise };
      return typeof act === 'function' ? attempt(() => act(tag)) : act;
    };
    const settle = async (judged: JudgedTag) => {
      const { name } = judged.tag;
      const outcome = answers.get(name) ?? (await actOnTag(judged));
      answers.set(name, outcome);
      if (outcome.kind === 'failed' || outcome.kind === 'unknown') counts.failed += 1;
      else if (outcome.kind !== 'not-attempted') counts.done += 1;
    };
    for (const step of steps) await pMap(step, settle, { concurrency: TAGS_AT_ONCE });
  };
  record.add({ hasChanged: true });
  try {
    if (rules.mode.kind === 'expire')
      await expireFirst(plans, context, {
        expireAt: rules.mode.at,
        act: (plan, tag) => attempt(async () => (await actOn(plan, context, stop))(tag)),
      });
    await pMap(plans, carryOutIn, { concurrency: REPOSITORIES_AT_ONCE });
  } finally {
    endProgress();
  }
}

/** The result of a step, or the outcome where it fails or may not be taken any more. */
type Attempt = <T>(step: () => Promise<T>) => Promise<T | Outcome>;

/** How steps are attempted until the run is stopped, or the registry refuses the credential: `stop` aborts then. */
function attempting({ cancellation, log, record }: OpenContext): {
  readonly stop: AbortSignal;
  readonly attempt: Attempt;
} {
  const refused = new AbortController();
  const stop = AbortSignal.any([cancellation.deleting, refused.signal]);
  const attempt: Attempt = async (step) => {
    if (stop.aborted) return { kind: 'not-attempted' };
    try {
      return await step();
    } catch (error) {
      if (error instanceof StoppedError) return { kind: 'not-attempted' };
      const isUnknown = error instanceof UnknownOutcomeError;
      const refusal = isUnknown ? error.cause : error;
      if (refusal instanceof CredentialRefusedError) {
        refused.abort(refusal);
        // Where the list then shows that the tag went, nothing else says why others were not sent.
        if (isUnknown) record.add({ error: log.explain(refusal) });
      }
      return { kind: isUnknown ? 'unknown' : 'failed', error: log.explain(error) };
    }
  };
  return { stop, attempt };
}

/** A tag may have been pushed again since it was listed; after this many seconds it is looked at once more. */
const LIST_IS_OLD_AFTER = 60;

/** Prepares what is done with the selected tags of a plan: each is looked at again where that matters, and then asked for. */
async function actOn(
  plan: Plan,
  context: OpenContext,
  stop: AbortSignal,
): Promise<(tag: Tag) => Promise<Outcome>> {
  const { rules, clock, repositories } = context;
  const request = await requestFor(plan, context, stop);
  const details = repositories.get(plan.repository)?.details;
  const isJudged = judgesPush(rules);
  return async (tag) => {
    // What hangs on an image and was pushed again has an image again, whatever the rules judge.
    const matters = isJudged || attachmentOf(tag.name) !== undefined;
    const isOld = unixNow(clock) - plan.list.askedAt > LIST_IS_OLD_AFTER;
    if (!details || !matters || !isOld) return request(tag, { next: false });
    const current = await details.find(tag.name);
    if (!current) return { kind: 'gone' };
    if (!isSameTag(tag, current)) return { kind: 'kept', reason: { kind: 'pushed-again' } };
    return request(tag, { next: true });
  };
}

/** `next` sends the request before all that wait: nothing comes between a look and what follows it. */
type Request = (tag: Tag, options: { readonly next: boolean }) => Promise<Outcome>;

async function requestFor(
  { repository, tags }: Plan,
  { quay, rules: { mode } }: OpenContext,
  stop: AbortSignal,
): Promise<Request> {
  if (mode.kind === 'delete') {
    const count = tags.filter(isSelected).length;
    const deleteOne = await quay.deleter?.prepare({ repository, count, stop });
    if (!deleteOne) throw new Error('Nothing can be deleted without credentials.');
    return async ({ name }, options) => outcomeOf(await deleteOne(name, options));
  }
  const { timeMachine } = quay;
  if (!timeMachine) throw new Error('Expirations cannot be changed with these credentials.');
  const expiration = mode.kind === 'expire' ? mode.at : null;
  return async (tag, { next }) => {
    const address = { repository, name: tag.name };
    const answer = await timeMachine.setExpiration(address, expiration, { stop, next });
    if (answer !== 'set') return outcomeOf(answer);
    return expiration === null
      ? { kind: 'expiration-removed', was: tag.expiration ?? 0 }
      : { kind: 'expiring', expiration, isLater: false };
  };
}

function outcomeOf(answer: Deletion): Outcome {
  return answer === 'immutable' ? { kind: 'kept', reason: { kind: 'immutable' } } : { kind: answer };
}
