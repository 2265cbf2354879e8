import { isSelected, type JudgedTag, type Plan } from '../model/plan.ts';
import type { ReasonToKeep } from '../model/reason.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { attachmentOf, imageOf } from './signatures.ts';

/** Tags that may be deleted at the same time, once all of the step before were answered. */
export interface Step {
  readonly tags: readonly StepTag[];
}

export interface StepTag {
  readonly tag: Tag;
  /** All these must have gone before, by this run or otherwise; where one has not, the tag is kept for that reason. */
  readonly after: readonly { readonly name: TagName; readonly otherwise: ReasonToKeep }[];
}

/** Tags that wait for the same others. */
interface Waiting {
  readonly tags: JudgedTag[];
  left: number;
}

/**
 * The selected tags of a plan in the order in which they may be deleted: what a tag goes after ({@link JudgedTag.after}) stands in
 * an earlier step. Whoever may push can sign signatures without end, so each tag is looked at once.
 */
export function deletionOrder({ tags }: Plan): readonly Step[] {
  const selected = tags.filter(isSelected);
  const waiting = new Map<readonly TagName[], Waiting>();
  const waitingFor = new Map<TagName, Waiting[]>();
  for (const judged of selected) {
    if (!judged.after) continue;
    const known = waiting.get(judged.after);
    if (known) known.tags.push(judged);
    else {
      const one = { tags: [judged], left: judged.after.length };
      waiting.set(judged.after, one);
      for (const name of judged.after) {
        const others = waitingFor.get(name);
        if (others) others.push(one);
        else waitingFor.set(name, [one]);
      }
    }
  }
  const obstacles = obstaclesIn(tags);
  const steps: Step[] = [];
  const left = new Set(selected);
  let next = selected.filter(({ after }) => !after);
  while (next.length > 0) {
    steps.push({ tags: next.map(obstacles) });
    const ready: JudgedTag[] = [];
    for (const judged of next) {
      left.delete(judged);
      for (const one of waitingFor.get(judged.tag.name) ?? []) {
        one.left -= 1;
        if (one.left === 0) ready.push(...one.tags);
      }
    }
    next = ready;
  }
  // Tags that wait for each other are not deleted.
  return left.size === 0 ? steps : [...steps, { tags: [...left].map(obstacles) }];
}

/** Says of a tag what it waits for, and why it is kept where that has not gone. */
function obstaclesIn(tags: readonly JudgedTag[]): (judged: JudgedTag) => StepTag {
  const signatures = new Map<string, TagName>();
  for (const { tag } of tags) {
    const attachment = attachmentOf(tag.name);
    if (attachment?.isSignature && !tag.immutable && !signatures.has(attachment.subject))
      signatures.set(attachment.subject, tag.name);
  }
  const lists = new Map<readonly TagName[], StepTag['after']>();
  return ({ tag, after = [] }) => {
    if (imageOf(tag.name) === undefined) {
      const signature = signatures.get(tag.digest ?? '') ?? '';
      return {
        tag,
        after: after.map((index) => ({
          name: index,
          otherwise: { kind: 'index-not-gone', index, signature },
        })),
      };
    }
    const list =
      lists.get(after) ?? after.map((name) => ({ name, otherwise: { kind: 'image-not-gone', tag: name } }));
    lists.set(after, list);
    return { tag, after: list };
  };
}
