import { describe, expect, test } from '@jest/globals';
import { lookUpPullRequests } from '../../src/github/pull-requests.ts';
import { messageOf, scene } from './fixture.ts';

describe('the states of pull requests', () => {
  test('are those that GitHub has now, and unknown where it has none', async () => {
    const { simulator, github } = await scene();
    simulator.setPullRequests('OPEN', 1);
    simulator.setPullRequests('CLOSED', 2);
    simulator.setPullRequests('MERGED', 3);
    const states = await lookUpPullRequests({ github, numbers: [3, 1, 2, 4] });
    expect([...states]).toEqual([
      [3, 'merged'],
      [1, 'open'],
      [2, 'closed'],
      [4, 'unknown'],
    ]);
  });

  test('are asked for in batches, each number once', async () => {
    const { simulator, github } = await scene();
    const numbers = Array.from({ length: 250 }, (_, index) => index + 1);
    simulator.setPullRequests('CLOSED', ...numbers);
    const states = await lookUpPullRequests({ github, numbers: [...numbers, ...numbers] });
    expect(new Set(states.values())).toEqual(new Set(['closed']));
    expect(states.size).toBe(250);
    expect(simulator.queries).toHaveLength(3);
  });

  test('are unknown for a number that no pull request has, without spoiling the others', async () => {
    const { simulator, github } = await scene();
    simulator.setPullRequests('CLOSED', 1);
    const states = await lookUpPullRequests({ github, numbers: [0, 1, 2 ** 31, 9_999_999_999] });
    expect([...states.values()]).toEqual(['unknown', 'closed', 'unknown', 'unknown']);
    expect(simulator.queries).toHaveLength(1);
  });

  const missing = { type: 'NOT_FOUND', path: ['repository', 'p0'], message: 'Could not resolve' };
  test.each<[string, object]>([
    ['is missing', { data: { repository: {} } }],
    ['is null without an error', { data: { repository: { p0: null } } }],
    ['has no state', { data: { repository: { p0: { number: 1 } } } }],
    ['has a state that nobody knows', { data: { repository: { p0: { number: 1, state: 'DRAFT' } } } }],
    ['is of another', { data: { repository: { p0: { number: 2, state: 'CLOSED' } } } }],
    [
      'is there and not found',
      { data: { repository: { p0: { number: 1, state: 'CLOSED' } } }, errors: [missing] },
    ],
    [
      'comes with another error',
      {
        data: { repository: { p0: { number: 1, state: 'CLOSED' } } },
        errors: [{ type: 'RESOURCE_LIMITS_EXCEEDED', path: ['repository', 'p1'], message: 'too much' }],
      },
    ],
  ])('are none where an answer %s', async (_, body) => {
    const { simulator, github } = await scene();
    simulator.meet({ kind: 'answer', status: 200, body });
    expect(await messageOf(lookUpPullRequests({ github, numbers: [1] }))).toMatch(
      /^GitHubError: GitHub.* Nothing was deleted\. Run again later\.$/,
    );
  });
});
