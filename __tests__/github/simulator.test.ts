import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asObject, type JsonObject } from '../../src/model/json.ts';
import { RUNS } from '../selection/runs.ts';
import { GitHistory, MemoryHistory } from '../support/github/history.ts';
import { live, steps } from '../support/github/random-history.ts';
import { type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import { RepositoryState } from '../support/github/state.ts';
import { endsWithTest } from '../support/resources.ts';

async function github(): Promise<GitHubSimulator> {
  const simulator = endsWithTest(await startGitHub());
  simulator.repository.push('main');
  return simulator;
}

async function query(simulator: GitHubSimulator, text: string): Promise<JsonObject> {
  const body = JSON.stringify({ query: text });
  const answer = await fetch(`${simulator.url}/graphql`, { method: 'POST', body });
  return asObject(await answer.json());
}

describe('a simulated history', () => {
  test('is one that Git finds nothing wrong with, and about which it says the same', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const repository = new RepositoryState('acme/app', { git: true });
        live(repository, taken);
        const git = repository.history;
        if (!(git instanceof GitHistory)) throw new Error('Git is not asked.');
        const inMemory = MemoryHistory.prototype;
        expect(git.git(['fsck', '--strict', '--no-dangling', '--no-progress'])).toEqual([]);
        const names = [...repository.branches.keys(), ...repository.gitTags.keys(), 'nothing'];
        const some = repository.commits.filter((_, index) => index % 7 === 0);
        for (const name of [...names, ...some.map((oid) => oid.slice(0, 8))])
          expect(git.find(name)).toBe(inMemory.find.call(git, name));
        for (const head of some) {
          const base = repository.headOf('main');
          expect(git.compare(base, head)).toEqual(inMemory.compare.call(git, base, head));
          expect(git.between(base, head).toSorted()).toEqual(
            inMemory.between.call(git, base, head).toSorted(),
          );
          expect(git.log(head).toSorted()).toEqual(inMemory.log.call(git, head).toSorted());
        }
        git.remove();
      }),
      { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 25) },
    );
  });
});

describe('the simulated GraphQL API', () => {
  const repository = (fields: string) => `{ repository(owner: "acme", name: "app") { ${fields} } }`;

  test.each([
    ['a field that the schema has not', repository('stars'), 'Cannot query field "stars"'],
    [
      'an argument that the schema has not',
      repository('pullRequests(open: true) { totalCount }'),
      'Unknown argument',
    ],
    [
      'a page without a size',
      repository('refs(refPrefix: "refs/heads/") { totalCount }'),
      '`first` or `last`',
    ],
    ['a page of more than 100', repository('pullRequests(first: 101) { totalCount }'), 'within 1 and 100'],
    ['no query', '{', 'Syntax Error'],
    [
      'more than 500,000 nodes',
      repository(
        'pullRequests(first: 100) { nodes { commits(first: 100) { nodes { commit { parents(first: 100) { totalCount } } } } } }',
      ),
      'possible nodes',
    ],
  ])('refuses %s', async (_, text, message) => {
    expect(await query(await github(), text)).toMatchObject({
      errors: [{ message: expect.stringContaining(message) }],
    });
  });

  test('costs what its connections would take, divided by 100, and one point at least', async () => {
    const simulator = await github();
    const costOf = async (fields: string) => {
      const { data } = await query(
        simulator,
        `{ rateLimit { cost remaining } ${repository(fields).slice(1)}`,
      );
      return data;
    };
    const nested =
      'pullRequests(first: 100) { nodes { commits(first: 50) { nodes { commit { parents(first: 60) { totalCount } } } } } }';
    expect(await costOf('name')).toMatchObject({ rateLimit: { cost: 1, remaining: 999 } });
    // 1 + 100 + 100 × 50 requests.
    expect(await costOf(nested)).toMatchObject({ rateLimit: { cost: 51, remaining: 948 } });
    simulator.pointsLeft = 50;
    expect(await query(simulator, repository(nested))).toMatchObject({ errors: [{ type: 'RATE_LIMITED' }] });
  });

  test('answers null, with an error and its type and path, for a part that it does not find', async () => {
    const answer = await query(await github(), repository('databaseId p: pullRequest(number: 9) { number }'));
    expect(answer).toMatchObject({
      data: { repository: { databaseId: 5678, p: null } },
      errors: [{ type: 'NOT_FOUND', path: ['repository', 'p'] }],
    });
  });

  test('counts the whole timeline of a pull request, whatever is asked for', async () => {
    const simulator = await github();
    simulator.repository.openPullRequest(1, { commits: 2 });
    simulator.repository.pushTo(1, { force: true });
    const timeline =
      'timelineItems(itemTypes: HEAD_REF_FORCE_PUSHED_EVENT, first: 5) { totalCount nodes { __typename } }';
    const { data } = await query(simulator, repository(`pullRequest(number: 1) { ${timeline} }`));
    expect(data).toEqual({
      repository: {
        pullRequest: { timelineItems: { totalCount: 2, nodes: [{ __typename: 'HeadRefForcePushedEvent' }] } },
      },
    });
  });
});
