import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CommitFacts, CommitParent, CommitPullRequest, KnownCommit } from '../../src/model/facts.ts';
import { prepareDecision } from '../../src/selection/decide.ts';
import { readFacts, readRules, readTag } from './read-scenario.ts';
import { RUNS } from './runs.ts';
import { decideInRounds, inRepository, namesOf } from './stages.ts';

const HASHES = ['aaaaaa1', 'bbbbbb2', 'cccccc3', 'dddddd4'];
const OID = 'f'.repeat(40);

const pullRequest = fc.record<CommitPullRequest>({
  number: fc.integer({ min: 1, max: 6 }),
  state: fc.constantFrom('open', 'closed', 'merged'),
});
const pullRequests = fc.array(pullRequest, { maxLength: 3 });
const parents = fc.array(fc.record<CommitParent>({ oid: fc.constant(OID), pullRequests }), { maxLength: 2 });

/** All that is true of a commit. */
const truth: fc.Arbitrary<KnownCommit> = fc
  .record({
    parents,
    pullRequests,
    isTemporaryMerge: fc.boolean(),
    onKeptBranch: fc.constantFrom<KnownCommit['onKeptBranch']>({ name: 'main' }, false, false),
    headOfBranch: fc.constantFrom('topic', undefined, undefined),
    gitTag: fc.constantFrom('v1', undefined, undefined),
  })
  .map(({ headOfBranch, gitTag, ...rest }) => ({
    kind: 'commit',
    oid: OID,
    ...rest,
    ...(headOfBranch === undefined ? {} : { headOfBranch }),
    ...(gitTag === undefined ? {} : { gitTag }),
  }));

/** What GitHub may tell of it, with any part missing. */
function told(commit: KnownCommit): fc.Arbitrary<CommitFacts | undefined> {
  const missing = fc.constantFrom<CommitFacts | undefined>(
    { kind: 'unknown' },
    { kind: 'ambiguous' },
    undefined,
  );
  const parts = fc.record({
    parents: fc.boolean(),
    pullRequests: fc.boolean(),
    onKeptBranch: fc.boolean(),
    ofParent: fc.integer({ min: 0, max: 3 }),
  });
  const partial = parts.map(
    (isMissing): KnownCommit => ({
      ...commit,
      ...(isMissing.pullRequests && { pullRequests: 'unknown' }),
      ...(isMissing.onKeptBranch && { onKeptBranch: 'unknown' }),
      parents:
        isMissing.parents || commit.parents === 'unknown'
          ? 'unknown'
          : commit.parents.map((parent, index) =>
              index === isMissing.ofParent ? { ...parent, pullRequests: 'unknown' } : parent,
            ),
    }),
  );
  return fc.oneof(fc.constant(commit), partial, partial, missing);
}

const commits = fc.tuple(
  ...HASHES.map((hash) => truth.chain((commit) => told(commit).map((facts) => ({ hash, commit, facts })))),
);

const tags = HASHES.map((hash, index) => readTag({ name: `sha-${hash}`, days: index + 1 }));
const rules = readRules({ inputs: { tags: 'sha-{commit}\n*' } });

function factsOf(known: readonly { readonly hash: string; readonly facts: CommitFacts | undefined }[]) {
  const told = known.flatMap(({ hash, facts }) => (facts ? [[hash, facts] as const] : []));
  return { ...readFacts({}), commits: new Map(told) };
}

function isOpen(pullRequests: KnownCommit['pullRequests']): boolean {
  return pullRequests !== 'unknown' && pullRequests.some(({ state }) => state === 'open');
}

describe('no plan holds a tag', () => {
  test('whose commit is on a kept branch, the head of one, under a git tag or in an open pull request, known or not', () => {
    fc.assert(
      fc.property(commits, (known) => {
        const deleted = namesOf(decideInRounds({ tags }, rules, factsOf(known)).judged, 'delete');
        for (const { commit } of known.filter(({ hash }) => deleted.includes(`sha-${hash}`))) {
          expect(commit).toMatchObject({ onKeptBranch: false });
          expect(commit).not.toHaveProperty('headOfBranch');
          expect(commit).not.toHaveProperty('gitTag');
          const ofParents = commit.parents === 'unknown' ? [] : commit.parents;
          const merged = ofParents.length < 2 ? [] : ofParents.map((parent) => parent.pullRequests);
          expect([commit.pullRequests, ...merged].filter(isOpen)).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('for which no pull request can be shown', () => {
    fc.assert(
      fc.property(commits, (known) => {
        const deleted = namesOf(decideInRounds({ tags }, rules, factsOf(known)).judged, 'delete');
        for (const { commit } of known.filter(({ hash }) => deleted.includes(`sha-${hash}`))) {
          const [, head] = commit.parents === 'unknown' ? [] : commit.parents;
          const shown = commit.isTemporaryMerge && head ? [head.pullRequests] : [];
          expect([commit.pullRequests, ...shown].flat()).not.toEqual([]);
        }
      }),
      RUNS,
    );
  });
});

describe('commits', () => {
  test('of which less is known delete no more', () => {
    fc.assert(
      fc.property(commits, (known) => {
        const all = known.map(({ hash, commit }) => ({ hash, facts: commit }));
        const more = namesOf(decideInRounds({ tags }, rules, factsOf(all)).judged, 'delete');
        const fewer = namesOf(decideInRounds({ tags }, rules, factsOf(known)).judged, 'delete');
        expect(more).toEqual(expect.arrayContaining([...fewer]));
      }),
      RUNS,
    );
  });

  test('that were not looked up leave the decision open', () => {
    const decision = prepareDecision(inRepository({ tags }), rules)(factsOf([]));
    const needs = HASHES.map((hash) => ({ kind: 'commit', hash }));
    expect(decision).toMatchObject({ kind: 'undecided', needs });
  });
});
