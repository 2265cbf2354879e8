import type { TagName } from './tag.ts';

/** `unknown`: no pull request of this repository has that number. */
export type PullRequestState = 'open' | 'closed' | 'merged' | 'unknown';

/** When a tag was last pulled, in Unix seconds; `never` if it was not; `unknown` where the registry does not tell. */
export type LastPull = number | 'never' | 'unknown';

/** The digests of the images in a multi-arch image; `unknown` where the registry does not tell. */
export type IndexedImages = ReadonlySet<string> | 'unknown';

/** What is known besides the listing. A fact that was not asked for is absent, and keeps every tag that depends on it. */
export interface Facts {
  /** Unix seconds. */
  readonly now: number;
  readonly pullRequests?: ReadonlyMap<number, PullRequestState>;
  /** The names of all branches. */
  readonly branches?: ReadonlySet<string>;
  readonly lastPulls?: ReadonlyMap<TagName, LastPull>;
  /** By the digest of the multi-arch image. */
  readonly indexedImages?: ReadonlyMap<string, IndexedImages>;
}
