import fc from 'fast-check';
import { headOf, type PullRequest, type RepositoryState } from './state.ts';

/** What people do to a repository, each to a pull request of a small number; days go by in between. */
const STEPS = {
  push: (repository) => repository.push('main'),
  release: (repository) => repository.push('release', repository.headOf('release')),
  dev: (repository) => {
    const parents = [repository.headOf('dev'), repository.headOf('main')];
    repository.branches.set('dev', repository.commit(parents));
  },
  pages: (repository) => repository.push('gh-pages'),
  loose: (repository, number) => repository.push(`loose-${number}`, repository.headOf('main')),
  drop: (repository, number) => repository.deleteBranch(`loose-${number}`),
  open: (repository, number) =>
    isFree(repository, number) && repository.openPullRequest(number, { commits: 2 }),
  fork: (repository, number) =>
    isFree(repository, number) && repository.openPullRequest(number, { fork: true }),
  backport: (repository, number) => {
    const branch = `topic-${number}`;
    if (repository.branches.has(branch) && isFree(repository, number + 10))
      repository.propose(number + 10, { branch, base: 'release' });
  },
  stack: (repository, number) => {
    const base = `topic-${number}`;
    if (repository.branches.has(base) && isFree(repository, number + 20))
      repository.openPullRequest(number + 20, { base });
  },
  more: (repository, number) => withOpen(repository, number, () => repository.pushTo(number)),
  force: (repository, number) =>
    withOpen(repository, number, () => repository.pushTo(number, { commits: 2, force: true })),
  close: (repository, number) => withOpen(repository, number, () => repository.closePullRequest(number)),
  reopen: (repository, number) => {
    const one = repository.pullRequests.get(number);
    if (one?.state === 'CLOSED' && (one.isFromFork || repository.branches.get(one.branch) === headOf(one)))
      repository.reopenPullRequest(number);
  },
  merge: (repository, number) =>
    withOpen(repository, number, () => repository.mergePullRequest(number, 'merge')),
  squash: (repository, number) =>
    withOpen(repository, number, () => repository.mergePullRequest(number, 'squash')),
  rebase: (repository, number) =>
    withOpen(repository, number, () => repository.mergePullRequest(number, 'rebase')),
  delete: (repository, number) => repository.deleteBranch(`topic-${number}`),
  tag: (repository, number) => {
    const commit = repository.pullRequests.get(number)?.commits[0];
    if (commit) repository.gitTags.set(`v${number}`, { commit, depth: number % 3 });
  },
} as const satisfies Record<string, (repository: RepositoryState, number: number) => unknown>;

export type Step = readonly [what: keyof typeof STEPS, number: number, days: number];

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.tuple(
    fc.constantFrom(...(Object.keys(STEPS) as Step[0][])),
    fc.constantFrom(1, 2, 3, 11, 12, 21, 22),
    fc.constantFrom(0, 0, 1, 20),
  ),
  { maxLength: 40, size: 'max' },
);

/** Lets all of it happen to a repository, the last of it now. */
export function live(repository: RepositoryState, taken: readonly Step[]): void {
  const days = taken.reduce((sum, [, , more]) => sum + more, 0);
  repository.now -= days * 86_400;
  for (const branch of ['main', 'release', 'dev', 'gh-pages'])
    if (!repository.branches.has(branch))
      repository.push(branch, branch === 'gh-pages' ? undefined : repository.branches.get('main'));
  repository.openPullRequest(1, { commits: 2 });
  for (const [what, number, more] of taken) {
    repository.now += more * 86_400;
    STEPS[what](repository, number);
  }
}

function isFree({ pullRequests }: RepositoryState, number: number): boolean {
  return !pullRequests.has(number);
}

function withOpen(repository: RepositoryState, number: number, change: (one: PullRequest) => void): void {
  const one = repository.pullRequests.get(number);
  if (one?.state === 'OPEN' && repository.branches.has(one.base)) change(one);
}
