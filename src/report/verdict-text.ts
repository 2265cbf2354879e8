import type { JudgedTag } from '../model/plan.ts';
import type { Reason } from '../model/reason.ts';
import { describeReason, summariseReason } from './reason-text.ts';

/** Why this tag is deleted or kept, in a few words; names the line of `tags` that decided where there are several. */
export function describeVerdict({ verdict: { reason }, rule }: JudgedTag): string {
  const text = describeReason(reason);
  return rule !== undefined && isOfRule(reason) ? `${text} (rule "${rule}")` : text;
}

/** The same for a count of tags: without the numbers and names of one tag. */
export function summariseVerdict({ verdict: { reason }, rule }: JudgedTag): string {
  const text = summariseReason(reason);
  return rule !== undefined && OF_CONDITIONS.has(reason.kind) ? `${text} (rule "${rule}")` : text;
}

/** Reasons that a condition gives, so that a count of them is one of its line. */
const OF_CONDITIONS: ReadonlySet<Reason['kind']> = new Set([
  'among-newest',
  'date-unknown',
  'newer-than',
  'pulled-within',
]);

/** Why a tag is deleted by the line that decides on it. What keeps a tag may be another line's placeholder. */
const OF_DELETION: ReadonlySet<Reason['kind']> = new Set([
  'pull-request-closed',
  'branch-gone',
  'commit-gone',
]);

function isOfRule({ kind }: Reason): boolean {
  return OF_CONDITIONS.has(kind) || OF_DELETION.has(kind);
}
