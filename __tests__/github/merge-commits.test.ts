import { describe, expect, test } from '@jest/globals';
import { lookUpCommits } from '../../src/github/commits.ts';
import type { CommitFacts } from '../../src/model/facts.ts';
import { type Scene, scene } from './fixture.ts';

async function factsOf({ github }: Scene, hash: string): Promise<CommitFacts | undefined> {
  return (await lookUpCommits({ github, hashes: [hash], isKept: () => false })).get(hash);
}

describe('a merge commit is a temporary one', () => {
  test('where GitHub says so by its message, with the hashes of its parents', async () => {
    const here = await scene();
    const { temporaryMerge = '' } = here.repository.openPullRequest(7);
    expect(await factsOf(here, temporaryMerge)).toMatchObject({ isTemporaryMerge: true });
  });

  test.each<[string, (head: string, base: string) => string]>([
    ['Git writes its own message', () => "Merge branch 'main' into topic"],
    ['the message names the parents the other way round', (head, base) => `Merge ${base} into ${head}`],
    ['the message names another base', (head) => `Merge ${head} into ${'0'.repeat(40)}`],
    ['the message names another head', (_, base) => `Merge ${'0'.repeat(40)} into ${base}`],
    ['more stands behind it', (head, base) => `Merge ${head} into ${base}\n\nand more`],
  ])('but not where %s', async (_, message) => {
    const here = await scene();
    const { repository } = here;
    const base = repository.headOf('main');
    const head = repository.commit([base]);
    const oid = repository.commit([base, head], undefined, message(head, base));
    expect(await factsOf(here, oid)).toMatchObject({ isTemporaryMerge: false });
  });
});

describe('the pull requests of a temporary merge commit', () => {
  /** A branch that was merged into main, and has another pull request into a release branch. */
  async function backport(): Promise<Scene & { readonly merge: string }> {
    const here = await scene();
    const { repository } = here;
    repository.push('release/1.x', repository.headOf('main'));
    const { commits } = repository.openPullRequest(7);
    const { temporaryMerge = '' } = repository.openPullRequestOf(8, { commits, base: 'release/1.x' });
    repository.mergePullRequest(7, 'merge');
    return { ...here, merge: temporaryMerge };
  }

  test('are unknown where its head is on the default branch, and one into another branch is open', async () => {
    const here = await backport();
    expect(await factsOf(here, here.merge)).toMatchObject({
      parents: [{ pullRequests: [] }, { pullRequests: 'unknown' }],
    });
  });

  test('are told where all open ones are into the default branch', async () => {
    const here = await backport();
    here.repository.closePullRequest(8);
    here.repository.openPullRequest(9);
    expect(await factsOf(here, here.merge)).toMatchObject({
      parents: [{ pullRequests: [] }, { pullRequests: [{ number: 7, state: 'merged' }] }],
    });
    expect(here.simulator.queries.filter((body) => body.includes('compare('))).toHaveLength(1);
  });

  test('are told where its head is not on the default branch, since GitHub names open ones then', async () => {
    const here = await backport();
    const { temporaryMerge = '' } = here.repository.openPullRequest(10);
    here.repository.mergePullRequest(10, 'squash');
    expect(await factsOf(here, temporaryMerge)).toMatchObject({
      parents: [{}, { pullRequests: [{ number: 10, state: 'merged' }] }],
    });
  });

  test.each<[string, object]>([
    ['does not say how many are open', { data: { repository: {} } }],
    [
      'adds an error',
      {
        data: { repository: { all: { totalCount: 0 }, forBase: { totalCount: 0 } } },
        errors: [{ type: 'X', message: 'too much' }],
      },
    ],
  ])('are unknown where GitHub %s', async (_, body) => {
    const here = await backport();
    // After the commit, the branches, the git tags and the comparison.
    here.simulator.meet({ kind: 'answer', status: 200, body }, { skip: 4, times: 1 });
    expect(await factsOf(here, here.merge)).toMatchObject({
      parents: [{}, { pullRequests: 'unknown' }],
    });
  });
});

describe('the branch that keeps a commit', () => {
  test('is the default one where several do, and all are asked whether they are kept', async () => {
    const here = await scene();
    const { repository } = here;
    const old = repository.headOf('main');
    repository.push('main');
    repository.push('a-copy', repository.headOf('main'));
    const asked: string[] = [];
    const isKept = (branch: string) => asked.push(branch) > 0;
    repository.branches.set('z-copy', repository.headOf('main'));
    const hashes = [old, repository.headOf('a-copy'), repository.headOf('main')];
    const facts = await lookUpCommits({ github: here.github, hashes, isKept });
    expect([...facts.values()]).toMatchObject([
      { onKeptBranch: { name: 'main' } },
      { onKeptBranch: { name: 'a-copy' } },
      { onKeptBranch: { name: 'main' } },
    ]);
    expect(asked).toEqual(['main', 'a-copy', 'z-copy']);
  });
});
