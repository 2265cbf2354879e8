import type { AnswerTo, Reading } from '../http/client.ts';
import { type Clock, unixNow } from '../model/clock.ts';
import { ServiceError } from '../model/errors.ts';
import { present } from '../model/json.ts';
import type { Tag, TagList, TagName } from '../model/tag.ts';
import type { History, HistoryEntry } from './quay.ts';
import { type RestApi, repositoryPath } from './rest-api.ts';
import {
  livingRows,
  PAGE_SIZE,
  type Page,
  type Row,
  type Rows,
  readAllPages,
  readPage,
  type Times,
} from './rows.ts';

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
    return { repository, tags: livingRows(rows), namesOnly: false, invalidNames, askedAt, at, seenAt };
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
    const wasFiltered = page.rows.every((row) => row.name === name) && page.invalidNames.length === 0;
    const tags = wasFiltered ? livingRows(page) : (await this.list(repository)).tags;
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
    for (const row of livingRows(living)) newest.set(row.name, { ...row, alive: true });
    for (const row of [...living.rows, ...all.rows]) {
      const { name, digest, expiration } = row;
      const known = digests.get(name) ?? new Set();
      digests.set(name, digest === undefined ? known : known.add(digest));
      const other = newest.get(name);
      if (other?.alive || (other?.expiration ?? -1) >= (expiration ?? 0)) continue;
      // Without an end, or with one to come, the tag came to life after the living were listed.
      newest.set(name, { ...row, alive: expiration === undefined || expiration > all.at });
    }
    const entries = [...newest.values()].map((row): HistoryEntry => {
      const { name, alive, digest, lastModified: startedAt, expiration: end, isReversion = false } = row;
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

  #readAll(repository: string, query: Readonly<Record<string, string>>): Promise<Rows> {
    return readAllPages(repository, (page) => this.#fetch({ repository, query, page }));
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

/** When an answer came. */
export function timesOf({ headers }: AnswerTo, clock: Clock): Times {
  const seenAt = unixNow(clock);
  const at = Date.parse(headers['date'] ?? '') / 1000;
  return { at: Number.isNaN(at) ? seenAt : at, seenAt };
}
