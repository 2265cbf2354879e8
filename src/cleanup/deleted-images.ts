import type { TagName } from '../model/tag.ts';
import { subjectOf } from '../selection/cosign-tag.ts';
import type { CleanupContext } from './context.ts';
import type { Plan } from './decide-in-rounds.ts';

/** The digests of which this run deleted a tag, each with the newest. */
export function deletedImages(
  { repository, tags }: Plan,
  { record }: CleanupContext,
): ReadonlyMap<string, TagName> {
  const images = new Map<string, TagName>();
  for (const { tag } of tags) {
    const kind = record.outcomeOf(repository, tag.name)?.kind;
    if (tag.digest !== undefined && !images.has(tag.digest) && (kind === 'deleted' || kind === 'unknown'))
      images.set(tag.digest, tag.name);
  }
  return images;
}

/**
 * Corrects the outcomes of cosign tags without another list: what Quay may have deleted with its image is unknown then, and
 * undo looks for it.
 */
export function correctUnlisted(plans: readonly Plan[], context: CleanupContext): void {
  const { record } = context;
  for (const plan of plans) {
    const { repository } = plan;
    const imageDeleted = deletedImages(plan, context);
    for (const { tag, takenAlong } of plan.tags) {
      const image = imageDeleted.get(subjectOf(tag.name) ?? '');
      const outcome = record.outcomeOf(repository, tag.name);
      if (image === undefined) continue;
      if (outcome?.kind === 'gone')
        record.outcome(repository, tag.name, { kind: 'deleted-with-image', image });
      const isOpen = outcome === undefined ? takenAlong !== undefined : outcome.kind === 'not-attempted';
      if (isOpen)
        record.outcome(repository, tag.name, {
          kind: 'unknown',
          error: `Quay 3.18 and later delete ${repository}:${tag.name} with its image ${image}. The remaining tags were not listed, so whether it was deleted is unknown.`,
        });
    }
  }
}
