import pMap from 'p-map';
import type { Outcome } from '../model/cleanup-result.ts';
import type { Tag, TagName } from '../model/tag.ts';
import type { TagStore } from '../quay/tag-store.ts';
import { countOf } from '../report/format.ts';
import { explain, info } from '../runner/log.ts';
import type { Outcomes } from './delete-tags.ts';
import type { Listed } from './list-tags.ts';

/** What the registry lists after the deletions, by repository. */
export interface Remaining {
  readonly tags: ReadonlyMap<string, readonly Tag[]>;
  /** Tags that are still there although the registry said they were deleted. */
  readonly corrections: Outcomes;
  /** Why a repository could not be listed again. */
  readonly errors: ReadonlyMap<string, string>;
}

interface RemainingOptions {
  readonly outcomes: Outcomes;
  readonly store: TagStore;
  readonly concurrency: number;
}

/** Lists again every repository that something was deleted from; the others are as they were. */
export async function listRemaining(
  listings: readonly Listed[],
  options: RemainingOptions,
): Promise<Remaining> {
  const tags = new Map<string, readonly Tag[]>();
  const corrections = new Map<string, ReadonlyMap<TagName, Outcome>>();
  const errors = new Map<string, string>();
  const listAgain = async (listing: Listed) => {
    const { repository } = listing;
    const outcomes = options.outcomes.get(repository) ?? new Map<TagName, Outcome>();
    if (outcomes.size === 0) return void tags.set(repository, listing.tags);
    try {
      const now = await options.store.list(repository);
      info(`${repository}: ${countOf(now.length, 'tag')}`);
      const removed = removedTags(listing, outcomes);
      tags.set(
        repository,
        now.filter((tag) => !isStale(tag, removed)),
      );
      corrections.set(repository, correct(now, removed));
    } catch (error) {
      errors.set(repository, `The tags that remain could not be listed: ${explain(error)}`);
    }
  };
  await pMap(listings, listAgain, { concurrency: options.concurrency });
  return { tags, corrections, errors };
}

function removedTags({ tags }: Listed, outcomes: ReadonlyMap<TagName, Outcome>): ReadonlyMap<TagName, Tag> {
  const isRemoved = ({ name }: Tag) => ['deleted', 'gone'].includes(outcomes.get(name)?.kind ?? '');
  return new Map(tags.filter(isRemoved).map((tag) => [tag.name, tag]));
}

/** A list of names alone comes from the registry API, which shows a deleted tag for up to two minutes more. */
function isStale(tag: Tag, removed: ReadonlyMap<TagName, Tag>): boolean {
  return tag.lastModified === undefined && removed.has(tag.name);
}

/** The same tag, of the same digest and time, was not deleted; one that was pushed again since is another tag. */
function correct(now: readonly Tag[], removed: ReadonlyMap<TagName, Tag>): ReadonlyMap<TagName, Outcome> {
  const survivors = now.filter((tag) => {
    const before = removed.get(tag.name);
    return (
      before !== undefined &&
      tag.lastModified !== undefined &&
      tag.lastModified === before.lastModified &&
      tag.digest === before.digest
    );
  });
  const outcome: Outcome = {
    kind: 'failed',
    error: 'The registry said that the tag was deleted, and still lists it.',
  };
  return new Map(survivors.map(({ name }) => [name, outcome]));
}
