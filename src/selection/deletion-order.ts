import type { ReasonToKeep } from '../model/reason.ts';
import { isSelected, type JudgedTag, type Obstacle, type Plan } from '../model/result.ts';
import type { TagName } from '../model/tag.ts';
import { heldBy, type KnownManifests } from './manifests.ts';
import type { Judged } from './signatures.ts';

interface Depending {
  /** The digests of the images that something hangs on. */
  readonly subjects: Iterable<string>;
  /** By the digest of an image that loses its last tag: a signature that Quay would delete with it. */
  readonly signatures: ReadonlyMap<string | undefined, TagName>;
  readonly known: KnownManifests;
}

/**
 * What must go before a selected tag: before what hangs on an image, all that stands for the image; before a tag of an image with
 * a signature, only what else does, as the image lives on where that fails to go. Tags share the lists.
 */
export function obstaclesOf(
  selected: readonly Judged[],
  { subjects, signatures, known }: Depending,
): (judged: Judged) => readonly Obstacle[] {
  const holders = new Map(Array.from(subjects, (subject): [string, Judged[]] => [subject, []]));
  const mayHoldAny: Judged[] = [];
  // Tags that were made by hand.
  const hangingOnThemselves = new Set<Judged>();
  for (const judged of selected) {
    const { tag, attachment } = judged;
    const { digests, toRead, isUnknown } = heldBy(tag.digest, known);
    for (const digest of digests) holders.get(digest)?.push(judged);
    if (attachment && digests.includes(attachment.subject)) hangingOnThemselves.add(judged);
    if (!attachment && (isUnknown || toRead.length > 0)) mayHoldAny.push(judged);
  }
  const lists = new Map<string, readonly Obstacle[]>();
  return (judged) => {
    const { tag, attachment } = judged;
    const signature = attachment ? undefined : signatures.get(tag.digest);
    const subject = attachment?.subject ?? (signature && tag.digest);
    if (subject === undefined) return [];
    const own = holders.get(subject) ?? [];
    const key = own.length === 0 ? '' : `${subject} ${signature}`;
    const list =
      lists.get(key) ??
      [...new Set([...own, ...mayHoldAny])]
        .filter((one) => signature === undefined || one.attachment || one.tag.digest !== subject)
        .map(({ tag: { name } }): Obstacle => ({ name, otherwise: notGone(name, signature) }));
    lists.set(key, list);
    return hangingOnThemselves.has(judged) ? list.filter(({ name }) => name !== tag.name) : list;
  };
}

function notGone(name: TagName, signature: TagName | undefined): ReasonToKeep {
  return signature === undefined
    ? { kind: 'image-not-gone', tag: name }
    : { kind: 'index-not-gone', index: name, signature };
}

/**
 * The selected tags of a plan in the order in which they may be deleted, in steps: what a tag goes after ({@link JudgedTag.after})
 * stands in an earlier one. Whoever may push can sign signatures without end, so each tag, and each list of obstacles, is looked
 * at once.
 */
export function deletionOrder({ tags }: Plan): readonly (readonly JudgedTag[])[] {
  const waiting = Map.groupBy(tags.filter(isSelected), ({ after }) => after);
  const lists = [...waiting.keys()].filter((after) => after !== undefined);
  const left = new Map(lists.map((after) => [after, after.length]));
  const waitingFor = Map.groupBy(
    lists.flatMap((after) => after.map(({ name }) => ({ name, after }))),
    ({ name }) => name,
  );
  const isFree = (after: readonly Obstacle[]) => {
    const others = (left.get(after) ?? 0) - 1;
    left.set(after, others);
    return others === 0;
  };
  const steps: JudgedTag[][] = [];
  let free: readonly (readonly Obstacle[] | undefined)[] = [undefined];
  while (waiting.size > 0) {
    const step = free.flatMap((after) => waiting.get(after) ?? []);
    for (const after of free) waiting.delete(after);
    if (step.length > 0) steps.push(step);
    free = step
      .flatMap(({ tag }) => waitingFor.get(tag.name) ?? [])
      .map(({ after }) => after)
      .filter(isFree);
    // Tags that wait for each other are not deleted.
    if (free.length === 0) free = [...waiting.keys()];
  }
  return steps;
}
