import type { Outcome } from '../model/result.ts';
import type { JudgedTag } from '../model/plan.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { countOf } from '../report/format.ts';
import { explain, info } from '../runner/log.ts';
import type { CleanupContext } from './context.ts';
import type { Plan } from './decide-in-rounds.ts';

/** Brings signatures back that Quay deletes with their image although they must stay. */
interface TakenAlongWatch {
  /** Looks after the signatures of a tag's image, once the last tag of that image was deleted. */
  afterDeletion(tag: Tag, outcome: Outcome): Promise<void>;
}

/**
 * Watches over the signatures of a repository that must stay. Quay does not say whether it deletes signatures with their
 * image, so the first deletion shows it: if its signature still exists, the others are not checked.
 */
export function restoreTakenAlong(plan: Plan, context: CleanupContext): TakenAlongWatch {
  const mustStay = plan.tags.filter(({ takenAlong }) => takenAlong?.mustStay);
  const byImage = Map.groupBy(mustStay, ({ takenAlong }) => takenAlong?.image);
  if (byImage.size === 0) return { afterDeletion: async () => undefined };
  const left = countByDigest(plan);
  const imageOf = new Map(plan.tags.map(({ tag }) => [tag.name, tag.digest]));
  const signatures = new Map([...byImage].map(([image, tags]) => [image && imageOf.get(image), tags]));
  const restoreAll = async (digest: string) => {
    const taken = (signatures.get(digest) ?? []).map((tag) => restoreSignature(tag, { plan, context }));
    return (await Promise.all(taken)).includes(true);
  };
  let first: Promise<boolean> | undefined;
  return {
    async afterDeletion({ digest }, outcome) {
      if (digest === undefined || !MAY_BE_GONE.includes(outcome.kind)) return;
      const open = (left.get(digest) ?? 0) - 1;
      left.set(digest, open);
      if (open > 0 || !signatures.has(digest)) return;
      // Only a deletion that is certain shows that signatures stay.
      if (!first && outcome.kind === 'deleted') {
        first = restoreAll(digest);
        await first;
      } else if ((await first) ?? true) await restoreAll(digest);
    },
  };
}

/** Outcomes after which the image may have lost the tag. */
const MAY_BE_GONE: readonly Outcome['kind'][] = ['deleted', 'unknown', 'gone'];

/** How many selected tags each digest has. */
function countByDigest({ tags }: Plan): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tag, verdict } of tags) {
    if (verdict.kind === 'delete' && tag.digest !== undefined)
      counts.set(tag.digest, (counts.get(tag.digest) ?? 0) + 1);
  }
  return counts;
}

/** Restores a cosign tag that Quay deleted with its image, with the expiration that it had; whether it was or may have been deleted. */
export async function restoreSignature(
  { tag, takenAlong }: JudgedTag,
  { plan, context }: { readonly plan: Plan; readonly context: CleanupContext },
): Promise<boolean> {
  const { store, record } = context;
  const { repository } = plan;
  const image = takenAlong?.image;
  if (image === undefined || tag.digest === undefined) return false;
  try {
    if (await store.reread(repository, tag.name)) return false;
  } catch (error) {
    const message = `Quay may have deleted ${repository}:${tag.name} with its image ${image}. It could not be looked at, and so was not restored: ${explain(error)} If it is gone, restore it with the step under "Undo this run".`;
    record.outcome(repository, tag.name, { kind: 'unknown', error: message });
    return true;
  }
  try {
    await restoreWithExpiration({ repository, tag, digest: tag.digest }, context);
    record.outcome(repository, tag.name, { kind: 'restored', image });
    info(
      `${repository}:${tag.name} was deleted by Quay with its image ${image}, and restored because it must be kept.`,
    );
  } catch (error) {
    const message = `Quay deleted ${repository}:${tag.name} with its image ${image}, and it could not be restored: ${explain(error)} Restore it with the step under "Undo this run".`;
    record.outcome(repository, tag.name, { kind: 'deleted-with-image', image, error: message });
  }
  return true;
}

/** Tells how many signatures of a repository came back. */
export function noteRestored({ repository, tags }: Plan, { record }: CleanupContext): void {
  const restored = tags.filter(({ tag }) => record.outcomeOf(repository, tag.name)?.kind === 'restored');
  const [only] = restored;
  if (!only) return;
  record.note(
    restored.length === 1
      ? `Quay deleted ${repository}:${only.tag.name} with its image. It must be kept, so it was restored.`
      : `Quay deleted ${countOf(restored.length, 'signature')} of ${repository} with their images. They must be kept, so they were restored.`,
  );
}

interface Lost {
  readonly repository: string;
  readonly tag: Tag;
  readonly digest: string;
}

async function restoreWithExpiration(
  { repository, tag, digest }: Lost,
  { store, record, now }: CleanupContext,
): Promise<void> {
  const name: TagName = tag.name;
  await store.restore({ repository, name, digest });
  if (tag.expiration === undefined || tag.expiration <= now()) return;
  try {
    await store.setExpiration({ repository, name, digest }, tag.expiration);
  } catch (error) {
    record.note(`${repository}:${name} was restored without its expiration: ${explain(error)}`);
  }
}
