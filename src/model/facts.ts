import type { TagName } from './tag.ts';

/** When a tag was last pulled, in Unix seconds; `never` if it was not; `unknown` where the registry does not tell. */
export type LastPull = number | 'never' | 'unknown';

/** The digests that a manifest refers to: none for an image, images and further indexes for an index; `unknown` where it cannot be read. */
export type ManifestContents =
  | { readonly images: readonly string[]; readonly indexes: readonly string[] }
  | 'unknown';

/** What an image says of itself: its labels, or the annotations of its index. A label that is missing is absent. */
export interface ImageLabels {
  /** `org.opencontainers.image.source`, as written. */
  readonly source?: string;
  /** `org.opencontainers.image.version`, as written. */
  readonly version?: string;
}

/** A GitHub repository as a run asks for it; `unreadable` where the token sees none of that name. */
export type GitHubRepository =
  /** `name` is `owner/name` as GitHub writes it now, `createdAt` in Unix seconds. */
  | { readonly kind: 'found'; readonly name: string; readonly createdAt: number }
  | { readonly kind: 'unreadable' };

/** `unknown`: no pull request of that repository has that number. */
export type PullRequestState = 'open' | 'closed' | 'merged' | 'unknown';

/** The branches that live. */
export interface Branches {
  readonly names: ReadonlySet<string>;
  /** The branches of open pull requests, those of forks too, each with the number of one. */
  readonly proposed: ReadonlyMap<string, number>;
}

/** What GitHub says of a commit that a tag names. */
export type CommitFacts =
  /** No commit of that repository has that hash, several have, or GitHub did not tell. */
  | { readonly kind: 'unknown' }
  /** The hash is also the name of a branch or a git tag, so that GitHub may have meant either. */
  | { readonly kind: 'ambiguous' }
  | KnownCommit;

export interface KnownCommit {
  readonly kind: 'commit';
  readonly oid: string;
  /** The default branch, or another whose commits are kept, if one contains it. */
  readonly onKeptBranch: { readonly name: string } | false | 'unknown';
  /** A branch that ends in it. */
  readonly headOfBranch?: string;
  /** A git tag that names it. */
  readonly gitTag?: string;
  /** `unknown` where not all commits of the pull requests in question could be read. */
  readonly pullRequests: CommitPullRequests | 'unknown';
}

/** The pull requests that a commit is or was in, by their own lists of commits and their force pushes. */
export interface CommitPullRequests {
  /** The number of one that is open. */
  readonly open?: number;
  /** One that is closed or merged; looked for only where nothing else keeps the commit. */
  readonly closed?: { readonly number: number; readonly merged: boolean };
}

/** What is known of one GitHub repository. What was not asked for is absent. */
export interface GitHubFacts {
  readonly repository?: GitHubRepository;
  readonly pullRequests: ReadonlyMap<number, PullRequestState>;
  /** `unknown` where not all of them can be read: then every branch may live. */
  readonly branches?: Branches | 'unknown';
  /** By hash, as it stands in a tag. */
  readonly commits: ReadonlyMap<string, CommitFacts>;
}

/** Of a repository that was not asked yet. */
export const NOTHING_ASKED: GitHubFacts = { pullRequests: new Map(), commits: new Map() };

/** What is known besides the list of tags. What was not asked for is absent. */
export interface Facts {
  /** Unix seconds. */
  readonly now: number;
  readonly lastPulls: ReadonlyMap<TagName, LastPull>;
  /** By digest. */
  readonly manifests: ReadonlyMap<string, ManifestContents>;
  /** By digest; `unknown` where they cannot be read. */
  readonly labels: ReadonlyMap<string, ImageLabels | 'unknown'>;
  /** By `owner/name` in lower case. */
  readonly github: ReadonlyMap<string, GitHubFacts>;
}

/** A fact that a decision cannot do without, and that was not asked for yet. */
export type Need = RegistryNeed | GitHubNeed;

export type RegistryNeed =
  | { readonly kind: 'last-pull'; readonly tag: TagName }
  | { readonly kind: 'manifest'; readonly digest: string }
  | { readonly kind: 'labels'; readonly digest: string };

/** `repository` is `owner/name` in lower case. */
export type GitHubNeed = { readonly repository: string } & (
  | { readonly kind: 'repository' }
  | { readonly kind: 'pull-request'; readonly number: number }
  | { readonly kind: 'branches' }
  /** `pushedAt`: when the tag was pushed, in Unix seconds. */
  | { readonly kind: 'commit'; readonly hash: string; readonly pushedAt?: number }
);

/** There can be no verdict before these facts are known. */
export interface Undecided {
  readonly kind: 'undecided';
  readonly needs: readonly Need[];
}
