import type { Reason } from '../model/reason.ts';
import type { Tag, TagName } from '../model/tag.ts';

/** What a dry run selected, by repository: each tag with its digest, which is undefined where the dry run did not know it. */
export type ApprovedPlan = ReadonlyMap<string, ApprovedTags>;

/** The part of the plan that is about one repository. */
export type ApprovedTags = ReadonlyMap<TagName, string | undefined>;

/**
 * Why the plan does not cover the tag.
 *
 * @param approved - undefined where the plan has nothing of the repository
 */
export function outsidePlan({ name, digest }: Tag, approved: ApprovedTags | undefined): Reason | undefined {
  if (!approved?.has(name)) return { kind: 'not-in-plan' };
  const planned = approved.get(name);
  if (planned === undefined || digest === undefined) return { kind: 'plan-digest-unknown' };
  return planned === digest ? undefined : { kind: 'pushed-since-plan' };
}
