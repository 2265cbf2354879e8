import { notQuay, registryTime } from '../answers.ts';
import { QuayError } from '../errors.ts';
import type { TagList } from '../tag-store.ts';
import { type RestApi, repositoryPath } from './rest-api.ts';
import { livingTags, readTagPage, type TagPage, type TagRow, type Times } from './tag-rows.ts';

/** Quay answers at most this many rows a page. */
const PAGE_SIZE = 100;
/** How many pages are asked for together, before it is known that they exist. */
const FIRST_WAVE = 4;
const WIDEST_WAVE = 16;
/** A page that brings nothing new is what a hundred pushes look like; so many in succession are a list without an end. */
const MOST_REPEATED_PAGES = 5;

type TimedPage = TagPage & Times;

/** All rows of a list, and when its first page came. */
interface Rows extends Times {
  readonly rows: readonly TagRow[];
  readonly strange: readonly string[];
}

/**
 * Every living tag of a repository, from the complete list.
 *
 * @param now - the runner's time in Unix seconds, for a registry that does not tell its own
 */
export async function listTags(api: RestApi, repository: string, now: () => number): Promise<TagList> {
  const query = { onlyActiveTags: 'true' };
  const { rows, strange, at, seenAt } = await readAllPages(repository, (page) =>
    fetchPage(api, { repository, query: { ...query, page: String(page) }, now }),
  );
  return { tags: livingTags(rows, { at, seenAt }), strange, at, seenAt };
}

/** Every row of a repository's history, dead and alive, newest first. */
export function listHistory(api: RestApi, repository: string, now: () => number): Promise<Rows> {
  return readAllPages(repository, (page) =>
    fetchPage(api, { repository, query: { page: String(page) }, now }),
  );
}

interface PageRequest {
  readonly repository: string;
  readonly query: Readonly<Record<string, string>>;
  /** Unix seconds. */
  readonly now: () => number;
  readonly evenWhenStopped?: boolean;
}

/** One page of the tag list, which holds what was asked for. */
export async function fetchPage(
  api: RestApi,
  { repository, query, now, evenWhenStopped = false }: PageRequest,
): Promise<TimedPage> {
  const { host } = api.registry;
  const response = await api.send({
    method: 'GET',
    path: `${repositoryPath(repository)}/tag/`,
    query: { limit: String(PAGE_SIZE), page: '1', ...query },
    valid: ({ text }) => readTagPage(text) !== undefined,
    evenWhenStopped,
  });
  if (response.status !== 200)
    throw api.refusal(response, { doing: `listing the tags of ${repository}`, repository });
  const page = readTagPage(response.text);
  if (!page) throw notQuay(host, response);
  if (page.page !== Number(query['page'] ?? 1)) {
    throw new QuayError(
      `${host} answered page ${page.page} of the tags of ${repository} when page ${query['page']} was requested. The list would be incomplete, so nothing was deleted.`,
    );
  }
  const seenAt = now();
  return { ...page, at: registryTime(response) ?? seenAt, seenAt };
}

/**
 * Reads pages from the first to the one that says it is the last.
 *
 * How many there are is not known before, so pages are asked for ahead, in waves that grow; those past the end are empty.
 */
async function readAllPages(repository: string, fetch: (page: number) => Promise<TimedPage>): Promise<Rows> {
  const first = await fetch(1);
  const list = new RowCollector(repository);
  list.add(first);
  let { hasMore } = first;
  let next = 2;
  for (let wave = FIRST_WAVE; hasMore; wave = Math.min(wave * 2, WIDEST_WAVE)) {
    const from = next;
    const pages = await Promise.all(Array.from({ length: wave }, (_, index) => fetch(from + index)));
    for (const page of pages) list.add(page);
    // The last page with rows knows best: an earlier one may have been the last when it was read, before a push.
    hasMore = pages.findLast((page) => page.rows.length + page.strange.length > 0)?.hasMore ?? false;
    next += wave;
  }
  return { rows: list.rows, strange: list.strange, at: first.at, seenAt: first.seenAt };
}

/** Puts pages together, and notices a list that does not end. */
class RowCollector {
  readonly rows: TagRow[] = [];
  readonly strange: string[] = [];
  readonly #repository: string;
  readonly #known = new Set<string>();
  #repeated = 0;

  constructor(repository: string) {
    this.#repository = repository;
  }

  /** @throws QuayError where page after page announces more and brings nothing new */
  add(page: TagPage): void {
    const before = this.#known.size;
    for (const row of page.rows) {
      const { name, lastModified, digest } = row.tag;
      this.#known.add(`${name} ${lastModified} ${digest} ${row.endsAt}`);
      this.rows.push(row);
    }
    for (const name of page.strange) {
      this.#known.add(` ${name}`);
      this.strange.push(name);
    }
    this.#repeated = page.hasMore && this.#known.size === before ? this.#repeated + 1 : 0;
    if (this.#repeated >= MOST_REPEATED_PAGES) throw endlessList(this.#repository);
  }
}

function endlessList(repository: string): QuayError {
  return new QuayError(
    `The list of the tags of ${repository} does not end: the next pages have nothing new. Nothing was deleted. If a proxy is in front of the registry, check that it passes the query \`page\` on.`,
  );
}
