import type { Outcome } from '../model/cleanup-result.ts';
import type { JudgedTag } from '../model/plan.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { explain, info } from '../runner/log.ts';
import type { CleanupContext } from './context.ts';
import type { Plan } from './plan-cleanup.ts';

/** Brings signatures back that Quay deletes with their image although they must stay. */
export interface TakenAlongWatch {
  /** Looks after the signatures of a tag's image, once the last tag of that image was deleted. */
  afterDeletion(tag: Tag, outcome: Outcome): Promise<void>;
}

/**
 * Watches over the signatures of a repository that must stay. Quay does not say whether it deletes signatures with their
 * image, so the first deletion shows it: where its signature is still there, the others are not looked at.
 */
export function restoreTakenAlong(plan: Plan, context: CleanupContext): TakenAlongWatch {
  const mustStay = plan.tags.filter(({ takenAlong }) => takenAlong?.mustStay);
  const byImage = Map.groupBy(mustStay, ({ takenAlong }) => takenAlong?.image);
  if (byImage.size === 0) return { afterDeletion: async () => undefined };
  const left = countByDigest(plan);
  const imageOf = new Map(plan.tags.map(({ tag }) => [tag.name, tag.digest]));
  const signatures = new Map([...byImage].map(([image, tags]) => [image && imageOf.get(image), tags]));
  let takesAlong: boolean | undefined;
  return {
    async afterDeletion({ digest }, outcome) {
      if (digest === undefined || (outcome.kind !== 'deleted' && outcome.kind !== 'unknown')) return;
      const open = (left.get(digest) ?? 0) - 1;
      left.set(digest, open);
      if (open > 0 || takesAlong === false) return;
      for (const signature of signatures.get(digest) ?? [])
        takesAlong = (await bringBack(signature, { plan, context })) || (takesAlong ?? false);
    },
  };
}

/** How many selected tags each digest has. */
function countByDigest({ tags }: Plan): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tag, verdict } of tags) {
    if (verdict.kind === 'delete' && tag.digest !== undefined)
      counts.set(tag.digest, (counts.get(tag.digest) ?? 0) + 1);
  }
  return counts;
}

/** Restores a cosign tag that Quay deleted with its image, with the expiration that it had; whether it had been deleted. */
export async function bringBack(
  { tag, takenAlong }: JudgedTag,
  { plan, context }: { readonly plan: Plan; readonly context: CleanupContext },
): Promise<boolean> {
  const { store, record } = context;
  const { repository } = plan;
  const image = takenAlong?.image;
  if (image === undefined || tag.digest === undefined) return false;
  try {
    if (await store.reread(repository, tag.name)) return false;
    await restore({ repository, tag, digest: tag.digest }, context);
    record.outcome(repository, tag.name, { kind: 'restored', image });
    info(
      `${repository}:${tag.name} was deleted by Quay with its image ${image}, and was restored: it must stay.`,
    );
  } catch (error) {
    const message = `Quay deleted ${repository}:${tag.name} with its image ${image}, and it could not be restored: ${explain(error)} Restore it with the step under "Undo this run".`;
    record.outcome(repository, tag.name, { kind: 'deleted-with-image', image, error: message });
  }
  return true;
}

interface Lost {
  readonly repository: string;
  readonly tag: Tag;
  readonly digest: string;
}

async function restore(
  { repository, tag, digest }: Lost,
  { store, record, now }: CleanupContext,
): Promise<void> {
  const name: TagName = tag.name;
  await store.restore({ repository, name, digest });
  if (tag.expiration === undefined || tag.expiration <= now()) return;
  try {
    await store.setExpiration({ repository, name, digest }, tag.expiration);
  } catch (error) {
    record.note(`${repository}:${name} was restored without the expiration that it had: ${explain(error)}`);
  }
}
