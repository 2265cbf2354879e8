import type { Tag, TagName } from '../model/tag.ts';
import { subjectOf } from './cosign-tag.ts';

/**
 * The tags in the order in which they may be deleted: a cosign tag after every tag of its image. Whoever may push can sign
 * signatures without end, so each tag is looked at once.
 */
export function inWaves(tags: readonly Tag[]): readonly (readonly Tag[])[] {
  const isCosign = ({ name }: Tag) => subjectOf(name) !== undefined;
  const cosignTags = tags.filter(isCosign);
  const places = new Map(cosignTags.map((tag, place) => [tag, place]));
  const waiting = Map.groupBy(cosignTags, ({ name }) => subjectOf(name));
  const left = new Map<string | undefined, number>();
  for (const { digest } of cosignTags) left.set(digest, (left.get(digest) ?? 0) + 1);

  const waves = [tags.filter((tag) => !isCosign(tag))];
  let wave = cosignTags.filter(({ name }) => !left.has(subjectOf(name)));
  while (wave.length > 0) {
    waves.push(wave);
    const ready: Tag[] = [];
    for (const tag of wave) {
      places.delete(tag);
      const count = (left.get(tag.digest) ?? 0) - 1;
      left.set(tag.digest, count);
      if (count === 0) for (const next of waiting.get(tag.digest) ?? []) ready.push(next);
    }
    wave = ready.sort((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0));
  }
  // A cosign tag that was made by hand may be one of itself.
  return [...waves, [...places.keys()]].filter(({ length }) => length > 0);
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
