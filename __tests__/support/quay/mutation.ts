/** Behaviours of the simulated Quay that can be broken on purpose, each to show that a check of it can fail. */
export type Mutation =
  /** A DELETE is answered as done, and nothing is. */
  | 'keeps-deleted'
  /** A DELETE of a tag takes every tag on its digest. */
  | 'deletes-by-digest'
  /** Listing the living tags ends the oldest of them. */
  | 'loses-tags'
  /** The list says that its first page is all. */
  | 'one-page'
  /** The list is oldest first. */
  | 'reverse-order'
  /** Tags look a year older than they are. */
  | 'old-dates'
  /** Tags look a year younger than they are. */
  | 'future-dates'
  /** Nobody sees that a tag is immutable, and it can be deleted. */
  | 'ignores-immutable'
  | 'ignores-expiration'
  /** An expiration is set to a minute from now, whatever was asked. */
  | 'expires-early'
  /** No expiration lies more than a year after the tag's start, half of what it was. */
  | 'tightens-bounds'
  /** No pull is counted. */
  | 'counts-no-pulls'
  /** Listing counts as a pull of every tag. */
  | 'counts-listing'
  /** A restore is answered as done, and nothing is. */
  | 'restores-nothing'
  /** A restore brings back the digest that another tag has. */
  | 'restores-another'
  /** The history of a tag is empty. */
  | 'forgets-history'
  | 'hides-repositories'
  /** Repositories whose names hold a further slash are not listed. */
  | 'hides-nested'
  | 'accepts-any-token'
  | 'hides-public-repositories'
  /** Whoever has no credentials sees private repositories over the REST API. */
  | 'shows-private-repositories'
  /** Every account may push everywhere. */
  | 'everybody-pushes'
  | 'refuses-federation'
  /** A robot account signs in with any password. */
  | 'accepts-any-password'
  /** Whoever changes tags over the REST API must be an owner. */
  | 'demands-owner'
  /** A repository that is made read-only is as before. */
  | 'ignores-state'
  /** No tag is deleted by name over the v2 API, as before Quay 3.13. */
  | 'refuses-deletes-over-v2'
  /** The time machine's window is told a day shorter than it was. */
  | 'shortens-window';
