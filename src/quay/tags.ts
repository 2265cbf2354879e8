import type { AnswerTo } from '../http/client.ts';
import { type Clock, unixNow } from '../model/clock.ts';
import { ServiceError } from '../model/errors.ts';
import { present } from '../model/json.ts';
import type { Tag, TagList, TagName } from '../model/tag.ts';
import type { History, HistoryEntry } from './quay.ts';
import type { RestApi } from './rest-api.ts';
import { livingRows, PAGE_SIZE, type Page, type Rows, readAllPages, readPage, type Times } from './rows.ts';

/** What narrows a list, as Quay's REST API calls it. */
type Query = Readonly<Record<string, string>>;

const LIVING: Query = { onlyActiveTags: 'true' };

/** Every living tag of a repository, from the complete list. */
export async function listTags(api: RestApi, repository: string): Promise<TagList> {
  const askedAt = unixNow(api.clock);
  const rows = await readAll(api, repository, LIVING);
  const { invalidNames, at, seenAt } = rows;
  return { repository, tags: livingRows(rows), namesOnly: false, invalidNames, askedAt, at, seenAt };
}

/** The tag of that name as it stands now; undefined if there is none. */
export async function findTag(
  api: RestApi,
  repository: string,
  name: TagName,
  sending: { readonly evenWhenStopped?: boolean } = {},
): Promise<Tag | undefined> {
  const query = { ...LIVING, filter_tag_name: `eq:${name}` };
  const page = await fetchPage(api, repository, query, 1, sending);
  // Quay before 3.10 ignores the filter, and answers the first page of all tags.
  const wasFiltered = page.rows.every((row) => row.name === name) && page.invalidNames.length === 0;
  const tags = wasFiltered ? livingRows(page) : (await listTags(api, repository)).tags;
  return tags.find((tag) => tag.name === name);
}

/** Every name of the repository's history, by its newest row. */
export async function readHistory(api: RestApi, repository: string): Promise<History> {
  const [all, living] = await Promise.all([readAll(api, repository, {}), readAll(api, repository, LIVING)]);
  const alive = new Map(livingRows(living).map((row) => [row.name, row]));
  const byName = Map.groupBy([...living.rows, ...all.rows], ({ name }) => name);
  const entries = [...byName].map(([name, rows]): HistoryEntry => {
    // Without an end, or with one to come, the tag came to life after the living were listed.
    const current =
      alive.get(name) ?? rows.find(({ expiration = Number.POSITIVE_INFINITY }) => expiration > all.at);
    const newest = rows.reduce((row, other) =>
      (other.expiration ?? 0) > (row.expiration ?? 0) ? other : row,
    );
    const { digest, lastModified: startedAt, expiration, isReversion = false } = current ?? newest;
    const end = current ? { expiration } : { deletedAt: expiration };
    const digests = new Set(rows.map((row) => row.digest).filter((known) => known !== undefined));
    return present({ name, alive: current !== undefined, digest, startedAt, ...end, isReversion, digests });
  });
  return { entries, at: all.at };
}

function readAll(api: RestApi, repository: string, query: Query): Promise<Rows> {
  return readAllPages(repository, (page) => fetchPage(api, repository, query, page));
}

/** @param page - from 1 */
async function fetchPage(
  api: RestApi,
  repository: string,
  query: Query,
  page: number,
  sending: { readonly evenWhenStopped?: boolean } = {},
): Promise<Page> {
  const found = await api.send({
    path: `repository/${repository}/tag/`,
    query: { limit: String(PAGE_SIZE), page: String(page), ...query },
    doing: `listing the tags of ${repository}`,
    about: repository,
    ...sending,
    read: (answer) => {
      const read = answer.status === 200 ? readPage(answer.text) : undefined;
      return read && { value: { ...read, ...timesOf(answer, api.clock) } };
    },
  });
  if (found.page === page) return found;
  throw new ServiceError(
    `${api.registry.host} answered page ${found.page} of the tags of ${repository} when page ${page} was requested. The list would be incomplete, so nothing was deleted.`,
  );
}

/** When an answer came. */
export function timesOf({ headers }: AnswerTo, clock: Clock): Times {
  const seenAt = unixNow(clock);
  const at = Date.parse(headers['date'] ?? '') / 1000;
  return { at: Number.isNaN(at) ? seenAt : at, seenAt };
}
