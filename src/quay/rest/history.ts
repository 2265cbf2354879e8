import type { TagName } from '../../model/tag.ts';
import { listHistory, listTags } from './list-tags.ts';
import type { RestApi } from './rest-api.ts';

/** A name of a repository's history. */
export interface HistoryEntry {
  readonly name: TagName;
  /** Whether a tag of that name exists now. */
  readonly alive: boolean;
  /** The digest that the name stands for, or stood for last; absent where Quay does not tell. */
  readonly digest?: string;
  /** When the tag was deleted last, in Unix seconds; absent while it exists. */
  readonly deletedAt?: number;
}

/** Every name of a repository's history, and the registry's time. */
export interface History {
  readonly entries: readonly HistoryEntry[];
  /** Unix seconds. */
  readonly at: number;
}

/**
 * Every name of the repository's history, with its newest row.
 *
 * @param now - the runner's time in Unix seconds, for a registry that does not tell its own
 */
export async function readHistory(api: RestApi, repository: string, now: () => number): Promise<History> {
  const [{ rows, at }, living] = await Promise.all([
    listHistory(api, repository, now),
    listTags(api, repository, now),
  ]);
  const newest = new Map<TagName, HistoryEntry>(
    living.tags.map(({ name, digest }) => [
      name,
      { name, alive: true, ...(digest === undefined ? {} : { digest }) },
    ]),
  );
  for (const { tag, endsAt } of rows) {
    const other = newest.get(tag.name);
    if (other?.alive || (other?.deletedAt ?? -1) >= (endsAt ?? 0)) continue;
    newest.set(tag.name, {
      name: tag.name,
      // Without an end, or with one to come, the tag came to life after the living were listed.
      alive: endsAt === undefined || endsAt > at,
      ...(tag.digest === undefined ? {} : { digest: tag.digest }),
      ...(endsAt === undefined ? {} : { deletedAt: endsAt }),
    });
  }
  return { entries: [...newest.values()], at };
}
