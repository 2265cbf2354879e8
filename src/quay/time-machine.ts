import type { Tag, TagName } from '../model/tag.ts';
import { QuayError } from './errors.ts';
import { expireTag } from './rest/expire-tag.ts';
import { findTag } from './rest/find-tag.ts';
import { type History, readHistory } from './rest/history.ts';
import type { RestApi } from './rest/rest-api.ts';
import { restoreTag } from './rest/restore-tag.ts';
import type { TagToRestore } from './tag-store.ts';

/** Brings deleted tags back, with an OAuth token. Each method throws a {@link QuayError}. */
export class TimeMachine {
  readonly #api: RestApi;
  readonly #now: () => number;

  /** @param now - gives Unix seconds */
  constructor(api: RestApi, now: () => number) {
    this.#api = api;
    this.#now = now;
  }

  /** Every name of the repository's history, with its newest row. */
  history(repository: string): Promise<History> {
    return readHistory(this.#api, repository, this.#now);
  }

  /** The tag of that name as it stands now; undefined if there is none. */
  reread(repository: string, name: TagName): Promise<Tag | undefined> {
    return findTag(this.#api, { repository, name, now: this.#now });
  }

  /** Lets a tag stand for a digest again. */
  restore(tag: TagToRestore): Promise<void> {
    return restoreTag(this.#api, tag);
  }

  /** Gives a restored tag its expiration back, in Unix seconds. */
  async setExpiration({ repository, name }: TagToRestore, expiration: number): Promise<void> {
    const result = await expireTag(this.#api, { repository, tag: name, expiration });
    if (result !== 'expiring') throw new QuayError(`${repository}:${name} was ${result} in the meantime.`);
  }
}
