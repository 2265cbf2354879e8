import type { Outcome } from '../model/result.ts';
import type { Tag } from '../model/tag.ts';
import { formatTime } from '../report/format.ts';
import { conditionsUsed } from '../selection/conditions.ts';
import { subjectOf } from '../selection/cosign-tag.ts';
import type { Rules } from '../selection/rules.ts';
import type { CleanupContext } from './context.ts';
import type { Plan } from './decide-in-rounds.ts';

/** A tag that was pushed again since it was listed is another tag than the one that was judged: it is kept. */
export const PUSHED_AGAIN: Outcome = { kind: 'kept', reason: 'pushed again during this run' };

/** A tag may have been pushed again since it was listed; after this many seconds it is looked at once more. */
const LISTING_IS_OLD_AFTER = 60;
/** No tag expires within an hour of its push, in seconds. */
const SHORTEST_LIFE = 3600;
/** Clocks that show whole seconds may differ by this. */
export const ROUNDING = 1;

/** Whether a name still stands for the same push of the same image. */
export function isSameTag(before: Tag, now: Tag): boolean {
  return now.digest === before.digest && now.lastModified === before.lastModified;
}

/**
 * Looks at tags again where the listing is old, and a new push changes what the rules judge or the digest that a plan or a
 * file names: what has become of a tag, or undefined where it is as it was. A cosign tag that was pushed again has an image
 * again, too.
 */
export function lookAgain(
  { repository, listing }: Plan,
  { store, rules, now }: CleanupContext,
): (tag: Tag) => Promise<Outcome | undefined> {
  const isJudged = judgePush(rules);
  return async (tag) => {
    if (!isJudged && subjectOf(tag.name) === undefined) return undefined;
    if (now() - listing.listedAt <= LISTING_IS_OLD_AFTER) return undefined;
    const current = await store.reread(repository, tag.name);
    if (!current) return { kind: 'gone' };
    return isSameTag(tag, current) ? undefined : PUSHED_AGAIN;
  };
}

/** Whether a new push may change the verdict on a tag. */
function judgePush(rules: Rules): boolean {
  return conditionsUsed(rules).size > 0 || rules.inUse !== undefined || rules.approved !== undefined;
}

/**
 * What became of a tag that was pushed again and was asked to expire: the request may have come before the push, or after it.
 *
 * @param now - the tag after its new push
 */
export function expirationOfNewPush(now: Tag, asked: number, rules: Rules): Outcome {
  const { expiration, lastModified = 0 } = now;
  const set = Math.max(asked, lastModified + SHORTEST_LIFE);
  if (expiration === undefined || Math.abs(expiration - set) > ROUNDING) return PUSHED_AGAIN;
  if (!judgePush(rules)) return { kind: 'expiring', expiration, isLater: expiration > asked + ROUNDING };
  return {
    kind: 'failed',
    error: `It was pushed again during this run, before its expiration was set: Quay will expire the new push at ${formatTime(expiration)} UTC. To keep it, change its expiration in Quay before then.`,
  };
}
