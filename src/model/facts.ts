import type { TagName } from './tag.ts';

/** `unknown`: no pull request of this repository has that number. */
export type PullRequestState = 'open' | 'closed' | 'merged' | 'unknown';

/** When a tag was last pulled, in Unix seconds; `never` if it was not; `unknown` where the registry does not tell. */
export type LastPull = number | 'never' | 'unknown';

/** The digests that a manifest refers to: none for an image, images and further indexes for an index; `unknown` where it cannot be read. */
export type ManifestContents =
  | { readonly images: readonly string[]; readonly indexes: readonly string[] }
  | 'unknown';

/** What is known besides the list of tags. What was not asked for is absent. */
export interface Facts {
  /** Unix seconds. */
  readonly now: number;
  readonly pullRequests: ReadonlyMap<number, PullRequestState>;
  /** The names of all branches. */
  readonly branches?: ReadonlySet<string>;
  readonly lastPulls: ReadonlyMap<TagName, LastPull>;
  /** By digest. */
  readonly manifests: ReadonlyMap<string, ManifestContents>;
}

/** A fact that a decision cannot do without, and that was not asked for yet. */
export type Need =
  | { readonly kind: 'pull-request'; readonly number: number }
  | { readonly kind: 'branches' }
  | { readonly kind: 'last-pull'; readonly tag: TagName }
  | { readonly kind: 'manifest'; readonly digest: string };

/** There can be no verdict before this fact is known. */
export interface Undecided {
  readonly kind: 'undecided';
  readonly need: Need;
}
