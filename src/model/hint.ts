import type { TagName } from './tag.ts';

/** What a person should see before anything is deleted. */
export type Hint = {
  readonly level: 'notice' | 'warning';
} & HintFacts;

/** What hints say; `tags` counts tags of all repositories, patterns and lines are as the user wrote them. */
export type HintFacts =
  // Rules that do nothing:
  | { readonly kind: 'exclusion-unused' | 'keep-pattern-unused'; readonly pattern: string }
  | { readonly kind: 'line-unused'; readonly line: string }
  // What is in use:
  /** The files that a line of `in-use` finds name images, and none of this run. */
  | { readonly kind: 'in-use-elsewhere'; readonly line: string }
  /** A file names the repository as an image, and its tag cannot be told. */
  | {
      readonly kind: 'in-use-unreadable';
      readonly repository: string;
      readonly file: string;
      readonly line: number;
      /** What renders such a file; absent where nobody can tell. */
      readonly tool?: string;
    }
  // Rules that do less than they seem to:
  /** The rule selects tags that seem to be named after pull requests, such as `tag`, without asking for these. */
  | {
      readonly kind: 'pull-requests-not-asked';
      readonly pattern: string;
      readonly tags: number;
      readonly tag: TagName;
      /** Whether its regular expression reads the number into a group without a name. */
      readonly hasGroup: boolean;
    }
  /** `keep-n-most-recent` counts tags, of which several are one image. */
  | { readonly kind: 'newest-are-tags'; readonly tags: number; readonly images: number }
  /** Placeholders of several repositories are asked of one GitHub repository, which the user did not name. */
  | { readonly kind: 'one-github-repository'; readonly github: string; readonly repositories: number }
  // Tags that are kept, and perhaps not meant to be:
  | { readonly kind: 'pulls-unknown'; readonly tags: number }
  /** Exclusions protect signatures, which Quay would delete with these tags. */
  | { readonly kind: 'kept-for-signatures'; readonly tags: number; readonly patterns: readonly string[] }
  /** Exclusions protect signatures, and nobody knows of which images. */
  | { readonly kind: 'signatures-unknown'; readonly tags: number; readonly patterns: readonly string[] }
  /** With `by-image`: no rule matches another tag of their image, such as `sibling` for `tag`. */
  | {
      readonly kind: 'siblings-unmatched';
      readonly tags: number;
      readonly tag: TagName;
      readonly sibling: string;
    }
  /** What hangs on images that are gone; of these tags, `signatures` are those of cosign. */
  | {
      readonly kind: 'left-of-gone-images';
      readonly tags: number;
      readonly signatures: number;
      /** Patterns that take the others. */
      readonly patterns: readonly string[];
    }
  /** Where their images come from, or that it is not known, keeps tags; `own` is the workflow's repository. */
  | {
      readonly kind: 'kept-for-source';
      readonly by: 'own-labels' | 'from-labels';
      readonly own: string;
      readonly sources: readonly SourceCount[];
    }
  // Tags that are kept, and go all the same:
  /** A placeholder protects tags that Quay will let expire. */
  | { readonly kind: 'protected-expiring'; readonly tags: readonly ExpiringTag[] };

/** How many tags one reason about their source keeps; `source` is `owner/name`, absent where it is not known. */
export interface SourceCount {
  readonly reason:
    | 'from-other-repository'
    | 'source-unknown'
    | 'source-of-other-owner'
    | 'source-unreadable'
    | 'source-newer-than-image';
  readonly source?: string;
  readonly tags: number;
}

export interface ExpiringTag {
  /** `namespace/name`. */
  readonly repository: string;
  readonly name: TagName;
  /** Unix seconds. */
  readonly expiration: number;
}
