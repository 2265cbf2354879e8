import type { Tag, TagName } from '../model/tag.ts';
import { subjectOf } from './cosign-tag.ts';

/** The tags in the order in which they may be deleted: a cosign tag after every tag of its image. */
export function inWaves(tags: readonly Tag[]): readonly (readonly Tag[])[] {
  const isCosign = ({ name }: Tag) => subjectOf(name) !== undefined;
  const waves = [tags.filter((tag) => !isCosign(tag))];
  for (let left = tags.filter(isCosign); left.length > 0; ) {
    const waitedFor = new Set(left.map(({ digest }) => digest));
    const ready = left.filter(({ name }) => !waitedFor.has(subjectOf(name)));
    // A cosign tag that was made by hand may be one of itself.
    const wave = new Set(ready.length > 0 ? ready : left);
    waves.push(left.filter((tag) => wave.has(tag)));
    left = left.filter((tag) => !wave.has(tag));
  }
  return waves.filter(({ length }) => length > 0);
}

/**
 * The tag for which a cosign tag has to stay: one of its image, or of a multi-arch image that may hold that.
 *
 * @param there - the tags that were to be deleted, and are or may be there still
 */
export function holderAmong(there: readonly Tag[], { name }: Tag): TagName | undefined {
  const subject = subjectOf(name);
  if (subject === undefined) return undefined;
  return there.find(
    (tag) =>
      tag.name !== name && (tag.digest === undefined || tag.digest === subject || tag.multiArch !== false),
  )?.name;
}
