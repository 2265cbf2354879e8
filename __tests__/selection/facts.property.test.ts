import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Facts } from '../../src/model/facts.ts';
import { conditionsUsed } from '../../src/selection/conditions.ts';
import { prepareDecision } from '../../src/selection/decide.ts';
import { rules } from './arbitraries.ts';
import { RUNS } from './runs.ts';
import { decideInRounds, inRepository, namesOf, verdictsOf, without } from './stages.ts';
import { type World, world } from './world.ts';

/** Any part of what is known, so that the rest is answered with `unknown`. */
const worldAndLess = world.chain((world) =>
  fc
    .tuple(
      fc.subarray([...world.known.pullRequests]),
      fc.subarray([...world.known.commits]),
      fc.subarray([...world.known.lastPulls]),
      fc.subarray([...world.known.manifests]),
    )
    .map(([pullRequests, commits, lastPulls, manifests]) => ({
      world,
      less: {
        ...world.known,
        pullRequests: new Map(pullRequests),
        commits: new Map(commits),
        lastPulls: new Map(lastPulls),
        manifests: new Map(manifests),
      },
    })),
);

/** All that can be asked, answered before it is. */
function allFacts({ tags, known, parts }: World): Facts {
  const numbers = tags.flatMap(({ name }) => name.match(/\d+/g)?.map(Number) ?? []);
  const pullRequests = numbers.map((number) => [number, 'unknown'] as const);
  const hashes = tags.flatMap(({ name }) => /^sha-(.+)$/.exec(name)?.[1] ?? []);
  const digests = [...tags.flatMap(({ digest }) => digest ?? []), ...[...parts.values()].flat()];
  return {
    ...known,
    pullRequests: new Map([...pullRequests, ...known.pullRequests]),
    commits: new Map([...hashes.map((hash) => [hash, { kind: 'unknown' }] as const), ...known.commits]),
    lastPulls: new Map([...tags.map(({ name }) => [name, 'unknown'] as const), ...known.lastPulls]),
    manifests: new Map([...digests.map((digest) => [digest, 'unknown'] as const), ...known.manifests]),
  };
}

describe('facts', () => {
  test('that are missing delete no more', () => {
    fc.assert(
      fc.property(worldAndLess, rules, ({ world, less }, rules) => {
        const more = namesOf(decideInRounds(world, rules, world.known).judged, 'delete');
        const fewer = namesOf(decideInRounds(world, rules, less).judged, 'delete');
        expect(more).toEqual(expect.arrayContaining([...fewer]));
      }),
      RUNS,
    );
  });

  test('are asked at most once', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const rounds = decideInRounds(world, rules, world.known).asked.map((needs) =>
          needs.map((need) => JSON.stringify(need)),
        );
        const once = rounds.flatMap((needs) => [...new Set(needs)]);
        expect(once).toHaveLength(new Set(once).size);
      }),
      RUNS,
    );
  });

  test('that a decision lacks are named by it, or change nothing that is deleted', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        const { asked, facts, judged } = decideInRounds(world, rules, world.known);
        const all = namesOf(judged, 'delete');
        const decide = prepareDecision(inRepository(world), rules);
        for (const need of asked.flat()) {
          const decision = decide(without(facts, need));
          const isOfOneTag = ['pull-request', 'branches', 'commit'].includes(need.kind);
          if (decision.kind === 'undecided' || isOfOneTag) {
            expect(decision).toMatchObject({ kind: 'undecided', needs: expect.arrayContaining([need]) });
            continue;
          }
          const deleted = namesOf(decision.tags, 'delete');
          // A manifest that cannot be read ends the questions, although the missing one may tell what it is: then fewer go.
          const isComplete = ![...facts.manifests.values()].includes('unknown');
          expect(isComplete ? deleted : all.filter((name) => deleted.includes(name))).toEqual(
            isComplete ? all : deleted,
          );
        }
      }),
      RUNS,
    );
  });

  test('that were not asked for would change nothing that is deleted', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        fc.pre(!conditionsUsed(rules).has('notPulledFor'));
        const atOnce = verdictsOf(prepareDecision(inRepository(world), rules)(allFacts(world)));
        const inRounds = decideInRounds(world, rules, world.known).judged;
        expect(namesOf(inRounds, 'delete')).toEqual(namesOf(atOnce, 'delete'));
      }),
      RUNS,
    );
  });

  test('about manifests are not asked for where pulls are judged', () => {
    fc.assert(
      fc.property(world, rules, (world, rules) => {
        fc.pre(conditionsUsed(rules).has('notPulledFor'));
        const needs = decideInRounds(world, rules, world.known).asked.flat();
        expect(needs.filter(({ kind }) => kind === 'manifest')).toEqual([]);
      }),
      RUNS,
    );
  });
});
