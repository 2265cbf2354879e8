import { unixNow } from '../model/clock.ts';
import { CredentialRefusedError, StoppedError, UnknownOutcomeError } from '../model/errors.ts';
import { isSelected, type Outcome, type Plan } from '../model/result.ts';
import { isSameTag, type Tag } from '../model/tag.ts';
import type { Deletion, Repository } from '../quay/quay.ts';
import { judgesPush } from '../selection/outcomes.ts';
import { attachmentOf } from '../selection/signatures.ts';
import type { CleanupContext, OpenRepositories } from './context.ts';

/** A tag may have been pushed again since it was listed; after this many seconds it is looked at once more. */
const LIST_IS_OLD_AFTER = 60;

/** What carrying a plan out needs at every tag. */
export interface Carrying {
  readonly context: CleanupContext;
  readonly repositories: OpenRepositories;
  /** Aborts when nothing more may be changed. */
  readonly stop: AbortSignal;
  /** The registry refused the credential: nothing more is sent with it. */
  readonly refuse: (error: unknown) => void;
}

/** What is done with a selected tag. */
export type Act = (tag: Tag) => Promise<Outcome>;

/** Prepares what is done with the selected tags of a plan: each is looked at again where that matters, and then asked for. */
export async function actOn(plan: Plan, carrying: Carrying): Promise<Act> {
  const request = await requestFor(plan, carrying);
  const look = lookAgain(plan, carrying);
  return async (tag) => {
    const seen = await look(tag);
    return seen?.outcome ?? request(tag, { next: seen !== undefined });
  };
}

/** `next` sends the request before all that wait: nothing comes between a look and what follows it. */
type Request = (tag: Tag, options: { readonly next: boolean }) => Promise<Outcome>;

async function requestFor({ repository, tags }: Plan, { context, stop }: Carrying): Promise<Request> {
  const { quay, rules } = context;
  const { mode } = rules;
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

/** What a look at a tag showed; without an outcome where it is as it was. */
interface Seen {
  readonly outcome?: Outcome;
}

/**
 * Looks at tags again right before their requests, where the list is old and a new push changes what the rules judge. What
 * hangs on an image and was pushed again has an image again, too.
 */
function lookAgain(
  { repository, list }: Plan,
  { context, repositories }: Carrying,
): (tag: Tag) => Promise<Seen | undefined> {
  const { rules, clock } = context;
  const isJudged = judgesPush(rules);
  const details: Repository['details'] = repositories.get(repository)?.details;
  return async (tag) => {
    if (!details || (!isJudged && attachmentOf(tag.name) === undefined)) return undefined;
    if (unixNow(clock) - list.askedAt <= LIST_IS_OLD_AFTER) return undefined;
    const current = await details.find(tag.name);
    if (!current) return { outcome: { kind: 'gone' } };
    return isSameTag(tag, current) ? {} : { outcome: PUSHED_AGAIN };
  };
}

/** A tag that was pushed again since it was listed is another tag than the one that was judged: it is kept. */
export const PUSHED_AGAIN: Outcome = { kind: 'kept', reason: { kind: 'pushed-again' } };

/** The result of a step, or the outcome where it fails or may not be taken any more. */
export async function attempt<T>(step: () => Promise<T>, carrying: Carrying): Promise<T | Outcome> {
  const { stop, refuse, context } = carrying;
  if (stop.aborted) return { kind: 'not-attempted' };
  try {
    return await step();
  } catch (error) {
    if (error instanceof StoppedError) return { kind: 'not-attempted' };
    if (error instanceof CredentialRefusedError) refuse(error);
    const kind = error instanceof UnknownOutcomeError ? 'unknown' : 'failed';
    return { kind, error: context.log.explain(error) };
  }
}
