import { describe, expect } from '@jest/globals';
import fc from 'fast-check';
import type {
  CommitFacts,
  Facts,
  GitHubFacts,
  ImageLabels,
  LastPull,
  ManifestContents,
  PullRequestState,
} from '../../src/model/facts.ts';
import type { TagName } from '../../src/model/tag.ts';
import { prepareDecision } from '../../src/selection/decide.ts';
import { rules } from './arbitraries.ts';
import { OWN } from './read-scenario.ts';
import { forAny } from './runs.ts';
import { answersTo, decideInRounds, inRepository, namesOf, verdictsOf, without } from './stages.ts';
import { type World, world } from './world.ts';

/** A part of the entries; the rest is answered with `unknown`. */
function partOf<Key, Fact>(map: ReadonlyMap<Key, Fact>): fc.Arbitrary<ReadonlyMap<Key, Fact>> {
  return fc.subarray([...map]).map((entries) => new Map(entries));
}

/** What is told of a commit, with parts missing. */
function lessOfCommit(commit: CommitFacts): fc.Arbitrary<CommitFacts> {
  if (commit.kind !== 'commit') return fc.constant(commit);
  return fc.constantFrom<CommitFacts>(
    commit,
    { ...commit, pullRequests: 'unknown' },
    { ...commit, onKeptBranch: commit.onKeptBranch || 'unknown' },
    { kind: 'unknown' },
  );
}

function lessOfGitHub([name, facts]: readonly [string, GitHubFacts]): fc.Arbitrary<[string, GitHubFacts]> {
  const commits = [...facts.commits].map(([hash, commit]) =>
    lessOfCommit(commit).map((less) => [hash, less] as const),
  );
  return fc
    .tuple(partOf(facts.pullRequests), fc.tuple(...commits), fc.boolean())
    .map(([pullRequests, commits, isReadable]) => [
      name,
      {
        ...facts,
        ...(!isReadable && name !== OWN && { repository: { kind: 'unreadable' } }),
        pullRequests,
        commits: new Map(commits),
      },
    ]);
}

const worldAndLess = world.chain((world) => {
  const { known } = world;
  return fc
    .tuple(
      fc.tuple(...[...known.github].map(lessOfGitHub)),
      partOf(known.lastPulls),
      partOf(known.manifests),
      partOf(known.labels),
    )
    .map(([github, lastPulls, manifests, labels]) => ({
      world,
      less: { ...known, github: new Map(github), lastPulls, manifests, labels },
    }));
});

/** All that can be asked, answered before it is. */
function allFacts({ tags, known, parts }: World): Facts {
  const numbers = tags.flatMap(({ name }) => name.match(/\d+/g)?.map(Number) ?? []);
  const hashes = tags.flatMap(({ name }) => /^sha-(.+)$/.exec(name)?.[1] ?? []);
  const digests = [...tags.flatMap(({ digest }) => digest ?? []), ...[...parts.values()].flat()];
  const otherwise = <Key, Fact>(keys: readonly Key[], fact: Fact, known: ReadonlyMap<Key, Fact>) =>
    new Map([...keys.map((key) => [key, fact] as const), ...known]);
  return {
    ...known,
    github: new Map(
      [...known.github].map(([name, facts]) => [
        name,
        {
          ...facts,
          pullRequests: otherwise<number, PullRequestState>(numbers, 'unknown', facts.pullRequests),
          commits: otherwise<string, CommitFacts>(hashes, { kind: 'unknown' }, facts.commits),
        },
      ]),
    ),
    lastPulls: otherwise<TagName, LastPull>(
      tags.map(({ name }) => name),
      'unknown',
      known.lastPulls,
    ),
    manifests: otherwise<string, ManifestContents>(digests, 'unknown', known.manifests),
    labels: otherwise<string, ImageLabels | 'unknown'>(digests, 'unknown', known.labels),
  };
}

const test = forAny(world, rules);

describe('facts', () => {
  forAny(worldAndLess, rules)('that are missing delete no more', ({ world, less }, rules) => {
    const more = namesOf(decideInRounds(world, rules, world.known).judged, 'delete');
    const fewer = namesOf(decideInRounds(world, rules, less).judged, 'delete');
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
    const atOnce = verdictsOf(prepareDecision(inRepository(world), rules)(allFacts(world)));
    const { judged, asked } = decideInRounds(world, rules, world.known);
    const [fewer, more] = [namesOf(judged, 'delete'), namesOf(atOnce, 'delete')];
    // A manifest that cannot be read ends the questions, although another may tell what it is.
    const { manifests } = answersTo(asked.flat(), world.known);
    const isComplete = ![...manifests.values()].includes('unknown');
    expect(more).toEqual(isComplete ? fewer : expect.arrayContaining([...fewer]));
  });
});
