import { isSelected, type JudgedTag, type Obstacle, type Plan } from '../model/result.ts';
import type { Tag, TagName } from '../model/tag.ts';

/** Tags that may be deleted at the same time, once all of the step before were answered. */
export interface Step {
  readonly tags: readonly StepTag[];
}

export interface StepTag {
  readonly tag: Tag;
  /** All these must have gone before, by this run or otherwise; where one has not, the tag is kept for that reason. */
  readonly after: readonly Obstacle[];
}

const NOTHING: readonly Obstacle[] = [];

/**
 * The selected tags of a plan in the order in which they may be deleted: what a tag goes after ({@link JudgedTag.after}) stands in
 * an earlier step. Whoever may push can sign signatures without end, so each tag, and each list of obstacles, is looked at once.
 */
export function deletionOrder({ tags }: Plan): readonly Step[] {
  const waiting = Map.groupBy(tags.filter(isSelected), ({ after }) => after ?? NOTHING);
  const left = new Map<readonly Obstacle[], number>();
  const waitingFor = new Map<TagName, (readonly Obstacle[])[]>();
  for (const after of waiting.keys()) {
    left.set(after, after.length);
    for (const { name } of after) {
      const others = waitingFor.get(name);
      if (others) others.push(after);
      else waitingFor.set(name, [after]);
    }
  }
  const take = (after: readonly Obstacle[]): readonly StepTag[] => {
    const taken = waiting.get(after) ?? [];
    waiting.delete(after);
    return taken.map(({ tag }) => ({ tag, after }));
  };
  const isLast = (after: readonly Obstacle[]) => {
    const others = (left.get(after) ?? 0) - 1;
    left.set(after, others);
    return others === 0;
  };
  const steps: Step[] = [];
  let next = take(NOTHING);
  while (next.length > 0) {
    steps.push({ tags: next });
    next = next.flatMap(({ tag }) => (waitingFor.get(tag.name) ?? []).filter(isLast).flatMap(take));
  }
  // Tags that wait for each other are not deleted.
  const rest = [...waiting.keys()].flatMap(take);
  return rest.length > 0 ? [...steps, { tags: rest }] : steps;
}
