import type { Reason } from './reason.ts';
import type { Tag, TagName } from './tag.ts';

/** What is to become of a tag, and why. */
export interface Verdict {
  readonly kind: 'delete' | 'keep';
  readonly reason: Reason;
}

export interface JudgedTag {
  readonly tag: Tag;
  readonly verdict: Verdict;
  /** The line of `tags` that decides on the tag, as the user wrote it; absent where there is only one, or none matches. */
  readonly rule?: string;
  /** Set on a cosign tag that the plan keeps, and that Quay deletes with its image (3.18 and later). */
  readonly takenAlong?: TakenAlong;
}

export interface TakenAlong {
  /** A tag of the image, which the plan deletes. */
  readonly image: TagName;
  /** Whether the cosign tag is to be restored then: it is excluded, or its image is or may be part of a living one. */
  readonly mustStay: boolean;
}

/** The verdict on every listed tag of one repository, newest tag first. */
export interface RepositoryPlan {
  /** `namespace/name`. */
  readonly repository: string;
  readonly tags: readonly JudgedTag[];
  /** For each line of `tags`, in their order: how many listed tags its pattern matches. */
  readonly matches: readonly number[];
}

/** Whether the plan deletes the tag, or lets it expire. */
export function isSelected({ verdict }: JudgedTag): boolean {
  return verdict.kind === 'delete';
}
