import { ServiceError } from '../model/errors.ts';
import {
  asBoolean,
  asNumber,
  asString,
  isObject,
  type JsonObject,
  parseObject,
  present,
} from '../model/json.ts';
import { parseTagName, readDigest, type Tag, type TagList, type TagName } from '../model/tag.ts';

/** Quay answers at most this many rows a page. */
export const PAGE_SIZE = 100;
/** So many pages at most are asked for together, before it is known that they exist. */
const WIDEST_WAVE = 16;
/** A page that brings nothing new is what a hundred pushes look like; so many in succession are a list without an end. */
const MOST_REPEATED_PAGES = 5;

/** A row of Quay's tag list: a living tag, or one from the history, whose expiration is when it ended. */
export interface Row extends Tag {
  /** Present where an older tag came back with it. */
  readonly isReversion?: true;
}

/** When an answer came, in Unix seconds: by the registry's clock, and by the runner's. */
export type Times = Pick<TagList, 'at' | 'seenAt'>;

export interface Page extends Times {
  readonly rows: readonly Row[];
  /** Names that no tag can have. */
  readonly invalidNames: readonly string[];
  readonly hasMore: boolean;
}

/** All rows of a list, and when its first page came. */
export type Rows = Omit<Page, 'hasMore'>;

/**
 * Reads the pages of a list from the first to the one that says it is the last.
 *
 * How many there are is not known before, so pages are asked for ahead: half as many as were read, so that few of them are past
 * the end. Those are empty.
 *
 * @param fetchPage - reads a page, from 1
 * @throws ServiceError where the list does not end
 */
export async function readAllPages(
  repository: string,
  fetchPage: (page: number) => Promise<Page>,
): Promise<Rows> {
  const check = pageCheck(`the tags of ${repository}`);
  const first = await fetchPage(1);
  const pages = [first];
  check(lastOf(first), first.hasMore);
  let { hasMore } = first;
  while (hasMore) {
    const wave = Math.min(Math.ceil(pages.length / 2), WIDEST_WAVE);
    const numbers = Array.from({ length: wave }, (_, index) => pages.length + 1 + index);
    const more = await Promise.all(numbers.map(fetchPage));
    for (const page of more) check(lastOf(page), page.hasMore);
    // The last page that shows something knows best: an earlier one may have been the last when it was read, before a push.
    hasMore = more.findLast((page) => page.hasMore || lastOf(page) !== undefined)?.hasMore ?? false;
    pages.push(...more);
  }
  return {
    rows: pages.flatMap(({ rows }) => rows),
    invalidNames: pages.flatMap(({ invalidNames }) => invalidNames),
    at: first.at,
    seenAt: first.seenAt,
  };
}

/** The last row of a page, by all that makes it another; undefined where the page is empty. */
function lastOf({ rows, invalidNames }: Page): string | undefined {
  const row = rows.at(-1);
  if (!row) return invalidNames.at(-1);
  return `${row.name} ${row.lastModified} ${row.digest} ${row.expiration}`;
}

/**
 * Notices a list that does not end, by the last item of each page that it is called with.
 *
 * @throws ServiceError where page after page announces more and brings nothing new
 */
export function pageCheck(about: string): (last: string | undefined, hasMore: boolean) => void {
  const known = new Set<string | undefined>([undefined]);
  let repeated = 0;
  return (last, hasMore) => {
    repeated = hasMore && known.has(last) ? repeated + 1 : 0;
    known.add(last);
    if (repeated < MOST_REPEATED_PAGES) return;
    throw new ServiceError(
      `The list of ${about} does not end: the next pages have nothing new. If a proxy is in front of the registry, check that it passes the query on.`,
    );
  };
}

/**
 * The living rows, each name once: a row whose end lies in the past is history, and of a name that moved while its pages were
 * read the newest row counts.
 *
 * The registry has left out what is dead by its own clock. A row that it shows is dead only if both clocks say so: a proxy may
 * answer with another time, and what was taken for dead would take its signatures along.
 */
export function livingRows({ rows, at, seenAt }: Rows): readonly Row[] {
  const now = Math.min(at, seenAt);
  const byName = new Map<TagName, Row>();
  for (const row of rows) {
    if (row.expiration !== undefined && row.expiration <= now) continue;
    const other = byName.get(row.name);
    if (!other || (row.lastModified ?? 0) > (other.lastModified ?? 0)) byName.set(row.name, row);
  }
  return [...byName.values()];
}

/** Reads one page of the tag list; undefined for anything that no Quay would answer. */
export function readPage(text: string): (Omit<Page, keyof Times> & { readonly page: number }) | undefined {
  const body = parseObject(text);
  const tags = body?.['tags'];
  const page = asNumber(body?.['page']);
  const hasMore = asBoolean(body?.['has_additional']);
  if (!Array.isArray(tags) || page === undefined || hasMore === undefined) return undefined;
  const rows: Row[] = [];
  const invalidNames: string[] = [];
  for (const entry of tags) {
    const row = isObject(entry) ? readRow(entry) : undefined;
    if (row === undefined) return undefined;
    if (typeof row === 'string') invalidNames.push(row);
    else rows.push(row);
  }
  return { page, rows, invalidNames, hasMore };
}

/** The row, or its name where no tag can have it; undefined where it cannot be read. */
function readRow(row: JsonObject): Row | string | undefined {
  const text = asString(row['name']);
  const expiration = asNumber(row['end_ts']);
  const endIsUnreadable = expiration === undefined && (row['end_ts'] ?? undefined) !== undefined;
  if (text === undefined || endIsUnreadable) return undefined;
  const name = parseTagName(text);
  if (name === undefined) return text;
  const multiArch = asBoolean(row['is_manifest_list']);
  return present({
    name,
    digest: readDigest(row['manifest_digest']),
    lastModified: asNumber(row['start_ts']),
    size: asNumber(row['size']),
    expiration,
    immutable: asBoolean(row['immutable']),
    multiArch,
    manifests: multiArch ? readPresence(row['child_manifests_presence']) : undefined,
    isReversion: row['reversion'] === true || undefined,
  });
}

/** The digests in a multi-arch image, as newer servers show them; undefined where any of them cannot be read. */
function readPresence(value: unknown): ReadonlyMap<string, boolean> | undefined {
  if (!isObject(value)) return undefined;
  const presence = new Map<string, boolean>();
  for (const [key, isPresent] of Object.entries(value)) {
    const digest = readDigest(key);
    if (digest === undefined || typeof isPresent !== 'boolean') return undefined;
    presence.set(digest, isPresent);
  }
  return presence;
}
