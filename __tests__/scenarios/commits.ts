import type { CommitFacts, CommitPullRequest, KnownCommit } from '../../src/model/facts.ts';
import { named, type SelectionScenario } from './scenario.ts';

/** A commit that is on no branch and in no pull request, unless it is said. */
function commit(facts: Partial<KnownCommit> = {}): CommitFacts {
  return {
    kind: 'commit',
    oid: 'f'.repeat(40),
    parents: [],
    pullRequests: [],
    isTemporaryMerge: false,
    onKeptBranch: false,
    ...facts,
  };
}

function inPullRequests(...pullRequests: readonly CommitPullRequest[]): CommitFacts {
  return commit({ pullRequests });
}

/** The pull requests of each parent: of the base branch first, then of what is merged. */
type OfParents = readonly (readonly CommitPullRequest[] | 'unknown')[];

function merge(...ofParents: OfParents): Partial<KnownCommit> {
  return {
    parents: ofParents.map((pullRequests, index) => ({ oid: String(index).repeat(40), pullRequests })),
  };
}

/** The temporary merge commit of a pull request. */
function temporaryMerge(...ofParents: OfParents): CommitFacts {
  return commit({ ...merge(...ofParents), isTemporaryMerge: true });
}

const OPEN: CommitPullRequest = { number: 7, state: 'open' };
const CLOSED: CommitPullRequest = { number: 8, state: 'closed' };
const MERGED: CommitPullRequest = { number: 9, state: 'merged' };
const onMain = { onKeptBranch: { name: 'main' } };

export const COMMIT_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'the head of a pull request, as DOCKER_METADATA_PR_HEAD_SHA=true names it, goes once that is closed or merged',
    tags: named('sha-aaaaaa1', 'sha-aaaaaa2', 'sha-aaaaaa3', 'latest'),
    inputs: { tags: 'sha-{commit}' },
    commits: {
      aaaaaa1: inPullRequests(OPEN),
      aaaaaa2: inPullRequests(CLOSED),
      aaaaaa3: inPullRequests(MERGED),
    },
    verdicts: {
      'sha-aaaaaa1': 'kept: commit aaaaaa1 is in pull request #7, which is open',
      'sha-aaaaaa2': 'deleted: commit aaaaaa2 is on no branch that is kept, and pull request #8 is closed',
      'sha-aaaaaa3': 'deleted: commit aaaaaa3 is on no branch that is kept, and pull request #9 is merged',
      latest: 'kept: no pattern matches',
    },
  },
  {
    name: 'the temporary merge commit, which is named by default, goes with the pull request of its head',
    tags: named('sha-bbbbbb1', 'sha-bbbbbb2', 'sha-bbbbbb3', 'sha-bbbbbb4', 'sha-bbbbbb5'),
    inputs: { tags: 'sha-{commit}' },
    commits: {
      bbbbbb1: temporaryMerge([], [OPEN]),
      bbbbbb2: temporaryMerge([MERGED], [CLOSED]),
      bbbbbb3: temporaryMerge([OPEN], [MERGED]),
      bbbbbb4: temporaryMerge([MERGED], []),
      bbbbbb5: temporaryMerge([], [CLOSED, OPEN]),
    },
    verdicts: {
      'sha-bbbbbb1': 'kept: commit bbbbbb1 is in pull request #7, which is open',
      'sha-bbbbbb2': 'deleted: commit bbbbbb2 is on no branch that is kept, and pull request #8 is closed',
      'sha-bbbbbb3': 'kept: commit bbbbbb3 is in pull request #7, which is open',
      'sha-bbbbbb4': 'kept: commit bbbbbb4 is in no known branch or pull request',
      'sha-bbbbbb5': 'kept: commit bbbbbb5 is in pull request #7, which is open',
    },
  },
  {
    name: 'a merge commit stays where one of its parents cannot be read',
    tags: named('sha-bbbbbb1', 'sha-bbbbbb2', 'sha-bbbbbb3'),
    inputs: { tags: 'sha-{commit}' },
    commits: {
      bbbbbb1: temporaryMerge('unknown', [CLOSED]),
      bbbbbb2: temporaryMerge([CLOSED], 'unknown'),
      bbbbbb3: commit({ parents: 'unknown', pullRequests: [CLOSED] }),
    },
    verdicts: {
      'sha-bbbbbb1': "kept: GitHub's answer about commit bbbbbb1 is incomplete",
      'sha-bbbbbb2': "kept: GitHub's answer about commit bbbbbb2 is incomplete",
      'sha-bbbbbb3': "kept: GitHub's answer about commit bbbbbb3 is incomplete",
    },
  },
  {
    name: 'a merge that somebody made is shown by its own pull requests, not by those of what was merged',
    tags: named('sha-cccccc1', 'sha-cccccc2', 'sha-cccccc3'),
    inputs: { tags: 'sha-{commit}' },
    commits: {
      cccccc1: commit(merge([], [MERGED])),
      cccccc2: commit({ ...merge([CLOSED], [MERGED]), pullRequests: [CLOSED] }),
      cccccc3: commit({ ...merge([], [OPEN]), pullRequests: [CLOSED] }),
    },
    verdicts: {
      'sha-cccccc1': 'kept: commit cccccc1 is in no known branch or pull request',
      'sha-cccccc2': 'deleted: commit cccccc2 is on no branch that is kept, and pull request #8 is closed',
      'sha-cccccc3': 'kept: commit cccccc3 is in pull request #7, which is open',
    },
  },
  {
    name: 'merged as a merge, the commits of a pull request are on the default branch; squashed or rebased, they go',
    tags: named('sha-ddddd01', 'sha-ddddd02', 'sha-ddddd03', 'sha-ddddd04'),
    inputs: { tags: 'sha-{commit}' },
    commits: {
      ddddd01: commit({ ...onMain, pullRequests: [MERGED] }),
      ddddd02: inPullRequests(MERGED),
      ddddd03: commit({ ...onMain, pullRequests: [MERGED], headOfBranch: 'main' }),
      ddddd04: inPullRequests(MERGED, CLOSED),
    },
    verdicts: {
      'sha-ddddd01': 'kept: commit ddddd01 is on main',
      'sha-ddddd02': 'deleted: commit ddddd02 is on no branch that is kept, and pull request #9 is merged',
      'sha-ddddd03': 'kept: commit ddddd03 is the head of branch main',
      'sha-ddddd04': 'deleted: commit ddddd04 is on no branch that is kept, and pull request #9 is merged',
    },
  },
  {
    name: 'a release branch, the head of any branch and a git tag keep a commit of a merged pull request',
    tags: named('sha-eeeee01', 'sha-eeeee02', 'sha-eeeee03'),
    inputs: { tags: 'sha-{commit}' },
    commits: {
      eeeee01: commit({ pullRequests: [MERGED], onKeptBranch: { name: 'release/1.x' } }),
      eeeee02: commit({ pullRequests: [MERGED], headOfBranch: 'topic' }),
      eeeee03: commit({ pullRequests: [MERGED], gitTag: 'v1.2.3' }),
    },
    verdicts: {
      'sha-eeeee01': 'kept: commit eeeee01 is on release/1.x',
      'sha-eeeee02': 'kept: commit eeeee02 is the head of branch topic',
      'sha-eeeee03': 'kept: commit eeeee03 has the git tag v1.2.3',
    },
  },
  {
    name: 'a commit of two stacked pull requests stays while one of them is open',
    tags: named('sha-0000001', 'sha-0000002'),
    inputs: { tags: 'sha-{commit}' },
    commits: { '0000001': inPullRequests(MERGED, OPEN), '0000002': temporaryMerge([MERGED], [MERGED, OPEN]) },
    verdicts: {
      'sha-0000001': 'kept: commit 0000001 is in pull request #7, which is open',
      'sha-0000002': 'kept: commit 0000002 is in pull request #7, which is open',
    },
  },
  {
    name: 'what was pushed without a pull request stays, forced off its branch or not',
    tags: named('sha-0000001'),
    inputs: { tags: 'sha-{commit}' },
    commits: { '0000001': commit() },
    verdicts: { 'sha-0000001': 'kept: commit 0000001 is in no known branch or pull request' },
  },
  {
    name: 'a hash stays that no commit has, that several have, or of which GitHub does not tell all',
    tags: named('sha-0000001', 'sha-0000002', 'sha-0000003', 'sha-0000004', 'sha-0000005'),
    inputs: { tags: 'sha-{commit}' },
    commits: {
      '0000001': { kind: 'unknown' },
      '0000002': { kind: 'ambiguous' },
      '0000004': commit({ pullRequests: 'unknown' }),
      '0000005': commit({ pullRequests: [CLOSED], onKeptBranch: 'unknown' }),
    },
    verdicts: {
      'sha-0000001': 'kept: commit 0000001 was not found, or is ambiguous',
      'sha-0000002': 'kept: commit 0000002 was not found, or is ambiguous',
      'sha-0000003': 'kept: commit 0000003 was not found, or is ambiguous',
      'sha-0000004': "kept: GitHub's answer about commit 0000004 is incomplete",
      'sha-0000005': "kept: GitHub's answer about commit 0000005 is incomplete",
    },
  },
  {
    name: 'a hash is 7 to 40 hex digits, whole, in either case',
    tags: named(
      'sha-abc123',
      `sha-${'a1'.repeat(20)}`,
      `sha-${'a1'.repeat(20)}0`,
      'sha-ABCDEF1',
      'sha-abcdef1x',
    ),
    inputs: { tags: 'sha-{commit}*' },
    commits: { ABCDEF1: inPullRequests(CLOSED), ['a1'.repeat(20)]: inPullRequests(CLOSED) },
    verdicts: {
      'sha-abc123': 'kept: no pattern matches',
      [`sha-${'a1'.repeat(20)}`]: `deleted: commit ${'a1'.repeat(20)} is on no branch that is kept, and pull request #8 is closed`,
      [`sha-${'a1'.repeat(20)}0`]: 'kept: no pattern matches',
      'sha-ABCDEF1': 'deleted: commit ABCDEF1 is on no branch that is kept, and pull request #8 is closed',
      'sha-abcdef1x': 'kept: no pattern matches',
    },
  },
  {
    name: 'a name that can be read as two commits stays, by one pattern or by two',
    tags: named('x-aaaaaa1-bbbbbb1', 'y-aaaaaa1-bbbbbb1', 'y-aaaaaa1-aaaaaa1'),
    inputs: { tags: 'x-{*-,}{commit}*\ny-{commit}-*\ny-*-{commit}' },
    commits: { aaaaaa1: inPullRequests(CLOSED), bbbbbb1: inPullRequests(CLOSED) },
    verdicts: {
      'x-aaaaaa1-bbbbbb1': 'kept: "x-{*-,}{commit}*" is ambiguous here: commit aaaaaa1 or bbbbbb1',
      'y-aaaaaa1-bbbbbb1': 'kept: "y-{commit}-*" is ambiguous here: commit aaaaaa1 or bbbbbb1',
      'y-aaaaaa1-aaaaaa1':
        'deleted: commit aaaaaa1 is on no branch that is kept, and pull request #8 is closed',
    },
  },
  {
    name: 'a pull request and a commit on two lines both protect',
    tags: named('pr-1-aaaaaa1', 'pr-2-aaaaaa1', 'pr-2-bbbbbb1', 'pr-1-bbbbbb1'),
    inputs: { tags: 'pr-{pr}-*\npr-*-{commit}' },
    pullRequests: { 1: 'open', 2: 'closed' },
    commits: { aaaaaa1: commit(onMain), bbbbbb1: inPullRequests(CLOSED) },
    verdicts: {
      'pr-1-aaaaaa1': 'kept: pull request #1 is open',
      'pr-2-aaaaaa1': 'kept: commit aaaaaa1 is on main',
      'pr-2-bbbbbb1': 'deleted: pull request #2 is closed',
      'pr-1-bbbbbb1': 'kept: pull request #1 is open',
    },
  },
  {
    name: 'conditions, exclusions and plain lines add up with a commit',
    tags: named('sha-aaaaaa1', 'sha-aaaaaa2', 'sha-bbbbbb1'),
    inputs: { tags: 'sha-*\nsha-{commit}', 'exclude-tags': '*2', 'older-than': '1d' },
    commits: {
      aaaaaa1: inPullRequests(CLOSED),
      aaaaaa2: inPullRequests(CLOSED),
      bbbbbb1: inPullRequests(CLOSED),
    },
    verdicts: {
      'sha-aaaaaa1': 'kept: newer than 1d',
      'sha-aaaaaa2': 'kept: excluded by "*2"',
      'sha-bbbbbb1': 'deleted: commit bbbbbb1 is on no branch that is kept, and pull request #8 is closed',
    },
  },
];
