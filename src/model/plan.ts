import type { Reason } from './reason.ts';
import type { Tag } from './tag.ts';

/** What is to become of a tag, and why. */
export interface Verdict {
  readonly kind: 'delete' | 'keep';
  readonly reason: Reason;
}

export interface JudgedTag {
  readonly tag: Tag;
  readonly verdict: Verdict;
}

/** The verdict on every listed tag of one repository, newest tag first. */
export interface RepositoryPlan {
  /** `namespace/name`. */
  readonly repository: string;
  readonly tags: readonly JudgedTag[];
}
