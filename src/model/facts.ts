import type { TagName } from './tag.ts';

/** `unknown`: no pull request of this repository has that number. */
export type PullRequestState = 'open' | 'closed' | 'merged' | 'unknown';

/** When a tag was last pulled, in Unix seconds; `never` if it was not; `unknown` where the registry does not tell. */
export type LastPull = number | 'never' | 'unknown';

/** The digests that a manifest refers to: none for an image, images and further indexes for an index; `unknown` where it cannot be read. */
export type ManifestContents =
  | { readonly images: readonly string[]; readonly indexes: readonly string[] }
  | 'unknown';

/** A pull request that a commit belongs to. */
export interface CommitPullRequest {
  readonly number: number;
  readonly state: 'open' | 'closed' | 'merged';
}

/** The pull requests that GitHub names for a commit; `unknown` where there are more than it lists, or the answer is not clear. */
export type CommitPullRequests = readonly CommitPullRequest[] | 'unknown';

export interface CommitParent {
  readonly oid: string;
  /** Of the parent itself: the head of a pull request is a parent of its temporary merge commit. */
  readonly pullRequests: CommitPullRequests;
}

/** What GitHub says of a commit that a tag names. */
export type CommitFacts =
  /** No commit of this repository has that hash, several have, or GitHub did not tell. */
  | { readonly kind: 'unknown' }
  /** The hash is also the name of a branch or a git tag, so that GitHub may have meant either. */
  | { readonly kind: 'ambiguous' }
  | KnownCommit;

export interface KnownCommit {
  readonly kind: 'commit';
  readonly oid: string;
  /** Two of a merge commit; `unknown` where there are more, or one cannot be read. */
  readonly parents: readonly CommitParent[] | 'unknown';
  readonly pullRequests: CommitPullRequests;
  /** Whether GitHub made it to try out a merge: its parents are the head of the base branch and the head of the pull request. */
  readonly isTemporaryMerge: boolean;
  /** The default branch, or another that is kept, if one contains it. */
  readonly onKeptBranch: { readonly name: string } | false | 'unknown';
  /** A branch that ends in it. */
  readonly headOfBranch?: string;
  /** A git tag that names it. */
  readonly gitTag?: string;
}

/** What is known besides the list of tags. What was not asked for is absent. */
export interface Facts {
  /** Unix seconds. */
  readonly now: number;
  readonly pullRequests: ReadonlyMap<number, PullRequestState>;
  /** The names of all branches. */
  readonly branches?: ReadonlySet<string>;
  /** By hash, as it stands in a tag. */
  readonly commits: ReadonlyMap<string, CommitFacts>;
  readonly lastPulls: ReadonlyMap<TagName, LastPull>;
  /** By digest. */
  readonly manifests: ReadonlyMap<string, ManifestContents>;
}

/** A fact that a decision cannot do without, and that was not asked for yet. */
export type Need =
  | { readonly kind: 'pull-request'; readonly number: number }
  | { readonly kind: 'branches' }
  | { readonly kind: 'commit'; readonly hash: string }
  | { readonly kind: 'last-pull'; readonly tag: TagName }
  | { readonly kind: 'manifest'; readonly digest: string };

/** There can be no verdict before these facts are known. */
export interface Undecided {
  readonly kind: 'undecided';
  readonly needs: readonly Need[];
}
