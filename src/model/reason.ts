/** Why a tag is deleted or kept. Times are Unix seconds, durations are as the user wrote them. */
export type Reason =
  | { readonly kind: 'not-matched' }
  /** A wildcard matches a cosign tag, which only a pattern that begins with `sha256-` takes. */
  | { readonly kind: 'cosign-tag' }
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
  | { readonly kind: 'other-pull-request'; readonly number: number; readonly event: number }
  | { readonly kind: 'pull-request-open'; readonly number: number }
  | { readonly kind: 'pull-request-unknown'; readonly number: number }
  | { readonly kind: 'other-branch'; readonly event: string | null }
  | { readonly kind: 'branch-exists'; readonly branch: string }
  | { readonly kind: 'commit-unknown'; readonly hash: string }
  /** GitHub does not tell everything of the commit. */
  | { readonly kind: 'commit-unclear'; readonly hash: string }
  /** The default branch, or one of `keep-commits-of`, contains the commit. */
  | { readonly kind: 'commit-on-kept-branch'; readonly hash: string; readonly branch: string }
  | { readonly kind: 'commit-is-head'; readonly hash: string; readonly branch: string }
  | { readonly kind: 'commit-has-git-tag'; readonly hash: string; readonly gitTag: string }
  | { readonly kind: 'commit-in-open-pull-request'; readonly hash: string; readonly number: number }
  /** Neither a branch nor a pull request can be shown for the commit. */
  | { readonly kind: 'commit-without-pull-request'; readonly hash: string }
  /** Of the tags of one group, where `group` is given. */
  | { readonly kind: 'among-newest'; readonly keep: number; readonly group?: string }
  | { readonly kind: 'date-unknown'; readonly condition: string }
  | { readonly kind: 'newer-than'; readonly duration: string }
  | { readonly kind: 'pulled-within'; readonly duration: string }
  | { readonly kind: 'pulls-unknown' }
  /** A file of the input `in-use` names the tag, or its image by digest. */
  | { readonly kind: 'in-use'; readonly file: string }
  /** It cannot be known which platforms the multi-arch image has, of which one may be in use. */
  | { readonly kind: 'in-use-unclear' }
  | { readonly kind: 'not-in-plan' }
  | { readonly kind: 'pushed-since-plan' }
  /** The plan does not say which digest the tag had, or the list does not say which it has. */
  | { readonly kind: 'plan-digest-unknown' }
  /** The plan selected the tag while the pull request was closed. */
  | { readonly kind: 'pull-request-reopened'; readonly number: number }
  | { readonly kind: 'expires-sooner' }
  /** Quay would set an earlier expiration than was asked for. */
  | { readonly kind: 'expiration-too-far'; readonly latest: number }
  | { readonly kind: 'signature-of-living-image'; readonly tag: string }
  | { readonly kind: 'signature-may-be-in-use'; readonly tag: string }
  /** Deleting the tag would take along a signature that must be kept and cannot be restored. */
  | { readonly kind: 'signature-would-go'; readonly signature: string }
  /** Two readings of the list did not agree on which images live. */
  | { readonly kind: 'list-shifts' }
  // Why a tag is deleted:
  | { readonly kind: 'matched'; readonly rule: string }
  | { readonly kind: 'pull-request-closed'; readonly number: number; readonly merged: boolean }
  | { readonly kind: 'branch-gone'; readonly reading: string }
  | {
      readonly kind: 'commit-gone';
      readonly hash: string;
      /** A pull request that it was in. */
      readonly number: number;
      readonly merged: boolean;
    }
  | { readonly kind: 'orphaned-signature' };
