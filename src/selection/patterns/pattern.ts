/** The words of placeholders, as they stand in braces or name a group. */
export const PLACEHOLDERS = ['pr', 'branch', 'commit', 'group'] as const;

export type Placeholder = (typeof PLACEHOLDERS)[number];

/** What a pattern says of a name that it matches. */
export type Match =
  | { readonly kind: 'plain' }
  | {
      readonly kind: 'pull-request';
      /** The digits that `{pr}` may stand for; none where the pattern matches without telling a number. */
      readonly numbers: readonly string[];
    }
  | {
      readonly kind: 'branch';
      /** What `{branch}` most likely stands for; absent where the pattern matches without telling a branch. */
      readonly likely?: string;
      /** All that `{branch}` may stand for. */
      readonly readings: Iterable<string>;
    }
  | {
      readonly kind: 'commit';
      /** The hashes that `{commit}` may stand for; none where the pattern matches without telling one. */
      readonly hashes: readonly string[];
    }
  | {
      readonly kind: 'group';
      /** What `{group}` may stand for; none where the pattern matches without telling a group. */
      readonly groups: readonly string[];
    };

/** A placeholder in a glob: its word in braces. */
export const PLACEHOLDER = new RegExp(`\\{(${PLACEHOLDERS.join('|')})\\}`);

/** The same, to find all of them in a text. */
export const EVERY_PLACEHOLDER = new RegExp(PLACEHOLDER, 'g');

/** A pattern of tag names. */
export interface Pattern {
  /** As the user wrote it, without a leading `!`. */
  readonly text: string;
  /** The condition that the pattern holds; absent for one that only matches. */
  readonly placeholder?: Placeholder;
  /** Whether the pattern takes cosign tags too: its literal beginning is theirs. */
  readonly takesCosignTags: boolean;
  /**
   * What the pattern says of each name, in their order; undefined where it does not match.
   *
   * @throws InvalidInputError for a regular expression that backtracks without end
   */
  readonly match: (names: readonly string[]) => readonly (Match | undefined)[];
}
