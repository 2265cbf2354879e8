import type { SelectionScenarios } from './scenario.ts';

const OPEN = { pullRequests: { open: 7 } };
const CLOSED = { pullRequests: { closed: { number: 8, merged: false } } };
const MERGED = { pullRequests: { closed: { number: 9, merged: true } } };
const BOTH = { pullRequests: { ...OPEN.pullRequests, ...CLOSED.pullRequests } };
const onMain = { onKeptBranch: { name: 'main' } };

export const COMMIT_SCENARIOS: SelectionScenarios = {
  'a commit goes once its pull request is closed or merged, and stays while one with it is open': {
    given: {
      tags: 'sha-{commit}',
      commits: { aaaaaa1: OPEN, aaaaaa2: CLOSED, aaaaaa3: MERGED, aaaaaa4: BOTH },
    },
    'sha-aaaaaa1': 'kept: commit-in-open-pull-request aaaaaa1 7',
    'sha-aaaaaa2': 'deleted: commit-gone aaaaaa2 8',
    'sha-aaaaaa3': 'deleted: commit-gone aaaaaa3 9 merged',
    'sha-aaaaaa4': 'kept: commit-in-open-pull-request aaaaaa4 7',
    latest: 'kept: not-matched',
  },
  'merged as a merge, the commits of a pull request are on the default branch; squashed or rebased, they go':
    {
      given: {
        tags: 'sha-{commit}',
        commits: {
          ddddd01: { ...onMain, ...MERGED },
          ddddd02: MERGED,
          ddddd03: { ...onMain, ...MERGED, headOfBranch: 'main' },
        },
      },
      'sha-ddddd01': 'kept: commit-on-kept-branch ddddd01 main',
      'sha-ddddd02': 'deleted: commit-gone ddddd02 9 merged',
      'sha-ddddd03': 'kept: commit-is-head ddddd03 main',
    },
  'a release branch, the head of any branch and a git tag keep a commit of a merged pull request': {
    given: {
      tags: 'sha-{commit}',
      commits: {
        eeeee01: { ...MERGED, onKeptBranch: { name: 'release/1.x' } },
        eeeee02: { ...MERGED, headOfBranch: 'topic' },
        eeeee03: { ...MERGED, gitTag: 'v1.2.3' },
      },
    },
    'sha-eeeee01': 'kept: commit-on-kept-branch eeeee01 release/1.x',
    'sha-eeeee02': 'kept: commit-is-head eeeee02 topic',
    'sha-eeeee03': 'kept: commit-has-git-tag eeeee03 v1.2.3',
  },
  'what was pushed without a pull request stays, forced off its branch or not': {
    given: { tags: 'sha-{commit}', commits: { '0000001': {} } },
    'sha-0000001': 'kept: commit-without-pull-request 0000001',
  },
  'a hash stays that no commit has, that several have, or of which GitHub does not tell all': {
    given: {
      tags: 'sha-{commit}',
      commits: {
        '0000001': 'unknown',
        '0000002': 'ambiguous',
        '0000004': { pullRequests: 'unknown' },
        '0000005': { ...CLOSED, onKeptBranch: 'unknown' },
      },
    },
    'sha-0000001': 'kept: commit-unknown 0000001',
    'sha-0000002': 'kept: commit-unknown 0000002',
    'sha-0000003': 'kept: commit-unknown 0000003',
    'sha-0000004': 'kept: commit-unclear 0000004',
    'sha-0000005': 'kept: commit-unclear 0000005',
  },
  'a hash is 7 to 40 hex digits, whole, in either case': {
    given: { tags: 'sha-{commit}*', commits: { ABCDEF1: CLOSED, ['a1'.repeat(20)]: CLOSED } },
    'sha-abc123': 'kept: not-matched',
    [`sha-${'a1'.repeat(20)}`]: `deleted: commit-gone ${'a1'.repeat(20)} 8`,
    [`sha-${'a1'.repeat(20)}0`]: 'kept: not-matched',
    'sha-ABCDEF1': 'deleted: commit-gone ABCDEF1 8',
    'sha-abcdef1x': 'kept: not-matched',
  },
  'a name that can be read as two commits stays, by one pattern or by two': {
    given: {
      tags: 'x-{*-,}{commit}*\ny-{commit}-*\ny-*-{commit}',
      commits: { aaaaaa1: CLOSED, bbbbbb1: CLOSED },
    },
    'x-aaaaaa1-bbbbbb1': 'kept: ambiguous commit x-{*-,}{commit}* aaaaaa1|bbbbbb1',
    'y-aaaaaa1-bbbbbb1': 'kept: ambiguous commit y-{commit}-* aaaaaa1|bbbbbb1',
    'y-aaaaaa1-aaaaaa1': 'deleted: commit-gone aaaaaa1 8',
  },
  'a pull request and a commit on two lines both protect': {
    given: {
      tags: 'pr-{pr}-*\npr-*-{commit}',
      pullRequests: { 1: 'open', 2: 'closed' },
      commits: { aaaaaa1: onMain, bbbbbb1: CLOSED },
    },
    'pr-1-aaaaaa1': 'kept: pull-request-open 1',
    'pr-2-aaaaaa1': 'kept: commit-on-kept-branch aaaaaa1 main',
    'pr-2-bbbbbb1': 'deleted: pull-request-closed 2',
    'pr-1-bbbbbb1': 'kept: pull-request-open 1',
  },
};
