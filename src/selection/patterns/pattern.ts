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
      /** What `{group}`, or all groups of a regex together, may stand for; none where the pattern matches without telling it. */
      readonly groups: readonly string[];
    };

/** A placeholder in a glob: its word in braces. */
export const PLACEHOLDER = new RegExp(`\\{(${PLACEHOLDERS.join('|')})\\}`);

/** The same, to find all of them in a text. */
export const EVERY_PLACEHOLDER = new RegExp(PLACEHOLDER, 'g');

const GROUPS: Readonly<Record<Placeholder, string>> = {
  pr: '(?<pr>\\d+)',
  branch: '(?<branch>.+)',
  commit: '(?<commit>[0-9a-f]{7,40})',
  group: '(?<group>.+)',
};

/** The text of a regular expression with named groups in the place of a glob's placeholders. */
export function withGroups(text: string): string {
  return text.replace(EVERY_PLACEHOLDER, (braces, word: string) => {
    const placeholder = PLACEHOLDERS.find((each) => each === word);
    return placeholder ? GROUPS[placeholder] : braces;
  });
}

/** A pattern of tag names. */
export interface Pattern {
  /** As the user wrote it, without a leading `!`. */
  readonly text: string;
  /** The condition that the pattern holds; absent for one that only matches. */
  readonly placeholder?: Placeholder;
  /** Whether the pattern names the tag `latest`, and does not only match it by a wildcard. */
  readonly namesLatest: boolean;
  /**
   * Whether the pattern's own text holds such a text as `sha256-` or `.src`: a literal part of the glob alternative that matches
   * the tag, or a regular expression outside its negative lookarounds.
   */
  readonly names: (text: string, tag: string) => boolean;
  /**
   * What the pattern says of each name, in their order; undefined where it does not match.
   *
   * @throws InvalidInputError for a regular expression that backtracks without end
   */
  readonly match: (names: readonly string[]) => readonly (Match | undefined)[];
}

/** The tag that no wildcard takes. */
export const LATEST = 'latest';

/** Runs pure work that may take for ever, such as a regular expression that backtracks without end; `timeout` where it did. */
export type TimeLimit = <T>(milliseconds: number, work: () => T) => { readonly value: T } | 'timeout';

/** Hashes of commits in a name: 7 to 40 hex digits, whole, that no letter or digit follows. */
export const HASHES = /(?<![0-9a-f])[0-9a-f]{7,40}(?![0-9a-z])/gi;

/** More readings than one are as good as many: the group is unclear. */
const ENOUGH = 2;

/** What a group may stand for, each text once; two at most. */
export function readGroups(parts: Iterable<string>): readonly string[] {
  const groups = new Set<string>();
  for (const part of parts) {
    groups.add(part);
    if (groups.size === ENOUGH) break;
  }
  return [...groups];
}
