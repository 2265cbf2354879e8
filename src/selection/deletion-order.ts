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
 * Finds the tag for which a cosign tag has to stay: one of its image, or of a multi-arch image that may hold that.
 *
 * @param there - the tags that are or may be there
 */
export function holdersAmong(there: readonly Tag[]): (cosignTag: Tag) => TagName | undefined {
  const byDigest = new Map(there.map(({ digest, name }) => [digest, name]));
  const unclear = there.find(({ digest, multiArch }) => digest === undefined || multiArch !== false);
  return ({ name }) => {
    const subject = subjectOf(name);
    return subject === undefined ? undefined : (byDigest.get(subject) ?? unclear?.name);
  };
}

/** The tags without the cosign tags that may belong to one of the others. */
export function withoutWaiting(tags: readonly Tag[]): readonly Tag[] {
  const holderOf = holdersAmong(tags.filter(({ name }) => subjectOf(name) === undefined));
  return tags.filter((tag) => holderOf(tag) === undefined);
}
