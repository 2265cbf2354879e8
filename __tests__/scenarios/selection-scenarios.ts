/** What a registry, GitHub and a workflow are asked for one decision, and what is decided. */
export interface SelectionScenario {
  /** A sentence about behaviour. */
  readonly name: string;
  readonly tags: readonly ScenarioTag[];
  /** Inputs of the cleanup action. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The workflow's event; a schedule where it is absent. */
  readonly event?:
    | { readonly name: 'pull_request'; readonly number: number }
    | { readonly name: 'delete'; readonly branch: string | null };
  readonly pullRequests?: Readonly<Record<number, 'open' | 'closed' | 'merged'>>;
  readonly branches?: readonly string[];
  /** How many days ago a tag was last pulled. */
  readonly pulls?: Readonly<Record<string, number | 'never' | 'unknown'>>;
  /** The images in a multi-arch image. */
  readonly images?: Readonly<Record<string, readonly string[]>>;
  /** `deleted` or `kept` and the reason, for every tag, newest first. */
  readonly verdicts: Readonly<Record<string, `deleted: ${string}` | `kept: ${string}`>>;
}

export interface ScenarioTag {
  readonly name: string;
  /** How many days ago the tag was last modified; null where that is unknown, 1 by default. */
  readonly days?: number | null;
  /** Tags with the same text share an image; null where the digest is unknown, an image of its own by default. */
  readonly image?: string | null;
  readonly immutable?: boolean;
  readonly multiArch?: boolean;
  /** In how many days the registry will expire the tag. */
  readonly expiresIn?: number;
}

/** Tags of the names alone, the first one the newest. */
function named(...names: readonly string[]): readonly ScenarioTag[] {
  return names.map((name, index) => ({ name, days: index + 1 }));
}

/** The digest of the image that {@link ScenarioTag.image} stands for, in hex: its text in ASCII, filled up with zeros. */
export function imageHex(image: string): string {
  return [...image]
    .map((character) => character.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('')
    .padEnd(64, '0')
    .slice(0, 64);
}

const SIGNATURE_OF_A = `sha256-${imageHex('a')}.sig`;
const ATTESTATION_OF_A = `sha256-${imageHex('a')}.att`;
const SBOM_OF_B = `sha256-${imageHex('b')}.sbom`;

export const PATTERN_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'a glob takes the whole name, and its dots are ordinary',
    tags: named('1.0', '1.0.1', '1x0', 'v1.0', '1.0-rc'),
    inputs: { tags: '1.?' },
    verdicts: {
      '1.0': 'deleted: matches "1.?"',
      '1.0.1': 'kept: matches no pattern',
      '1x0': 'kept: matches no pattern',
      'v1.0': 'kept: matches no pattern',
      '1.0-rc': 'kept: matches no pattern',
    },
  },
  {
    name: 'globs are case-sensitive, and a regex with `i` is not',
    tags: named('pr-1', 'PR-1', 'sha-A', 'SHA-b'),
    inputs: { tags: 'pr-*\n/^sha-/i' },
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      'PR-1': 'kept: matches no pattern',
      'sha-A': 'deleted: matches "/^sha-/i"',
      'SHA-b': 'deleted: matches "/^sha-/i"',
    },
  },
  {
    name: 'classes and alternatives choose characters and words',
    tags: named('dev-a', 'dev-b', 'dev-1', 'test-c', 'prod-a'),
    inputs: { tags: '{dev,test}-[a-c]\nprod-[!a]' },
    verdicts: {
      'dev-a': 'deleted: matches "{dev,test}-[a-c]"',
      'dev-b': 'deleted: matches "{dev,test}-[a-c]"',
      'dev-1': 'kept: matches no pattern',
      'test-c': 'deleted: matches "{dev,test}-[a-c]"',
      'prod-a': 'kept: matches no pattern',
    },
  },
  {
    name: 'exclusion always wins, wherever it stands',
    tags: named('latest', 'v1.0.0', 'pr-1', 'main'),
    inputs: { tags: '!main\n*\n# releases stay', 'exclude-tags': 'latest\nv*' },
    verdicts: {
      latest: 'kept: excluded by "latest"',
      'v1.0.0': 'kept: excluded by "v*"',
      'pr-1': 'deleted: matches "*"',
      main: 'kept: excluded by "main"',
    },
  },
  {
    name: 'an immutable tag stays',
    tags: [{ name: 'pr-1', immutable: true }, { name: 'pr-2' }],
    inputs: { tags: 'pr-*' },
    verdicts: { 'pr-1': 'kept: immutable', 'pr-2': 'deleted: matches "pr-*"' },
  },
];

export const PULL_REQUEST_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'a tag goes when GitHub says that its pull request is closed or merged',
    tags: named('pr-1', 'pr-2', 'pr-3', 'pr-4'),
    inputs: { tags: 'pr-{pr}' },
    pullRequests: { 1: 'open', 2: 'closed', 3: 'merged' },
    verdicts: {
      'pr-1': 'kept: pull request #1 is open',
      'pr-2': 'deleted: pull request #2 is closed',
      'pr-3': 'deleted: pull request #3 is merged',
      'pr-4': 'kept: pull request #4 was not found',
    },
  },
  {
    name: 'a pull request number is whole',
    tags: named('pr-1', 'pr-12', 'pr-12-arm64', 'pr-01', 'pr-1.2', 'xpr-1'),
    inputs: { tags: 'pr-{pr}*' },
    pullRequests: { 1: 'closed', 12: 'open', 2: 'closed' },
    verdicts: {
      'pr-1': 'deleted: pull request #1 is closed',
      'pr-12': 'kept: pull request #12 is open',
      'pr-12-arm64': 'kept: pull request #12 is open',
      'pr-01': 'kept: matches no pattern',
      'pr-1.2': 'deleted: pull request #1 is closed',
      'xpr-1': 'kept: matches no pattern',
    },
  },
  {
    name: 'a number that no pull request can have is not looked up',
    tags: named('pr-2147483647', 'pr-2147483648'),
    inputs: { tags: 'pr-{pr}' },
    pullRequests: { 2147483647: 'closed', 2147483648: 'closed' },
    verdicts: {
      'pr-2147483647': 'deleted: pull request #2147483647 is closed',
      'pr-2147483648': 'kept: pull request #2147483648 was not found',
    },
  },
  {
    name: 'on a pull request only its own tags are considered',
    tags: named('pr-1', 'pr-2', 'cache-2'),
    inputs: { tags: 'pr-{pr}\ncache-*' },
    event: { name: 'pull_request', number: 2 },
    pullRequests: { 1: 'closed', 2: 'merged' },
    verdicts: {
      'pr-1': 'kept: of pull request #1, and this run is for #2',
      'pr-2': 'deleted: pull request #2 is merged',
      'cache-2': 'deleted: matches "cache-*"',
    },
  },
  {
    name: 'a pull request that was reopened keeps its tags, whatever the event said',
    tags: named('pr-2'),
    inputs: { tags: 'pr-{pr}' },
    event: { name: 'pull_request', number: 2 },
    pullRequests: { 2: 'open' },
    verdicts: { 'pr-2': 'kept: pull request #2 is open' },
  },
  {
    name: 'a name that can be read as two pull requests stays',
    tags: named('build-12-34', 'build-7', 'build-7-7'),
    inputs: { tags: 'build-{*-,}{pr}*' },
    pullRequests: { 12: 'closed', 34: 'closed', 7: 'closed' },
    verdicts: {
      'build-12-34': 'kept: "build-{*-,}{pr}*" is ambiguous here: pull request #12 or #34',
      'build-7': 'deleted: pull request #7 is closed',
      'build-7-7': 'deleted: pull request #7 is closed',
    },
  },
  {
    name: 'patterns that disagree on the pull request keep the tag, in any order',
    tags: named('pr-1-2', 'pr-1'),
    inputs: { tags: 'pr-{pr}*\n*-{pr}' },
    pullRequests: { 1: 'closed', 2: 'closed' },
    verdicts: {
      'pr-1-2': 'kept: "pr-{pr}*" is ambiguous here: pull request #1 or #2',
      'pr-1': 'deleted: pull request #1 is closed',
    },
  },
  {
    name: 'a plain pattern does not overrule a placeholder',
    tags: named('pr-1', 'pr-2'),
    inputs: { tags: 'pr-*\npr-{pr}' },
    pullRequests: { 1: 'open', 2: 'closed' },
    verdicts: {
      'pr-1': 'kept: pull request #1 is open',
      'pr-2': 'deleted: pull request #2 is closed',
    },
  },
  {
    name: 'a regex reads a whole number too, and nothing where its group takes no part',
    tags: named('web-1', 'web-12', 'web-012', 'web-x'),
    inputs: { tags: '/^web-(?:(?<pr>\\d)|x)/' },
    pullRequests: { 1: 'closed', 0: 'closed' },
    verdicts: {
      'web-1': 'deleted: pull request #1 is closed',
      'web-12': 'kept: matches no pattern',
      'web-012': 'kept: matches no pattern',
      'web-x': 'kept: "/^web-(?:(?<pr>\\d)|x)/" matches, but does not tell of what the tag is',
    },
  },
];

const LONG_BRANCH = `feature/${'long-'.repeat(40)}name`;

export const BRANCH_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'a tag goes when no branch is written like it',
    tags: named('preview-feature-x', 'preview-fix-42', 'preview-gone', 'latest'),
    inputs: { tags: 'preview-{branch}' },
    branches: ['main', 'feature/x', 'fix/#42'],
    verdicts: {
      'preview-feature-x': 'kept: branch feature/x exists',
      'preview-fix-42': 'kept: branch fix/#42 exists',
      'preview-gone': 'deleted: no branch gone exists',
      latest: 'kept: matches no pattern',
    },
  },
  {
    name: 'a branch keeps its tags in whatever way tools write it',
    tags: named(
      'p-fix--42',
      'p-Feature-X',
      'p-feat-new-a',
      `p-${'long-'.repeat(30)}`.slice(0, 65),
      'p-feat-new',
    ),
    inputs: { tags: 'p-{branch}' },
    branches: ['fix/#42', 'feature/x', 'feat/new_a', `${'long-'.repeat(30)}end`],
    verdicts: {
      'p-fix--42': 'kept: branch fix/#42 exists',
      'p-Feature-X': 'kept: branch feature/x exists',
      'p-feat-new-a': 'kept: branch feat/new_a exists',
      [`p-${'long-'.repeat(30)}`.slice(0, 65)]: `kept: branch ${'long-'.repeat(30)}end exists`,
      'p-feat-new': 'deleted: no branch feat-new exists',
    },
  },
  {
    name: 'a branch whose name is cut off by the longest tag keeps it',
    tags: named(`preview-${LONG_BRANCH.replaceAll('/', '-')}`.slice(0, 128), 'preview-feature-long'),
    inputs: { tags: 'preview-{branch}' },
    branches: [LONG_BRANCH],
    verdicts: {
      [`preview-${LONG_BRANCH.replaceAll('/', '-')}`.slice(0, 128)]: `kept: branch ${LONG_BRANCH} exists`,
      'preview-feature-long': 'deleted: no branch feature-long exists',
    },
  },
  {
    name: 'where a pattern leaves open how far the branch reaches, every living branch that fits keeps the tag',
    tags: named('preview-feature-x-arm64', 'preview-old-arm64'),
    inputs: { tags: 'preview-{branch}*' },
    branches: ['feature/x'],
    verdicts: {
      'preview-feature-x-arm64': 'kept: branch feature/x exists',
      'preview-old-arm64': 'deleted: no branch old-arm64 exists',
    },
  },
  {
    name: 'a regex that reads a part of a living branch keeps its tag',
    tags: named('preview-feature-x', 'preview-old-x'),
    inputs: { tags: '/^preview-(?<branch>\\w+)/' },
    branches: ['feature/x'],
    verdicts: {
      'preview-feature-x': 'kept: branch feature/x exists',
      'preview-old-x': 'deleted: no branch old exists',
    },
  },
  {
    name: 'on a deleted branch only its own tags are considered',
    tags: named('preview-feature-x', 'preview-old', 'preview-feature-x-arm64'),
    inputs: { tags: 'preview-{branch}\npreview-{branch}-arm64' },
    event: { name: 'delete', branch: 'feature/x' },
    branches: ['main'],
    verdicts: {
      'preview-feature-x': 'deleted: no branch feature-x exists',
      'preview-old': 'kept: this run is for the branch feature/x',
      'preview-feature-x-arm64': 'deleted: no branch feature-x-arm64 exists',
    },
  },
  {
    name: 'a deleted branch that is back keeps its tags',
    tags: named('preview-feature-x'),
    inputs: { tags: 'preview-{branch}' },
    event: { name: 'delete', branch: 'feature/x' },
    branches: ['feature/x'],
    verdicts: { 'preview-feature-x': 'kept: branch feature/x exists' },
  },
  {
    name: 'on a deleted tag no branch is considered',
    tags: named('preview-old'),
    inputs: { tags: 'preview-{branch}' },
    event: { name: 'delete', branch: null },
    branches: [],
    verdicts: { 'preview-old': 'kept: this run is for no branch' },
  },
];

export const CONDITION_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'older-than takes what is older, and keeps what has no date',
    tags: [
      { name: 'future', days: -1 },
      { name: 'new', days: 29 },
      { name: 'exact', days: 30 },
      { name: 'old', days: 31 },
      { name: 'undated', days: null },
    ],
    inputs: { tags: '*', 'older-than': '30d' },
    verdicts: {
      future: 'kept: newer than 30d',
      new: 'kept: newer than 30d',
      exact: 'kept: newer than 30d',
      old: 'deleted: matches "*"',
      undated: 'kept: last modified is unknown, which older-than needs',
    },
  },
  {
    name: 'the newest matching tags stay, ties by name, and excluded ones take no place',
    tags: [
      { name: 'v2', days: 1 },
      { name: 'b', days: 2 },
      { name: 'a', days: 2 },
      { name: 'c', days: 2 },
      { name: 'd', days: 3 },
      { name: 'e', days: null },
    ],
    inputs: { tags: '*', 'exclude-tags': 'v*', 'keep-n-most-recent': '2' },
    verdicts: {
      v2: 'kept: excluded by "v*"',
      a: 'kept: among the newest 2',
      b: 'kept: among the newest 2',
      c: 'deleted: matches "*"',
      d: 'deleted: matches "*"',
      e: 'kept: last modified is unknown, which keep-n-most-recent needs',
    },
  },
  {
    name: 'conditions add up',
    tags: [
      { name: 'pr-1', days: 1 },
      { name: 'pr-2', days: 20 },
      { name: 'pr-3', days: 40 },
      { name: 'pr-4', days: 50 },
    ],
    inputs: { tags: 'pr-{pr}', 'keep-n-most-recent': '1', 'older-than': '1w 3d' },
    pullRequests: { 1: 'closed', 2: 'closed', 3: 'open', 4: 'merged' },
    verdicts: {
      'pr-1': 'kept: among the newest 1',
      'pr-2': 'deleted: pull request #2 is closed',
      'pr-3': 'kept: pull request #3 is open',
      'pr-4': 'deleted: pull request #4 is merged',
    },
  },
  {
    name: 'not-pulled-for keeps what was pulled, what is new, and what nobody knows',
    tags: [
      { name: 'moved', days: 3 },
      { name: 'pulled', days: 60 },
      { name: 'unpulled', days: 61 },
      { name: 'forgotten', days: 62 },
      { name: 'unknown', days: 63 },
      { name: 'undated', days: null },
    ],
    inputs: { tags: '*', 'not-pulled-for': '30d' },
    pulls: { moved: 40, pulled: 29, unpulled: 'never', forgotten: 31, unknown: 'unknown', undated: 'never' },
    verdicts: {
      moved: 'kept: newer than 30d',
      pulled: 'kept: pulled within 30d',
      unpulled: 'deleted: matches "*"',
      forgotten: 'deleted: matches "*"',
      unknown: 'kept: last pull is unknown',
      undated: 'kept: last modified is unknown, which not-pulled-for needs',
    },
  },
  {
    name: 'an expiration is never put off',
    tags: [
      { name: 'soon', days: 1, expiresIn: 2 },
      { name: 'late', days: 2, expiresIn: 30 },
      { name: 'never', days: 3 },
    ],
    inputs: { tags: '/./', 'exclude-tags': 'v*', 'expire-in': '7d' },
    verdicts: {
      soon: 'kept: expires sooner already',
      late: 'deleted: matches "/./"',
      never: 'deleted: matches "/./"',
    },
  },
];

export const SIGNATURE_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'signatures go with the last tag of their image, and stay with any other',
    tags: [
      { name: 'pr-1', days: 1, image: 'a' },
      { name: 'pr-2', days: 2, image: 'b' },
      { name: 'main', days: 3, image: 'b' },
      { name: SIGNATURE_OF_A, days: 4 },
      { name: ATTESTATION_OF_A, days: 5 },
      { name: SBOM_OF_B, days: 6 },
    ],
    inputs: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      'pr-2': 'deleted: matches "pr-*"',
      main: 'kept: matches no pattern',
      [SIGNATURE_OF_A]: 'deleted: signature of an image that has no tag left',
      [ATTESTATION_OF_A]: 'deleted: signature of an image that has no tag left',
      [SBOM_OF_B]: 'kept: signature of main, which stays',
    },
  },
  {
    name: 'without the input a signature is a tag like any other',
    tags: [
      { name: 'pr-1', image: 'a' },
      { name: SIGNATURE_OF_A, days: 2 },
    ],
    inputs: { tags: 'pr-*' },
    verdicts: { 'pr-1': 'deleted: matches "pr-*"', [SIGNATURE_OF_A]: 'kept: matches no pattern' },
  },
  {
    name: 'a pattern never takes the signature of a living image',
    tags: [
      { name: 'main', days: 1, image: 'a' },
      { name: SIGNATURE_OF_A, days: 2 },
      { name: SBOM_OF_B, days: 3 },
    ],
    inputs: { tags: 'sha256-*' },
    verdicts: {
      main: 'kept: matches no pattern',
      [SIGNATURE_OF_A]: 'kept: signature of main, which stays',
      [SBOM_OF_B]: 'deleted: matches "sha256-*"',
    },
  },
  {
    name: 'while a multi-arch image stays, a signature may belong to one of its platforms',
    tags: [
      { name: 'latest', days: 1, multiArch: true },
      { name: SIGNATURE_OF_A, days: 2 },
    ],
    inputs: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    verdicts: {
      latest: 'kept: matches no pattern',
      [SIGNATURE_OF_A]: 'kept: its image may be part of latest, which stays',
    },
  },
  {
    name: 'a signature stays with the multi-arch image that it is a part of, and goes where it is part of none',
    tags: [
      { name: 'latest', days: 1, image: 'list', multiArch: true },
      { name: SIGNATURE_OF_A, days: 2 },
      { name: SBOM_OF_B, days: 3 },
    ],
    inputs: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    images: { list: ['a', 'c'] },
    verdicts: {
      latest: 'kept: matches no pattern',
      [SIGNATURE_OF_A]: 'kept: signature of latest, which stays',
      [SBOM_OF_B]: 'deleted: signature of an image that has no tag left',
    },
  },
  {
    name: 'the signature of a part goes with the last multi-arch image that has it',
    tags: [
      { name: 'pr-1', days: 1, image: 'list', multiArch: true },
      { name: SIGNATURE_OF_A, days: 2 },
    ],
    inputs: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    images: { list: ['a'] },
    verdicts: {
      'pr-1': 'deleted: matches "pr-*"',
      [SIGNATURE_OF_A]: 'deleted: signature of an image that has no tag left',
    },
  },
  {
    name: 'while a tag of an unknown digest stays, no signature is an orphan',
    tags: [
      { name: 'latest', days: 1, image: null },
      { name: SIGNATURE_OF_A, days: 2 },
    ],
    inputs: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    verdicts: {
      latest: 'kept: matches no pattern',
      [SIGNATURE_OF_A]: 'kept: its image may be part of latest, which stays',
    },
  },
  {
    name: 'a signature of a signature goes with it',
    tags: [
      { name: SIGNATURE_OF_A, days: 1, image: 'b' },
      { name: SBOM_OF_B, days: 2 },
    ],
    inputs: { tags: 'pr-*', 'clean-orphaned-signatures': 'true' },
    verdicts: {
      [SIGNATURE_OF_A]: 'deleted: signature of an image that has no tag left',
      [SBOM_OF_B]: 'deleted: signature of an image that has no tag left',
    },
  },
  {
    name: 'an orphan that is excluded, immutable or too new stays',
    tags: [
      { name: SIGNATURE_OF_A, days: 3 },
      { name: ATTESTATION_OF_A, days: 40, immutable: true },
      { name: SBOM_OF_B, days: 41 },
    ],
    inputs: {
      tags: 'pr-*',
      'exclude-tags': '*.sbom',
      'older-than': '30d',
      'clean-orphaned-signatures': 'true',
    },
    verdicts: {
      [SIGNATURE_OF_A]: 'kept: newer than 30d',
      [ATTESTATION_OF_A]: 'kept: immutable',
      [SBOM_OF_B]: 'kept: excluded by "*.sbom"',
    },
  },
];

export const SELECTION_SCENARIOS: readonly SelectionScenario[] = [
  ...PATTERN_SCENARIOS,
  ...PULL_REQUEST_SCENARIOS,
  ...BRANCH_SCENARIOS,
  ...CONDITION_SCENARIOS,
  ...SIGNATURE_SCENARIOS,
];
