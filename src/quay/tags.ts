import type { AnswerTo, Reading } from '../http/client.ts';
import { type Clock, unixNow } from '../model/clock.ts';
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
import { parseTagName, type Tag, type TagList, type TagName } from '../model/tag.ts';
import type { History, HistoryEntry } from './quay.ts';
import { type RestApi, repositoryPath } from './rest-api.ts';

/** Quay answers at most this many rows a page. */
const PAGE_SIZE = 100;
/** So many pages at most are asked for together, before it is known that they exist. */
const WIDEST_WAVE = 16;
/** A page that brings nothing new is what a hundred pushes look like; so many in succession are a list without an end. */
const MOST_REPEATED_PAGES = 5;

/** A row of Quay's tag list: a living tag, or one from the history. */
interface Row {
  /** Its expiration is when it ended, or will end. */
  readonly tag: Tag;
  /** Whether an older tag came back with it. */
  readonly isReversion: boolean;
}

/** When an answer came, in Unix seconds: by the registry's clock, and by the runner's. */
type Times = Pick<TagList, 'at' | 'seenAt'>;

interface Page extends Times {
  readonly rows: readonly Row[];
  /** Names that no tag can have. */
  readonly invalidNames: readonly string[];
  readonly hasMore: boolean;
}

/** All rows of a list, and when its first page came. */
type Rows = Omit<Page, 'hasMore'>;

interface PageRequest {
  readonly repository: string;
  readonly query: Readonly<Record<string, string>>;
  /** From 1. */
  readonly page?: number;
  readonly evenWhenStopped?: boolean | undefined;
}

/** Reads Quay's lists of tags over the REST API: the living ones, a single one, and the history. */
export class TagReader {
  readonly #api: RestApi;
  readonly #clock: Clock;

  constructor(api: RestApi, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Every living tag of a repository, from the complete list. */
  async list(repository: string): Promise<TagList> {
    const askedAt = unixNow(this.#clock);
    const rows = await this.#readAll(repository, { onlyActiveTags: 'true' });
    const { invalidNames, at, seenAt } = rows;
    const tags = livingRows(rows).map(({ tag }) => tag);
    return { repository, tags, namesOnly: false, invalidNames, askedAt, at, seenAt };
  }

  /** The tag of that name as it stands now; undefined if there is none. */
  async find(
    repository: string,
    name: TagName,
    sending: { readonly evenWhenStopped?: boolean } = {},
  ): Promise<Tag | undefined> {
    const query = { onlyActiveTags: 'true', filter_tag_name: `eq:${name}` };
    const page = await this.#fetch({ repository, query, ...sending });
    // Quay before 3.10 ignores the filter, and answers the first page of all tags.
    const wasFiltered = page.rows.every(({ tag }) => tag.name === name) && page.invalidNames.length === 0;
    const tags = wasFiltered ? livingRows(page).map(({ tag }) => tag) : (await this.list(repository)).tags;
    return tags.find((tag) => tag.name === name);
  }

  /** Every name of the repository's history, by its newest row. */
  async history(repository: string): Promise<History> {
    const [all, living] = await Promise.all([
      this.#readAll(repository, {}),
      this.#readAll(repository, { onlyActiveTags: 'true' }),
    ]);
    const digests = new Map<TagName, Set<string>>();
    const newest = new Map<TagName, Row & { readonly alive: boolean }>();
    for (const row of livingRows(living)) newest.set(row.tag.name, { ...row, alive: true });
    for (const row of [...living.rows, ...all.rows]) {
      const { name, digest, expiration } = row.tag;
      const known = digests.get(name) ?? new Set();
      digests.set(name, digest === undefined ? known : known.add(digest));
      const other = newest.get(name);
      if (other?.alive || (other?.tag.expiration ?? -1) >= (expiration ?? 0)) continue;
      // Without an end, or with one to come, the tag came to life after the living were listed.
      newest.set(name, { ...row, alive: expiration === undefined || expiration > all.at });
    }
    const entries = [...newest.values()].map(({ tag, alive, isReversion }): HistoryEntry => {
      const { name, digest, lastModified: startedAt, expiration: end } = tag;
      const ends = alive ? { expiration: end } : { deletedAt: end };
      return present({
        name,
        alive,
        digest,
        startedAt,
        ...ends,
        isReversion,
        digests: digests.get(name) ?? new Set<string>(),
      });
    });
    return { entries, at: all.at };
  }

  /**
   * Reads pages from the first to the one that says it is the last.
   *
   * How many there are is not known before, so pages are asked for ahead: two, then twice as many each time, which is never
   * more than as many again as there are. Those past the end are empty.
   */
  async #readAll(repository: string, query: Readonly<Record<string, string>>): Promise<Rows> {
    const check = new PageCheck(`the tags of ${repository}`);
    const first = await this.#fetch({ repository, query });
    const pages = [first];
    check.add(keysOf(first), first.hasMore);
    let { hasMore } = first;
    while (hasMore) {
      // Half as many as were read, so that few of them are past the end.
      const wave = Math.min(Math.ceil(pages.length / 2), WIDEST_WAVE);
      const numbers = Array.from({ length: wave }, (_, index) => pages.length + 1 + index);
      const more = await Promise.all(numbers.map((page) => this.#fetch({ repository, query, page })));
      for (const page of more) check.add(keysOf(page), page.hasMore);
      // The last page with rows knows best: an earlier one may have been the last when it was read, before a push.
      hasMore = more.findLast((page) => keysOf(page).length > 0)?.hasMore ?? false;
      pages.push(...more);
    }
    return {
      rows: pages.flatMap(({ rows }) => rows),
      invalidNames: pages.flatMap(({ invalidNames }) => invalidNames),
      at: first.at,
      seenAt: first.seenAt,
    };
  }

  #fetch({ repository, query, page = 1, evenWhenStopped = false }: PageRequest): Promise<Page> {
    return this.#api.send({
      method: 'GET',
      path: `${repositoryPath(repository)}/tag/`,
      query: { limit: String(PAGE_SIZE), page: String(page), ...query },
      doing: `listing the tags of ${repository}`,
      about: repository,
      evenWhenStopped,
      read: (answer) => (answer.status === 200 ? this.#read(answer, repository, page) : undefined),
    });
  }

  #read(answer: AnswerTo, repository: string, asked: number): Reading<Page> | undefined {
    const found = readPage(answer.text);
    if (!found) return undefined;
    if (found.page !== asked) {
      const refusal = new ServiceError(
        `${this.#api.registry.host} answered page ${found.page} of the tags of ${repository} when page ${asked} was requested. The list would be incomplete, so nothing was deleted.`,
      );
      return { refusal, again: false };
    }
    return { value: { ...found, ...timesOf(answer, this.#clock) } };
  }
}

/** What a page shows, each row by all that makes it another. */
function keysOf({ rows, invalidNames }: Page): readonly string[] {
  const keys = rows.map(({ tag }) => `${tag.name} ${tag.lastModified} ${tag.digest} ${tag.expiration}`);
  return [...keys, ...invalidNames];
}

/** Notices a list that does not end. */
export class PageCheck {
  readonly #about: string;
  readonly #known = new Set<string>();
  #repeated = 0;

  /** @param about - what is listed */
  constructor(about: string) {
    this.#about = about;
  }

  /** @throws ServiceError where page after page announces more and brings nothing new */
  add(keys: readonly string[], hasMore: boolean): void {
    const before = this.#known.size;
    for (const key of keys) this.#known.add(key);
    this.#repeated = hasMore && this.#known.size === before ? this.#repeated + 1 : 0;
    if (this.#repeated < MOST_REPEATED_PAGES) return;
    throw new ServiceError(
      `The list of ${this.#about} does not end: the next pages have nothing new. If a proxy is in front of the registry, check that it passes the query on.`,
    );
  }
}

/** When an answer came. */
export function timesOf({ headers }: AnswerTo, clock: Clock): Times {
  const seenAt = unixNow(clock);
  const at = Date.parse(headers['date'] ?? '') / 1000;
  return { at: Number.isNaN(at) ? seenAt : at, seenAt };
}

/**
 * The living rows, each name once: a row whose end lies in the past is history, and of a name that moved while its pages were
 * read the newest row counts.
 *
 * The registry has left out what is dead by its own clock. A row that it shows is dead only if both clocks say so: a proxy may
 * answer with another time, and what was taken for dead would take its signatures along.
 */
function livingRows({ rows, at, seenAt }: Rows): readonly Row[] {
  const now = Math.min(at, seenAt);
  const byName = new Map<TagName, Row>();
  for (const row of rows) {
    if (row.tag.expiration !== undefined && row.tag.expiration <= now) continue;
    const other = byName.get(row.tag.name);
    if (!other || (row.tag.lastModified ?? 0) > (other.tag.lastModified ?? 0)) byName.set(row.tag.name, row);
  }
  return [...byName.values()];
}

/** Reads one page of the tag list; undefined for anything that no Quay would answer. */
function readPage(text: string): (Omit<Page, keyof Times> & { readonly page: number }) | undefined {
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
  const tag: Tag = present({
    name,
    digest: readDigest(row['manifest_digest']),
    lastModified: asNumber(row['start_ts']),
    size: asNumber(row['size']),
    expiration,
    immutable: asBoolean(row['immutable']),
    multiArch,
    manifests: multiArch ? readPresence(row['child_manifests_presence']) : undefined,
  });
  return { tag, isReversion: row['reversion'] === true };
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

/** A digest goes into paths: what does not look like one is none. */
export function readDigest(value: unknown): string | undefined {
  return /^sha256:[0-9a-f]{64}$/.exec(asString(value) ?? '')?.[0];
}
