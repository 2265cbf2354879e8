import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lookUpCommits } from '../../src/github/commits.ts';
import { commitLives } from '../../src/selection/commit.ts';
import { RUNS } from '../selection/runs.ts';
import type { PullRequest, RepositoryState } from '../support/github/state.ts';
import { scene } from './fixture.ts';

/** Each one sends a few requests over real HTTP. */
const FEWER_RUNS = { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 10) };

/** What people do to a repository, one thing after another, each to a pull request of a small number. */
const number = fc.constantFrom(1, 2);
const step = fc.oneof(
  fc.tuple(fc.constant('open'), number, fc.constantFrom('main', 'release')),
  fc.tuple(
    fc.constantFrom('propose', 'close', 'reopen', 'delete-branch', 'tag', 'stack'),
    number,
    fc.constant(''),
  ),
  fc.tuple(fc.constant('merge'), number, fc.constantFrom('merge', 'squash', 'rebase')),
  fc.tuple(fc.constant('push'), number, fc.constantFrom('main', 'release')),
  fc.tuple(fc.constant('sync'), number, fc.constant('')),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(repository: RepositoryState, [what, number, how]: Step): void {
  const found = repository.pullRequests.get(number);
  const branch = `topic-${number}`;
  if (what === 'push') repository.push(how);
  else if (what === 'open' && !found) repository.openPullRequest(number, { commits: 2, base: how });
  else if (found) change(repository, { what, how, branch, found });
}

function change(
  repository: RepositoryState,
  { what, how, branch, found }: { what: string; how: string; branch: string; found: PullRequest },
): void {
  const { number, commits } = found;
  switch (what) {
    case 'close':
      if (found.state === 'OPEN') repository.closePullRequest(number);
      return;
    case 'reopen':
      if (found.state === 'CLOSED') repository.reopenPullRequest(number);
      return;
    case 'merge':
      if (found.state === 'OPEN') repository.mergePullRequest(number, how as 'merge' | 'squash' | 'rebase');
      return;
    case 'delete-branch':
      repository.branches.delete(branch);
      return;
    case 'tag':
      repository.gitTags.set(`v${number}`, { commit: commits[0] ?? '', depth: 1 });
      return;
    case 'propose':
      // The same branch, for the release branch too.
      if (!repository.pullRequests.has(number + 10))
        repository.openPullRequestOf(number + 10, { commits, base: 'release' });
      return;
    case 'stack':
      if (repository.branches.has(branch) && !repository.pullRequests.has(number + 20))
        repository.openPullRequest(number + 20, { base: branch });
      return;
    default:
      // The default branch is merged into a branch without a pull request, which goes on.
      repository.branches.set(
        'dev',
        repository.commit([repository.headOf('dev'), repository.headOf('main')]),
      );
      repository.push('dev');
  }
}

/** What must stay, whatever GitHub tells. */
function mustStay(repository: RepositoryState): ReadonlySet<string> {
  const open = [...repository.pullRequests.values()].filter(({ state }) => state === 'OPEN');
  return new Set([
    ...repository.ancestors(repository.headOf('main')),
    ...repository.branches.values(),
    ...[...repository.gitTags.values()].map(({ commit }) => commit),
    ...open.flatMap(({ commits, temporaryMerge = '' }) => [...commits, temporaryMerge]),
    ...withoutPullRequest(repository),
  ]);
}

/** The commits that nobody proposed. */
function withoutPullRequest(repository: RepositoryState): readonly string[] {
  const all = [...repository.pullRequests.values()];
  const shown = new Set(
    all.flatMap(({ commits, merged, temporaryMerge = '' }) => [...commits, ...merged, temporaryMerge]),
  );
  return repository.commits.filter((oid) => !shown.has(oid));
}

test('whatever people do, no commit goes that is on the default branch, a head, tagged, open or in no pull request', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25, size: 'max' }),
      fc.boolean(),
      async (steps, tellsClosed) => {
        const { repository, github, simulator } = await scene();
        repository.tellsClosedPullRequests = tellsClosed;
        repository.push('release', repository.headOf('main'));
        repository.push('dev', repository.headOf('main'));
        for (const one of [['open', 1, 'main'] as Step, ...steps]) take(repository, one);
        const hashes = repository.commits.map((oid) => oid.slice(0, 10));
        const facts = await lookUpCommits({ github, hashes, isKept: () => false });
        const gone = repository.commits.filter((oid) => !commitLives(oid.slice(0, 10), facts));
        const kept = mustStay(repository);
        expect(gone.filter((oid) => kept.has(oid))).toEqual([]);
        simulator.stop();
      },
    ),
    FEWER_RUNS,
  );
});
