import type { AnswerTo, Reading } from '../http/client.ts';
import { type Clock, unixNow } from '../model/clock.ts';
import { ServiceError } from '../model/errors.ts';
import { asBoolean, asNumber, asString, isObject, type JsonObject, parseObject } from '../model/json.ts';
import { parseTagName, type Tag, type TagList, type TagName } from '../model/tag.ts';
import { registryTime } from './answers.ts';
import type { History, HistoryEntry } from './quay.ts';
import { type RestApi, repositoryPath } from './rest-api.ts';

/** Quay answers at most this many rows a page. */
const PAGE_SIZE = 100;
/** At most so many pages are asked for together, before it is known that they exist. */
const WIDEST_WAVE = 16;
/** A page that brings nothing new is what a hundred pushes look like; so many in succession are a list without an end. */
export const MOST_REPEATED_PAGES = 5;

/** A row of Quay's tag list: a living tag, or one from the history. */
interface Row {
  readonly tag: Tag;
  /** When the tag ended or will end, in Unix seconds; absent for a tag without an end. */
  readonly endsAt?: number;
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
  readonly evenWhenStopped?: boolean;
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
      const { name, digest } = row.tag;
      const known = digests.get(name) ?? new Set();
      digests.set(name, digest === undefined ? known : known.add(digest));
      const other = newest.get(name);
      if (other?.alive || (other?.endsAt ?? -1) >= (row.endsAt ?? 0)) continue;
      // Without an end, or with one to come, the tag came to life after the living were listed.
      newest.set(name, { ...row, alive: row.endsAt === undefined || row.endsAt > all.at });
    }
    const entries = [...newest.values()].map((row) => entryOf(row, digests.get(row.tag.name) ?? new Set()));
    return { entries, at: all.at };
  }

  /**
   * Reads pages from the first to the one that says it is the last.
   *
   * How many there are is not known before, so pages are asked for ahead, in waves that grow from one; those past the end are
   * empty.
   */
  async #readAll(repository: string, query: Readonly<Record<string, string>>): Promise<Rows> {
    const first = await this.#fetch({ repository, query });
    const list = new RowCollector(repository);
    list.add(first);
    let { hasMore } = first;
    let next = 2;
    for (let wave = 1; hasMore; wave = Math.min(wave * 2, WIDEST_WAVE)) {
      const numbers = Array.from({ length: wave }, (_, index) => next + index);
      const pages = await Promise.all(numbers.map((page) => this.#fetch({ repository, query, page })));
      for (const page of pages) list.add(page);
      // The last page with rows knows best: an earlier one may have been the last when it was read, before a push.
      hasMore = pages.findLast((page) => page.rows.length + page.invalidNames.length > 0)?.hasMore ?? false;
      next += wave;
    }
    const { rows, invalidNames } = list;
    return { rows, invalidNames, at: first.at, seenAt: first.seenAt };
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
    const seenAt = unixNow(this.#clock);
    return { value: { ...found, at: registryTime(answer) ?? seenAt, seenAt } };
  }
}

function entryOf(
  { tag, endsAt, alive, isReversion }: Row & { readonly alive: boolean },
  digests: ReadonlySet<string>,
): HistoryEntry {
  const { name, digest, lastModified } = tag;
  return {
    name,
    alive,
    ...(digest === undefined ? {} : { digest }),
    ...(lastModified === undefined ? {} : { startedAt: lastModified }),
    ...(endsAt === undefined ? {} : alive ? { expiration: endsAt } : { deletedAt: endsAt }),
    isReversion,
    digests,
  };
}

/** Puts pages together, and notices a list that does not end. */
class RowCollector {
  readonly rows: Row[] = [];
  readonly invalidNames: string[] = [];
  readonly #repository: string;
  readonly #known = new Set<string>();
  #repeated = 0;

  constructor(repository: string) {
    this.#repository = repository;
  }

  /** @throws ServiceError where page after page announces more and brings nothing new */
  add(page: Page): void {
    const before = this.#known.size;
    for (const row of page.rows) {
      const { name, lastModified, digest } = row.tag;
      this.#known.add(`${name} ${lastModified} ${digest} ${row.endsAt}`);
      this.rows.push(row);
    }
    for (const name of page.invalidNames) {
      this.#known.add(` ${name}`);
      this.invalidNames.push(name);
    }
    this.#repeated = page.hasMore && this.#known.size === before ? this.#repeated + 1 : 0;
    if (this.#repeated >= MOST_REPEATED_PAGES) throw endlessList(this.#repository);
  }
}

/** The error for a list whose next pages bring nothing new. */
export function endlessList(repository: string): ServiceError {
  return new ServiceError(
    `The list of the tags of ${repository} does not end: the next pages have nothing new. If a proxy is in front of the registry, check that it passes the query \`page\` on.`,
  );
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
    if (row.endsAt !== undefined && row.endsAt <= now) continue;
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
  const endsAt = asNumber(row['end_ts']);
  const endIsUnreadable = endsAt === undefined && (row['end_ts'] ?? undefined) !== undefined;
  if (text === undefined || endIsUnreadable) return undefined;
  const name = parseTagName(text);
  if (name === undefined) return text;
  const digest = readDigest(row['manifest_digest']);
  const lastModified = asNumber(row['start_ts']);
  const size = asNumber(row['size']);
  const immutable = asBoolean(row['immutable']);
  const multiArch = asBoolean(row['is_manifest_list']);
  const manifests = readPresence(row['child_manifests_presence']);
  const tag: Tag = {
    name,
    ...(digest === undefined ? {} : { digest }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(size === undefined ? {} : { size }),
    ...(endsAt === undefined ? {} : { expiration: endsAt }),
    ...(immutable === undefined ? {} : { immutable }),
    ...(multiArch === undefined ? {} : { multiArch }),
    ...(multiArch && manifests ? { manifests } : {}),
  };
  return { tag, isReversion: row['reversion'] === true, ...(endsAt === undefined ? {} : { endsAt }) };
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
