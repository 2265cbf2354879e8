import { named, type SelectionScenario } from './scenario.ts';

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
      latest: 'kept: no pattern matches',
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
      'preview-old': 'kept: belongs to another branch; this run is for feature/x',
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
    verdicts: { 'preview-old': 'kept: the event did not delete a branch' },
  },
  {
    name: 'a branch that begins with foreign characters keeps its tag, however they were written',
    tags: named('preview-X_1', 'preview-a-X_1', 'preview--X_1', 'preview---x-1', 'preview-x', 'preview-gone'),
    inputs: { tags: 'preview-{branch}' },
    branches: ['ä-X_1'],
    verdicts: {
      'preview-X_1': 'kept: branch ä-X_1 exists',
      'preview-a-X_1': 'kept: branch ä-X_1 exists',
      'preview--X_1': 'kept: branch ä-X_1 exists',
      'preview---x-1': 'kept: branch ä-X_1 exists',
      'preview-x': 'deleted: no branch x exists',
      'preview-gone': 'deleted: no branch gone exists',
    },
  },
  {
    name: 'a text before the branch may run together with its first characters',
    tags: named('preview-X_1', 'preview-old'),
    inputs: { tags: '/^preview(?<branch>.+)$/' },
    branches: ['ä-X_1'],
    verdicts: {
      'preview-X_1': 'kept: branch ä-X_1 exists',
      'preview-old': 'deleted: no branch -old exists',
    },
  },
  {
    name: 'a branch that a tool wrote in lower case first keeps its tag',
    tags: named('p-i-x', 'p-ix', 'p-k'),
    inputs: { tags: 'p-{branch}' },
    branches: ['\u0130x', '\u212a'],
    verdicts: {
      'p-i-x': 'kept: branch \u0130x exists',
      'p-ix': 'kept: branch \u0130x exists',
      'p-k': 'kept: branch \u212a exists',
    },
  },
  {
    name: 'a branch that was cut off keeps its tag, however long the hyphens before were',
    tags: named(`p-${'a--'.repeat(21)}`, `p-${'b-'.repeat(31)}b`, `p-${'a--'.repeat(20)}`),
    inputs: { tags: 'p-{branch}' },
    branches: [`${'a#/'.repeat(30)}end`, `${'b_-'.repeat(40)}end`],
    verdicts: {
      [`p-${'a--'.repeat(21)}`]: `kept: branch ${'a#/'.repeat(30)}end exists`,
      [`p-${'b-'.repeat(31)}b`]: `kept: branch ${'b_-'.repeat(40)}end exists`,
      [`p-${'a--'.repeat(20)}`]: `deleted: no branch ${'a--'.repeat(20)} exists`,
    },
  },
];
