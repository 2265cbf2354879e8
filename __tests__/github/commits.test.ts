import { describe, expect, test } from '@jest/globals';
import { type CommitLookup, lookUpCommits } from '../../src/github/commits.ts';
import type { CommitFacts } from '../../src/model/facts.ts';
import { messageOf, type Scene, scene } from './fixture.ts';

async function factsOf(
  { github }: Scene,
  hash: string,
  options: Partial<CommitLookup> = {},
): Promise<CommitFacts | undefined> {
  const facts = await lookUpCommits({ github, hashes: [hash], isKept: () => false, ...options });
  return facts.get(hash);
}

describe('a commit', () => {
  test('of the default branch is on a kept branch, by its short hash too', async () => {
    const here = await scene();
    const old = here.repository.headOf('main');
    here.repository.push('main');
    const facts = await factsOf(here, old.slice(0, 7));
    expect(facts).toEqual({
      kind: 'commit',
      oid: old,
      parents: [],
      pullRequests: [],
      isTemporaryMerge: false,
      onKeptBranch: { name: 'main' },
    });
  });

  test('that a branch ends in, or a git tag names, light or annotated, says which', async () => {
    const here = await scene();
    const { repository } = here;
    const head = repository.push('topic', repository.headOf('main'));
    const light = repository.commit([head]);
    const annotated = repository.commit([head]);
    repository.gitTags.set('v1', { commit: light, depth: 0 });
    repository.gitTags.set('v2', { commit: annotated, depth: 2 });
    expect(await factsOf(here, head)).toMatchObject({ headOfBranch: 'topic', onKeptBranch: false });
    expect(await factsOf(here, light)).toMatchObject({ gitTag: 'v1', onKeptBranch: false });
    expect(await factsOf(here, annotated)).toMatchObject({ gitTag: 'v2', onKeptBranch: false });
  });

  test('of another branch is kept where that one is', async () => {
    const here = await scene();
    const { repository } = here;
    const commit = repository.push('release/1.x', repository.headOf('main'));
    repository.push('release/1.x');
    expect(await factsOf(here, commit)).toMatchObject({ onKeptBranch: false });
    const isKept = (branch: string) => branch.startsWith('release/');
    expect(await factsOf(here, commit, { isKept })).toMatchObject({ onKeptBranch: { name: 'release/1.x' } });
  });

  test('of a pull request names it, with its state as it is now', async () => {
    const here = await scene();
    const { repository } = here;
    const [first = '', head = ''] = repository.openPullRequest(7, { commits: 2 }).commits;
    expect(await factsOf(here, first)).toMatchObject({ pullRequests: [{ number: 7, state: 'open' }] });
    repository.closePullRequest(7);
    expect(await factsOf(here, head)).toMatchObject({ pullRequests: [{ number: 7, state: 'closed' }] });
  });

  test('that docker/metadata-action names on a pull request is judged by its parents', async () => {
    const here = await scene();
    const base = here.repository.headOf('main');
    const { temporaryMerge = '', commits } = here.repository.openPullRequest(7);
    expect(await factsOf(here, temporaryMerge.slice(0, 7))).toEqual({
      kind: 'commit',
      oid: temporaryMerge,
      parents: [
        { oid: base, pullRequests: [] },
        { oid: commits[0], pullRequests: [{ number: 7, state: 'open' }] },
      ],
      pullRequests: [],
      isTemporaryMerge: true,
      onKeptBranch: false,
    });
  });

  test.each(['squash', 'rebase'] as const)(
    'of a branch that was merged by %s is on no kept branch',
    async (how) => {
      const here = await scene();
      const { repository } = here;
      const [commit = ''] = repository.openPullRequest(7).commits;
      repository.push('main');
      repository.mergePullRequest(7, how);
      repository.branches.delete('topic-7');
      const pullRequests = [{ number: 7, state: 'merged' }];
      expect(await factsOf(here, commit)).toMatchObject({ onKeptBranch: false, pullRequests });
      expect(await factsOf(here, repository.headOf('main'))).toMatchObject({
        onKeptBranch: { name: 'main' },
        pullRequests,
      });
    },
  );

  test('of a branch that was merged is on the default branch', async () => {
    const here = await scene();
    const [commit = ''] = here.repository.openPullRequest(7).commits;
    here.repository.mergePullRequest(7, 'merge');
    expect(await factsOf(here, commit)).toMatchObject({ onKeptBranch: { name: 'main' } });
  });

  test('that was forced off its branch is judged like any other', async () => {
    const here = await scene();
    const gone = here.repository.push('topic', here.repository.headOf('main'));
    here.repository.push('topic', here.repository.headOf('main'));
    const facts = await factsOf(here, gone);
    expect(facts).toMatchObject({ kind: 'commit', onKeptBranch: false, pullRequests: [] });
    expect(facts).not.toHaveProperty('headOfBranch');
  });
});

describe('unknown is', () => {
  test('a hash that no commit has, or that several begin with, or that is none', async () => {
    const here = await scene();
    here.repository.commit([], `abcdef0${'1'.repeat(33)}`);
    here.repository.commit([], `abcdef0${'2'.repeat(33)}`);
    const hashes = ['1234567', 'abcdef0', 'abc', 'main', 'v1.2.3'];
    const facts = await lookUpCommits({ github: here.github, hashes, isKept: () => true });
    expect([...facts]).toEqual(hashes.map((hash) => [hash, { kind: 'unknown' }]));
    expect(here.simulator.queries).toHaveLength(1);
  });

  test('no hash that is the name of a branch: that one is ambiguous', async () => {
    const here = await scene();
    here.repository.commit([], `deadbee${'1'.repeat(33)}`);
    here.repository.push('deadbee');
    expect(await factsOf(here, 'deadbee')).toEqual({ kind: 'ambiguous' });
  });

  test('whose commit is in more than 20 pull requests, or in one of another repository', async () => {
    const here = await scene();
    const { repository } = here;
    const commits = [repository.push('topic', repository.headOf('main'))];
    const add = (number: number, name: string) =>
      repository.pullRequests.set(number, {
        number,
        state: 'CLOSED',
        repository: name,
        base: 'main',
        commits,
        merged: [],
      });
    add(1, 'fork/app');
    expect(await factsOf(here, commits[0] ?? '')).toMatchObject({ pullRequests: 'unknown' });
    for (let number = 1; number <= 20; number += 1) add(number, repository.name);
    expect(await factsOf(here, commits[0] ?? '')).toMatchObject({ pullRequests: { length: 20 } });
    add(21, repository.name);
    expect(await factsOf(here, commits[0] ?? '')).toMatchObject({ pullRequests: 'unknown' });
  });

  test('which parents a merge of more than two has', async () => {
    const here = await scene();
    const { repository } = here;
    const octopus = repository.commit([repository.commit(), repository.commit(), repository.headOf('main')]);
    expect(await factsOf(here, octopus)).toMatchObject({ parents: 'unknown' });
  });

  test('whether a branch contains a commit that has nothing in common with it', async () => {
    const here = await scene();
    const alone = here.repository.commit();
    expect(await factsOf(here, alone)).toMatchObject({ onKeptBranch: 'unknown' });
  });

  const contradictions: readonly object[] = [
    { status: 'AHEAD', aheadBy: 0, behindBy: 0 },
    { status: 'DIVERGED', aheadBy: 0, behindBy: 3 },
    { status: 'BEHIND', aheadBy: 1, behindBy: 3 },
    { status: 'AHEAD', aheadBy: 2 },
    { aheadBy: 2, behindBy: 0 },
    { status: 'AHEAD', aheadBy: 2, behindBy: 0, headTarget: { oid: 'f'.repeat(40) } },
  ];
  test.each(contradictions)(
    'whether a branch contains a commit, where GitHub says %j',
    async (comparison) => {
      const here = await scene();
      const oid = here.repository.commit([here.repository.headOf('main')]);
      const c0 = { headTarget: { oid }, ...comparison };
      here.simulator.meet(
        { kind: 'answer', status: 200, body: { data: { repository: { ref: { c0 } } } } },
        { skip: 3 },
      );
      expect(await factsOf(here, oid)).toMatchObject({ onKeptBranch: 'unknown' });
    },
  );

  test('whether a branch contains a commit, where an error is about the whole branch', async () => {
    const here = await scene();
    const oid = here.repository.commit([here.repository.headOf('main')]);
    const c0 = { status: 'AHEAD', aheadBy: 1, behindBy: 0, headTarget: { oid } };
    const errors = [{ type: 'X', path: ['repository', 'ref'], message: 'too much' }];
    const body = { data: { repository: { ref: { c0 } } }, errors };
    here.simulator.meet({ kind: 'answer', status: 200, body }, { skip: 3 });
    expect(await factsOf(here, oid)).toMatchObject({ onKeptBranch: 'unknown' });
  });

  test.each<[string, readonly unknown[], string]>([
    ['that commit alone', ['repository', 'c0', 'associatedPullRequests'], 'commit'],
    ['no commit in particular', ['repository'], 'unknown'],
  ])('what an error is about: %s', async (_, path, other) => {
    const here = await scene();
    const oids = [here.repository.commit(), here.repository.commit()];
    const repository = {
      nameWithOwner: 'acme/app',
      defaultBranchRef: { name: 'main' },
      c0: commitNode(oids[0]),
      c1: commitNode(oids[1]),
    };
    const errors = [{ type: 'RESOURCE_LIMITS_EXCEEDED', path, message: 'too much' }];
    here.simulator.meet(
      { kind: 'answer', status: 200, body: { data: { repository }, errors } },
      { times: 1 },
    );
    const facts = await lookUpCommits({ github: here.github, hashes: oids, isKept: () => false });
    expect([...facts.values()].map(({ kind }) => kind)).toEqual(['unknown', other]);
  });
});

function commitNode(oid: string | undefined): object {
  const none = { totalCount: 0, nodes: [] };
  return { __typename: 'Commit', oid, parents: none, associatedPullRequests: none };
}

describe('where GraphQL compares nothing', () => {
  /** GitHub answers each comparison with null, as it may where it takes no hash. */
  async function withoutComparison(): Promise<Scene> {
    const here = await scene();
    const nothing = { data: { repository: { ref: {} } } };
    here.simulator.meet(
      { kind: 'answer', status: 200, body: nothing },
      { path: /graphql/, skip: 3, times: 1 },
    );
    return here;
  }

  test('it is asked over REST', async () => {
    const here = await withoutComparison();
    const old = here.repository.headOf('main');
    const off = here.repository.commit([old]);
    here.repository.push('main');
    const facts = await lookUpCommits({ github: here.github, hashes: [old, off], isKept: () => false });
    expect(facts.get(old)).toMatchObject({ onKeptBranch: { name: 'main' } });
    expect(facts.get(off)).toMatchObject({ onKeptBranch: false });
  });

  test('only so often, and the rest is unknown', async () => {
    const here = await withoutComparison();
    const old = here.repository.headOf('main');
    const hashes = [1, 2, 3].map(() => here.repository.commit([old]));
    const facts = await lookUpCommits({
      github: here.github,
      hashes,
      isKept: () => false,
      mostComparisons: 2,
    });
    expect([...facts.values()]).toMatchObject([
      { onKeptBranch: false },
      { onKeptBranch: false },
      { onKeptBranch: 'unknown' },
    ]);
  });

  test.each<object>([
    {
      status: 'behind',
      ahead_by: 0,
      behind_by: 1,
      base_commit: { sha: 'HEAD' },
      merge_base_commit: { sha: 'HEAD' },
    },
    {
      status: 'ahead',
      ahead_by: 1,
      behind_by: 0,
      base_commit: { sha: 'HEAD' },
      merge_base_commit: { sha: 'OID' },
    },
    { status: 'ahead', ahead_by: 1, behind_by: 0, base_commit: { sha: 'other' } },
    {},
  ])('an answer over REST that contradicts itself is unknown: %j', async (answer) => {
    const here = await withoutComparison();
    const head = here.repository.headOf('main');
    const oid = here.repository.commit([head]);
    const body = JSON.parse(JSON.stringify(answer).replaceAll('HEAD', head).replaceAll('OID', oid));
    here.simulator.meet({ kind: 'answer', status: 200, body }, { path: /compare/ });
    expect(await factsOf(here, oid)).toMatchObject({ onKeptBranch: 'unknown' });
  });
});

describe('looking up commits', () => {
  test('takes at most 30 requests for 500 of them, and says truly what they cost', async () => {
    const here = await scene();
    const { repository } = here;
    const hashes = Array.from({ length: 250 }, () => repository.push('main').slice(0, 12));
    for (let number = 1; number <= 250; number += 1)
      hashes.push(repository.openPullRequest(number).commits[0] ?? '');
    const facts = await lookUpCommits({ github: here.github, hashes, isKept: () => false });
    expect(facts.size).toBe(500);
    expect(
      [...facts.values()].filter((fact) => fact.kind === 'commit' && typeof fact.onKeptBranch === 'object'),
    ).toHaveLength(250);
    expect(here.simulator.requests.length).toBeLessThanOrEqual(30);
    // 2 for each 50 looked up, 1 for each other query: three pages of branches, one of git tags, the comparisons.
    expect(here.simulator.pointsUsed).toBe(10 * 2 + 3 + 1 + 10);
    expect(here.simulator.queries.filter((body) => body.includes('compare('))).toHaveLength(10);
  });

  test.each<[string, (here: Scene) => void, string]>([
    ['a branch ends nowhere', ({ repository }) => repository.branches.set('x', ''), 'branch x points to'],
    [
      'a git tag leads nowhere',
      ({ repository }) => repository.gitTags.set('deep', { commit: repository.headOf('main'), depth: 9 }),
      'which commit the git tag deep points to',
    ],
    [
      'there is no default branch',
      ({ repository }) => {
        repository.defaultBranch = 'gone';
      },
      'default one',
    ],
    [
      'the default branch is not among the branches',
      ({ simulator, repository }) => {
        const c0 = commitNode(repository.headOf('main'));
        const data = { repository: { nameWithOwner: 'acme/app', defaultBranchRef: { name: 'gone' }, c0 } };
        simulator.meet({ kind: 'answer', status: 200, body: { data } }, { times: 1 });
      },
      'default one',
    ],
    [
      'GitHub forbids it',
      ({ simulator }) => simulator.refuse('forbidden'),
      'contents: read\n  pull-requests: read',
    ],
  ])('fails where %s', async (_, spoil, message) => {
    const here = await scene();
    const oid = here.repository.headOf('main');
    spoil(here);
    expect(await messageOf(factsOf(here, oid))).toContain(message);
  });
});
