import { describe, expect } from '@jest/globals';
import fc from 'fast-check';
import type { CommitFacts, Need } from '../../src/model/facts.ts';
import { prepareDecision } from '../../src/selection/decide.ts';
import { rules } from './arbitraries.ts';
import { forAny } from './runs.ts';
import { answersTo, decideInRounds, inRepository, namesOf, verdictsOf, without } from './stages.ts';
import { deletedBy, type World, world } from './world.ts';

/** All that can be asked. */
function allNeeds({ tags, known, parts }: World): readonly Need[] {
  const numbers = tags.flatMap(({ name }) => name.match(/\d+/g)?.map(Number) ?? []);
  const hashes = tags.flatMap(({ name }) => /^sha-(.+)$/.exec(name)?.[1] ?? []);
  const digests = [...tags.flatMap(({ digest }) => digest ?? []), ...[...parts.values()].flat()];
  return [
    ...tags.map(({ name }): Need => ({ kind: 'last-pull', tag: name })),
    ...digests.flatMap((digest): Need[] => [
      { kind: 'manifest', digest },
      { kind: 'labels', digest },
    ]),
    ...[...known.github.keys()].flatMap((repository): Need[] => [
      { kind: 'repository', repository },
      { kind: 'branches', repository },
      ...numbers.map((number) => ({ kind: 'pull-request', repository, number }) as const),
      ...hashes.map((hash) => ({ kind: 'commit', repository, hash }) as const),
    ]),
  ];
}

const worldAndLess = world.chain((world) =>
  fc.record({
    world: fc.constant(world),
    needs: fc.subarray([...allNeeds(world)]),
    /** What is not told of a commit. */
    withoutPart: fc.func<[string], 'pullRequests' | 'onKeptBranch' | undefined>(
      fc.constantFrom('pullRequests', 'onKeptBranch', undefined),
    ),
  }),
);

function lessOfCommit(commit: CommitFacts, part: 'pullRequests' | 'onKeptBranch' | undefined): CommitFacts {
  if (commit.kind !== 'commit' || !part || (part === 'onKeptBranch' && commit.onKeptBranch)) return commit;
  return { ...commit, [part]: 'unknown' };
}

const test = forAny(world, rules);

describe('facts', () => {
  forAny(worldAndLess, rules)('that are missing delete no more', (given, rules) => {
    const { world, needs, withoutPart } = given;
    const { github, ...less } = answersTo(needs, world.known);
    const lessOfGitHub = [...github].map(([name, { commits, ...facts }]) => {
      const fewer = [...commits].map(([hash, one]) => [hash, lessOfCommit(one, withoutPart(hash))] as const);
      return [name, { ...facts, commits: new Map(fewer) }] as const;
    });
    const more = deletedBy(world, rules);
    const fewer = deletedBy({ ...world, known: { ...less, github: new Map(lessOfGitHub) } }, rules);
    expect(more).toEqual(expect.arrayContaining([...fewer]));
  });

  test('are asked at most once', (world, rules) => {
    const rounds = decideInRounds(world, rules, world.known).asked.map((needs) =>
      needs.map((need) => JSON.stringify(need)),
    );
    const once = rounds.flatMap((needs) => [...new Set(needs)]);
    expect(once).toHaveLength(new Set(once).size);
  });

  test('that a decision lacks are named by it, or change nothing that is deleted', (world, rules) => {
    const { asked, judged } = decideInRounds(world, rules, world.known);
    const all = namesOf(judged, 'delete');
    const decide = prepareDecision(inRepository(world), rules);
    for (const need of asked.flat()) {
      const decision = decide(answersTo(without(asked.flat(), need), world.known));
      // A manifest that tells more may be known besides, and one that cannot be read ends the questions.
      if (decision.kind === 'undecided' || 'repository' in need || need.kind === 'labels') {
        expect(decision).toMatchObject({ kind: 'undecided' });
        continue;
      }
      expect(all).toEqual(expect.arrayContaining([...namesOf(decision.tags, 'delete')]));
    }
  });

  test('that were not asked for would change nothing that is deleted', (world, rules) => {
    const atOnce = verdictsOf(
      prepareDecision(inRepository(world), rules)(answersTo(allNeeds(world), world.known)),
    );
    const { judged, asked } = decideInRounds(world, rules, world.known);
    const [fewer, more] = [namesOf(judged, 'delete'), namesOf(atOnce, 'delete')];
    // A manifest that cannot be read ends the questions, although another may tell what it is.
    const { manifests } = answersTo(asked.flat(), world.known);
    const isComplete = ![...manifests.values()].includes('unknown');
    expect(more).toEqual(isComplete ? fewer : expect.arrayContaining([...fewer]));
  });
});
