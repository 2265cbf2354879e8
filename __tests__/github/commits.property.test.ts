import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CommitFacts } from '../../src/model/facts.ts';
import { RUNS } from '../selection/runs.ts';
import { live, steps } from '../support/github/random-history.ts';
import type { PullRequest, RepositoryState } from '../support/github/state.ts';
import { APP, scene } from './fixture.ts';

/** Whether by these facts nothing keeps the commit, and a pull request explains it. */
function goes(facts: CommitFacts | undefined): boolean {
  if (facts?.kind !== 'commit' || facts.onKeptBranch !== false || facts.pullRequests === 'unknown')
    return false;
  const { open, closed } = facts.pullRequests;
  return !facts.headOfBranch && !facts.gitTag && open === undefined && closed !== undefined;
}

/** The commits of a pull request, the heads that were replaced, and what GitHub made of any of them to try out a merge. */
function heldBy({ history, pullRequests }: RepositoryState, one: PullRequest): readonly string[] {
  const listed = new Set([...one.commits, ...one.forcePushes.flatMap(({ before }) => before ?? [])]);
  const tried = [...pullRequests.values()].flatMap((any) => [...any.earlierMerges, any.temporaryMerge]);
  return [...listed, ...tried.filter((oid) => listed.has(history.commitOf(oid)?.parents[1] ?? ''))];
}

/** What is left over, as a person would say who sees all of the repository. */
function leftOver(repository: RepositoryState, isKept: (branch: string) => boolean): ReadonlySet<string> {
  const { history, branches, gitTags } = repository;
  const pullRequests = [...repository.pullRequests.values()];
  const held = (isOpen: boolean) =>
    pullRequests
      .filter(({ state }) => (state === 'OPEN') === isOpen)
      .flatMap((one) => heldBy(repository, one));
  const kept = [...branches].filter(([name]) => name === 'main' || isKept(name));
  const stay = new Set([
    ...kept.flatMap(([, head]) => history.log(head)),
    ...branches.values(),
    ...[...gitTags.values()].map(({ commit }) => commit),
    ...held(true),
  ]);
  return new Set(held(false).filter((oid) => !stay.has(oid)));
}

const keep = fc.constantFrom<readonly string[]>([], ['release'], ['release', 'dev', 'gh-pages', 'main']);

/** The commits that go, and those that are left over. */
async function lookUp(
  taken: Parameters<typeof live>[1],
  { keep: kept, comparesHashes }: { readonly keep: readonly string[]; readonly comparesHashes: boolean },
): Promise<{ readonly gone: ReadonlySet<string>; readonly left: ReadonlySet<string> }> {
  const { repository, github, simulator } = await scene();
  repository.comparesHashes = comparesHashes;
  live(repository, taken);
  const isKept = (branch: string) => kept.includes(branch);
  const tags = repository.commits.map((oid) => {
    const pushedAt = repository.history.commitOf(oid)?.at ?? 0;
    return { hash: oid.slice(0, 10), pushedAt };
  });
  const facts = await github.commits(APP, { tags, isKept });
  const gone = repository.commits.filter((oid) => goes(facts.get(oid.slice(0, 10))));
  await github.close();
  simulator.stop();
  return { gone: new Set(gone), left: leftOver(repository, isKept) };
}

test('whatever people do, nothing goes that must stay, and everything goes that is left over', async () => {
  await fc.assert(
    fc.asyncProperty(steps, keep, async (taken, kept) => {
      const { gone, left } = await lookUp(taken, { keep: kept, comparesHashes: true });
      expect(gone).toEqual(left);
    }),
    { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 2) },
  );
});

test('nothing goes where GitHub compares no bare hashes', async () => {
  await fc.assert(
    fc.asyncProperty(steps, keep, async (taken, kept) => {
      expect((await lookUp(taken, { keep: kept, comparesHashes: false })).gone).toEqual(new Set());
    }),
    { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 10) },
  );
});
