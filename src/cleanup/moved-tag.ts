import type { Outcome } from '../model/cleanup-result.ts';
import type { Tag } from '../model/tag.ts';

/** A tag that was pushed again since it was listed is another tag than the one that was judged: it is kept. */
export const PUSHED_AGAIN: Outcome = { kind: 'kept', reason: 'pushed again during this run' };

/** Whether a name still stands for the same push of the same image. */
export function isSameTag(before: Tag, now: Tag): boolean {
  return now.digest === before.digest && now.lastModified === before.lastModified;
}
