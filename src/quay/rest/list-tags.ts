import type { Tag } from '../../model/tag.ts';
import { QuayError } from '../errors.ts';
import { notQuay, type RestApi, repositoryPath, restRefusal } from './rest-api.ts';
import { livingTags, readTagPage, type TagPage, type TagRow } from './tag-rows.ts';

/** Quay answers at most this many rows a page. */
const PAGE_SIZE = 100;
/** How many pages are asked for together, before it is known that they exist. */
const FIRST_WAVE = 4;
const WIDEST_WAVE = 16;

/** Every living tag of a repository, from the complete list. */
export async function listTags(api: RestApi, repository: string, now: () => number): Promise<readonly Tag[]> {
  const rows = await readAllPages(
    (page) => fetchPage(api, repository, { page: String(page), onlyActiveTags: 'true' }),
    repository,
  );
  return livingTags(rows, now());
}

/** Every row of a repository's history, dead and alive, newest first. */
export async function listHistory(api: RestApi, repository: string): Promise<readonly TagRow[]> {
  return readAllPages((page) => fetchPage(api, repository, { page: String(page) }), repository);
}

/** One page of the tag list, which holds what was asked for. */
export async function fetchPage(
  api: RestApi,
  repository: string,
  query: Readonly<Record<string, string>>,
): Promise<TagPage> {
  const response = await api.send({
    method: 'GET',
    path: `${repositoryPath(repository)}/tag/`,
    query: { limit: String(PAGE_SIZE), page: '1', ...query },
    valid: ({ text }) => readTagPage(text) !== undefined,
  });
  if (response.status !== 200)
    throw restRefusal(response, api.registry, { doing: `listing the tags of ${repository}`, repository });
  const page = readTagPage(response.text);
  if (!page) throw notQuay(api.registry.host, response);
  if (page.page !== Number(query['page'] ?? 1)) {
    throw new QuayError(
      `${api.registry.host} answered page ${page.page} of the tags of ${repository} when page ${query['page']} was asked for. The list would be incomplete, so nothing was deleted.`,
    );
  }
  return page;
}

/**
 * Reads pages from the first to the one that says it is the last.
 *
 * How many there are is not known before, so pages are asked for ahead, in waves that grow; those past the end are empty.
 */
async function readAllPages(
  fetch: (page: number) => Promise<TagPage>,
  repository: string,
): Promise<readonly TagRow[]> {
  const first = await fetch(1);
  const rows = [...first.rows];
  let hasMore = first.hasMore;
  let next = 2;
  for (let wave = FIRST_WAVE; hasMore; wave = Math.min(wave * 2, WIDEST_WAVE)) {
    const from = next;
    const pages = await Promise.all(Array.from({ length: wave }, (_, index) => fetch(from + index)));
    if (pages.every((page) => page.hasMore && bringsNothing(page, first))) throw endlessList(repository);
    for (const page of pages) rows.push(...page.rows);
    // The last page with rows knows best: an earlier one may have been the last when it was read, before a push.
    hasMore = pages.findLast((page) => page.rows.length > 0)?.hasMore ?? false;
    next += wave;
  }
  return rows;
}

function bringsNothing(page: TagPage, first: TagPage): boolean {
  return page.rows.length === 0 || page.rows[0]?.tag.name === first.rows[0]?.tag.name;
}

function endlessList(repository: string): QuayError {
  return new QuayError(
    `The list of the tags of ${repository} does not end: more pages are announced, and they bring nothing new. Nothing was deleted. If a proxy stands before the registry, check that it passes the query \`page\` on.`,
  );
}
