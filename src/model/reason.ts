/** Why a tag is deleted or kept. Times are Unix seconds, durations are as the user wrote them. */
export type Reason =
  | { readonly kind: 'not-matched' }
  /** A wildcard matches a cosign tag, which only a pattern that begins with `sha256-` takes. */
  | { readonly kind: 'cosign-tag' }
  | { readonly kind: 'excluded'; readonly pattern: string }
  | { readonly kind: 'immutable' }
  /** The pattern matches, and its placeholder reads nothing. */
  | { readonly kind: 'placeholder-empty'; readonly pattern: string }
  | { readonly kind: 'ambiguous'; readonly pattern: string; readonly readings: readonly string[] }
  | { readonly kind: 'other-pull-request'; readonly number: number; readonly event: number }
  | { readonly kind: 'pull-request-open'; readonly number: number }
  | { readonly kind: 'pull-request-unknown'; readonly number: number }
  | { readonly kind: 'other-branch'; readonly event: string | null }
  | { readonly kind: 'branch-exists'; readonly branch: string }
  | { readonly kind: 'among-newest'; readonly keep: number }
  | { readonly kind: 'date-unknown'; readonly condition: string }
  | { readonly kind: 'newer-than'; readonly duration: string }
  | { readonly kind: 'pulled-within'; readonly duration: string }
  | { readonly kind: 'pulls-unknown' }
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
  | { readonly kind: 'matched'; readonly pattern: string }
  | { readonly kind: 'pull-request-closed'; readonly number: number; readonly merged: boolean }
  | { readonly kind: 'branch-gone'; readonly reading: string }
  | { readonly kind: 'orphaned-signature' };
