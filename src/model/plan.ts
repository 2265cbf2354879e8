import type { ReasonToDelete, ReasonToKeep } from './reason.ts';
import type { Tag, TagList, TagName } from './tag.ts';

/** What is to become of a tag, and why. */
export type Verdict =
  | { readonly kind: 'delete'; readonly reason: ReasonToDelete }
  | { readonly kind: 'keep'; readonly reason: ReasonToKeep };

export interface JudgedTag {
  readonly tag: Tag;
  readonly verdict: Verdict;
  /** The line of `tags` that decides on the tag, as the user wrote it; absent where there is only one, or none matches. */
  readonly rule?: string;
  /** Set on a signature that the plan does not select and that Quay may delete with its image: a tag of that image. */
  readonly deletedWith?: TagName;
  /** Set on a selected tag that may go only after others: the image that it hangs on, or what holds its image. */
  readonly after?: readonly Obstacle[];
}

/** A selected tag that must have gone before another; `otherwise` is why that one is kept where it has not. */
export interface Obstacle {
  readonly name: TagName;
  readonly otherwise: ReasonToKeep;
}

/** A finished plan for one repository: a verdict on every listed tag. */
export interface Plan {
  /** `namespace/name`. */
  readonly repository: string;
  readonly list: TagList;
  /** Every tag of the list, newest first. */
  readonly tags: readonly JudgedTag[];
  /** For each line of `tags`, in their order: how many listed tags its pattern matches. */
  readonly matches: readonly number[];
}

/** Whether the plan deletes the tag, or changes its expiration. */
export function isSelected({ verdict }: JudgedTag): boolean {
  return verdict.kind === 'delete';
}
