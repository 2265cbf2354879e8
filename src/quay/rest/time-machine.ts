import { parseObject } from '../../model/json.ts';
import type { TagName } from '../../model/tag.ts';
import { QuayError } from '../errors.ts';
import { listHistory, listTags } from './list-tags.ts';
import { errorText, type RestApi, repositoryPath, restRefusal } from './rest-api.ts';

/** A name of a repository's history. */
export interface HistoryEntry {
  readonly name: TagName;
  /** Whether a tag of that name lives now. */
  readonly alive: boolean;
  /** The digest that the name stood for last; absent where Quay does not tell. */
  readonly digest?: string;
  /** When the tag died last, in Unix seconds; absent while it lives. */
  readonly deletedAt?: number;
}

/** What restoring needs of Quay's REST API; only an OAuth token opens it. */
export class TimeMachine {
  readonly #api: RestApi;
  readonly #now: () => number;

  /** @param now - gives Unix seconds */
  constructor(api: RestApi, now: () => number) {
    this.#api = api;
    this.#now = now;
  }

  /** Every name of the repository's history, with its newest row. */
  async history(repository: string): Promise<readonly HistoryEntry[]> {
    const [rows, living] = await Promise.all([
      listHistory(this.#api, repository),
      listTags(this.#api, repository, this.#now),
    ]);
    const newest = new Map<TagName, HistoryEntry>(living.map(({ name }) => [name, { name, alive: true }]));
    for (const { tag, endsAt } of rows) {
      const other = newest.get(tag.name);
      if (other?.alive || (other?.deletedAt ?? -1) >= (endsAt ?? 0)) continue;
      newest.set(tag.name, {
        name: tag.name,
        // Without an end, or with one to come, the tag came to life after the living were listed.
        alive: endsAt === undefined || endsAt > this.#now(),
        ...(tag.digest === undefined ? {} : { digest: tag.digest }),
        ...(endsAt === undefined ? {} : { deletedAt: endsAt }),
      });
    }
    return [...newest.values()];
  }

  /**
   * Lets a tag stand for a digest again.
   *
   * @throws QuayError with why it could not come back
   */
  async restore(repository: string, tag: TagName, digest: string): Promise<void> {
    const { host } = this.#api.registry;
    const response = await this.#api.send({
      method: 'POST',
      path: `${repositoryPath(repository)}/tag/${tag}/restore`,
      body: { manifest_digest: digest },
      valid: ({ text }) => parseObject(text) !== undefined,
    });
    switch (response.status) {
      case 200:
      case 201:
        return;
      case 404:
        throw new QuayError(
          `${host} no longer holds ${digest.slice(0, 19)} (404): the time machine's window is over, or the image was deleted for good. Push the image again.`,
        );
      case 409:
        throw new QuayError(
          `${host} refused to move ${repository}:${tag}, which is immutable (409)${errorText(response)}.`,
        );
      default:
        throw restRefusal(response, this.#api.registry, {
          doing: `restoring ${repository}:${tag}`,
          repository,
        });
    }
  }
}
