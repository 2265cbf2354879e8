/** Why a tag is deleted or kept. Times are Unix seconds, durations are as the user wrote them. */
export type Reason = ReasonToKeep | ReasonToDelete;

export type ReasonToKeep =
  // What the rules say of its name:
  | { readonly kind: 'not-matched' }
  /** A wildcard matches a tag `sha256-<hex>…`, which only a pattern takes that names what hangs on images. */
  | { readonly kind: 'hangs-on-image' }
  /** No line names `latest`, and a wildcard does not take it. */
  | { readonly kind: 'latest-not-named' }
  | { readonly kind: 'excluded'; readonly pattern: string }
  | { readonly kind: 'immutable' }
  /** The pattern matches, and its placeholder reads nothing. */
  | { readonly kind: 'placeholder-empty'; readonly pattern: string }
  /** What the placeholder stands for can be read in several ways. */
  | {
      readonly kind: 'ambiguous';
      readonly pattern: string;
      readonly placeholder: 'pr' | 'commit' | 'group';
      readonly readings: readonly string[];
    }
  // Where its image comes from; `source` is `owner/name`:
  /** The image says that it comes from another GitHub repository than the workflow's own. */
  | { readonly kind: 'from-other-repository'; readonly source: string }
  /** The image does not say where it comes from, or says it with labels that it inherited. */
  | { readonly kind: 'source-unknown' }
  /** The owner of the image's GitHub repository is not the owner of the workflow's. */
  | { readonly kind: 'source-of-other-owner'; readonly source: string }
  | { readonly kind: 'source-unreadable'; readonly source: string }
  /** The GitHub repository was made after the image: its name is used again. */
  | { readonly kind: 'source-newer-than-image'; readonly source: string }
  // What GitHub says:
  | (PullRequest & { readonly kind: 'other-pull-request'; readonly event: number })
  | (PullRequest & { readonly kind: 'pull-request-open' })
  | (PullRequest & { readonly kind: 'pull-request-unknown' })
  /** The plan selected the tag while the pull request was closed. */
  | (PullRequest & { readonly kind: 'pull-request-reopened' })
  | { readonly kind: 'other-branch'; readonly event: string | null }
  | { readonly kind: 'branch-exists'; readonly branch: string }
  /** Not all branches can be read. */
  | { readonly kind: 'branches-unknown' }
  /** The branch of an open pull request, perhaps of a fork. */
  | (PullRequest & { readonly kind: 'branch-in-open-pull-request'; readonly branch: string })
  | { readonly kind: 'commit-unknown'; readonly hash: string }
  /** GitHub does not tell everything of the commit. */
  | { readonly kind: 'commit-unclear'; readonly hash: string }
  /** The default branch, or one of `keep-commits-of`, contains the commit. */
  | { readonly kind: 'commit-on-kept-branch'; readonly hash: string; readonly branch: string }
  | { readonly kind: 'commit-is-head'; readonly hash: string; readonly branch: string }
  | { readonly kind: 'commit-has-git-tag'; readonly hash: string; readonly gitTag: string }
  | (PullRequest & { readonly kind: 'commit-in-open-pull-request'; readonly hash: string })
  /** No pull request that is closed or merged can be shown for the commit. */
  | { readonly kind: 'commit-without-pull-request'; readonly hash: string }
  // Conditions:
  /** Of the tags of one group, where `group` is given; of images with `by-image`. */
  | {
      readonly kind: 'among-newest';
      readonly keep: number;
      readonly group?: string;
      readonly of?: 'images';
    }
  | { readonly kind: 'date-unknown'; readonly condition: string }
  /** Not longer ago than the duration. */
  | { readonly kind: 'newer-than'; readonly duration: string }
  /** Not before the date, such as `2026-04-01`. */
  | { readonly kind: 'not-before'; readonly date: string }
  | { readonly kind: 'pulled-within'; readonly duration: string }
  | { readonly kind: 'pulls-unknown' }
  // What is in use:
  /** A file of the input `in-use` names the tag, or its image by digest. */
  | { readonly kind: 'in-use'; readonly file: string }
  /** It cannot be known which platforms the multi-arch image has, of which one may be in use. */
  | { readonly kind: 'in-use-unclear' }
  /** A file names the repository as an image, and its tag cannot be told. */
  | { readonly kind: 'in-use-unreadable'; readonly file: string; readonly line: number }
  // An approved plan:
  | { readonly kind: 'not-in-plan' }
  | { readonly kind: 'pushed-since-plan' }
  /** The plan does not say which digest the tag had, or the list does not say which it has. */
  | { readonly kind: 'plan-digest-unknown' }
  // Expirations:
  | { readonly kind: 'expires-sooner' }
  /** Quay would set an earlier expiration than was asked for. */
  | { readonly kind: 'expiration-too-far'; readonly latest: number }
  /** There is no expiration to take away. */
  | { readonly kind: 'no-expiration' }
  // Other tags:
  /** With `by-image`: another tag of the image stays. */
  | { readonly kind: 'sibling-kept'; readonly tag: string; readonly why: ReasonToKeep }
  /** With `by-image`: its digest is not known. */
  | { readonly kind: 'image-unknown' }
  /** What hangs on an image stays as long as that: `tag` is one of it, or of an index that holds it. */
  | { readonly kind: 'image-lives'; readonly tag: string }
  /** Its image may be part of `tag`, which is kept. */
  | { readonly kind: 'image-may-live'; readonly tag: string }
  /** Quay would delete a protected signature with the tag. */
  | { readonly kind: 'signature-would-go'; readonly signature: string; readonly protectedBy: Protection }
  /** With names alone nobody knows whose signatures an exclusion protects. */
  | { readonly kind: 'signatures-unknown'; readonly pattern: string }
  /** Two readings of the list did not agree on which images live. */
  | { readonly kind: 'list-unstable' }
  // What turned out at the last moment:
  | { readonly kind: 'pushed-again' }
  /** An index that holds the image, and was to go before it, may still be there: with the tag a signature would go. */
  | { readonly kind: 'index-not-gone'; readonly index: string; readonly signature: string }
  /** The image of a signature, or an index that may hold it, may still be there. */
  | { readonly kind: 'image-not-gone'; readonly tag: string };

export type ReasonToDelete =
  | { readonly kind: 'matched'; readonly rule: string }
  | (PullRequest & { readonly kind: 'pull-request-closed'; readonly merged: boolean })
  | { readonly kind: 'branch-gone'; readonly reading: string }
  /** The pull request is one that the commit was in. */
  | (PullRequest & { readonly kind: 'commit-gone'; readonly hash: string; readonly merged: boolean })
  | { readonly kind: 'orphaned-signature' };

/** `repository` is `owner/name` as GitHub writes it; set where each tag is judged by the repository that its image names. */
export interface PullRequest {
  readonly number: number;
  readonly repository?: string;
}

/** What protects a signature from going with its image. */
export type Protection = Extract<
  ReasonToKeep,
  { readonly kind: 'excluded' | 'in-use' | 'image-lives' | 'image-may-live' | 'list-unstable' }
>;
