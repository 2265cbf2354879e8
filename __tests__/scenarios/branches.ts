import type { SelectionScenarios } from './scenario.ts';

export const BRANCH_SCENARIOS: SelectionScenarios = {
  'a tag goes when no branch is written like it': {
    given: { tags: 'preview-{branch}', branches: ['main', 'feature/x', 'fix/#42'] },
    'preview-feature-x': 'kept: branch-exists feature/x',
    'preview-fix-42': 'kept: branch-exists fix/#42',
    'preview-gone': 'deleted: branch-gone gone',
    latest: 'kept: not-matched',
  },
  'a branch keeps its tags in whatever way tools write it': {
    given: {
      tags: 'p-{branch}',
      branches: ['fix/#42', 'feature/x', 'feat/new_a', `${'long-'.repeat(30)}end`],
    },
    'p-fix--42': 'kept: branch-exists fix/#42',
    'p-Feature-X': 'kept: branch-exists feature/x',
    'p-feat-new-a': 'kept: branch-exists feat/new_a',
    [`p-${'long-'.repeat(30)}`.slice(0, 65)]: `kept: branch-exists ${'long-'.repeat(30)}end`,
    'p-feat-new': 'deleted: branch-gone feat-new',
    'p-featnewa': 'kept: branch-exists feat/new_a',
  },
  'a branch that the longest tag cuts off keeps it, however little is left of it': {
    given: { tags: `${'p'.repeat(122)}-{branch}`, branches: ['feature/x'] },
    [`${'p'.repeat(122)}-featu`]: 'kept: branch-exists feature/x',
    [`${'p'.repeat(122)}-feat`]: 'deleted: branch-gone feat',
  },
  'where a pattern leaves open how far the branch reaches, every living branch that fits keeps the tag': {
    given: { tags: 'preview-{branch}*', branches: ['feature/x'] },
    'preview-feature-x-arm64': 'kept: branch-exists feature/x',
    'preview-old-arm64': 'deleted: branch-gone old-arm64',
  },
  'a regex that reads a part of a living branch keeps its tag': {
    given: { tags: '/^preview-(?<branch>\\w+)/', branches: ['feature/x'] },
    'preview-feature-x': 'kept: branch-exists feature/x',
    'preview-old-x': 'deleted: branch-gone old',
  },
  'on a deleted branch only its own tags are considered': {
    given: {
      tags: 'preview-{branch}\npreview-{branch}-arm64',
      event: { branch: 'feature/x' },
      branches: ['main'],
    },
    'preview-feature-x': 'deleted: branch-gone feature-x',
    'preview-old': 'kept: other-branch feature/x',
    'preview-feature-x-arm64': 'deleted: branch-gone feature-x-arm64',
  },
  'a deleted branch that is back keeps its tags': {
    given: { tags: 'preview-{branch}', event: { branch: 'feature/x' }, branches: ['feature/x'] },
    'preview-feature-x': 'kept: branch-exists feature/x',
  },
  'on a deleted tag no branch is considered': {
    given: { tags: 'preview-{branch}', event: { branch: null }, branches: [] },
    'preview-old': 'kept: other-branch',
  },
  'a branch that begins with foreign characters keeps its tag, however they were written': {
    given: { tags: 'preview-{branch}', branches: ['ä-X_1'] },
    'preview-X_1': 'kept: branch-exists ä-X_1',
    'preview-a-X_1': 'kept: branch-exists ä-X_1',
    'preview--X_1': 'kept: branch-exists ä-X_1',
    'preview---x-1': 'kept: branch-exists ä-X_1',
    'preview-x': 'deleted: branch-gone x',
    'preview-gone': 'deleted: branch-gone gone',
  },
  'a branch that a tool wrote in lower case first keeps its tag': {
    given: { tags: 'p-{branch}', branches: ['\u0130x', '\u212a'] },
    'p-i-x': 'kept: branch-exists \u0130x',
    'p-ix': 'kept: branch-exists \u0130x',
    'p-k': 'kept: branch-exists \u212a',
  },
  'a branch that was cut off keeps its tag, however long the hyphens before were': {
    given: { tags: 'p-{branch}', branches: [`${'a#/'.repeat(30)}end`, `${'b_-'.repeat(40)}end`] },
    [`p-${'a--'.repeat(21)}`]: `kept: branch-exists ${'a#/'.repeat(30)}end`,
    [`p-${'b-'.repeat(31)}b`]: `kept: branch-exists ${'b_-'.repeat(40)}end`,
    [`p-${'a--'.repeat(20)}`]: `kept: branch-exists ${'a#/'.repeat(30)}end`,
  },
  'a branch that was cut keeps its tag from 20 characters on, with a hash behind the cut too': {
    given: { tags: 'b-{branch}', branches: ['main', 'chore/replace-the-old-message-queue-by-the-new-one'] },
    'b-chore-replace-the-old-message-queue-by-th':
      'kept: branch-exists chore/replace-the-old-message-queue-by-the-new-one',
    'b-chore_replace_the_o': 'deleted: branch-gone chore_replace_the_o',
    'b-chore-replace-the-old-0a1b2c3':
      'kept: branch-exists chore/replace-the-old-message-queue-by-the-new-one',
    'b-chore-replace-the-old-0a1b': 'deleted: branch-gone chore-replace-the-old-0a1b',
    'b-chore-replace-the-old-mail': 'deleted: branch-gone chore-replace-the-old-mail',
    'b-chore-replace-the-': 'deleted: branch-gone chore-replace-the-',
    'b-chore-replace-the': 'deleted: branch-gone chore-replace-the',
    'b-chore-replace-0a1b2c3': 'deleted: branch-gone chore-replace-0a1b2c3',
  },
  'the last part of a branch keeps its tag, in every form, cut or not': {
    given: {
      tags: 'br-{branch}',
      branches: ['team-a/search', 'team/b/search#2', 'team-a/a-very-long-name-of-a-branch'],
    },
    'br-search': 'kept: branch-exists team-a/search',
    'br-Search_2': 'kept: branch-exists team/b/search#2',
    'br-a-very-long-name-of-a-branc': 'kept: branch-exists team-a/a-very-long-name-of-a-branch',
    'br-cart': 'deleted: branch-gone cart',
    'br-team': 'deleted: branch-gone team',
  },
  'the branch of an open pull request keeps its tag, of a fork too; one that lives is named as such': {
    given: { tags: 'p-{branch}', branches: ['feature'], proposed: { 'fix/typo': 7, feature: 8 } },
    'p-fix-typo': 'kept: branch-in-open-pull-request fix/typo 7',
    'p-feature': 'kept: branch-exists feature',
    'p-gone': 'deleted: branch-gone gone',
  },
};
