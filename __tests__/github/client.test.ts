import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { listBranches } from '../../src/github/branches.ts';
import type { Fault } from '../support/github/simulator.ts';
import { messageOf, QUICK, type Scene, scene, TOKEN } from './fixture.ts';

const BROKE = {
  kind: 'answer',
  status: 200,
  body: {
    data: { repository: null },
    errors: [{ message: 'Something went wrong while executing your query. This may be a bug.' }],
  },
} as const satisfies Fault;

describe('what heals is asked again:', () => {
  test.each<[string, Fault]>([
    ['a connection that breaks', { kind: 'reset' }],
    ['an answer that breaks off', { kind: 'truncated' }],
    ['an answer that is not JSON', { kind: 'html', status: 200 }],
    ['a request that nobody answers', { kind: 'silent' }],
    ['an answer that comes byte by byte', { kind: 'drip', everyMs: 20 }],
    ['a 500', { kind: 'html', status: 500 }],
    ['a 502', { kind: 'html', status: 502 }],
    ['a 504', { kind: 'html', status: 504 }],
    ['a 429', { kind: 'answer', status: 429, body: {}, headers: { 'retry-after': '0' } }],
    ['a secondary limit as 403', { kind: 'secondary-limit', status: 403, retryAfter: 0 }],
    ['a secondary limit as 200', { kind: 'secondary-limit', status: 200, retryAfter: 0 }],
    ['a primary limit that ends now', { kind: 'primary-limit', endsIn: -5 }],
    ['an error of GitHub itself', BROKE],
    ['an answer without data', { kind: 'answer', status: 200, body: {} }],
  ])('%s', async (_, fault) => {
    const { simulator, github } = await scene();
    simulator.meet(fault, { times: 1 });
    expect(await listBranches({ github })).toEqual(new Set(['main']));
    expect(simulator.requests).toHaveLength(2);
  });

  test('a secondary limit that does not say how long, after its own wait', async () => {
    const { simulator, github } = await scene({ limits: { ...QUICK, unsaidWait: 3 } });
    simulator.meet({ kind: 'secondary-limit', status: 403 }, { times: 1 });
    expect(await listBranches({ github })).toEqual(new Set(['main']));
  });
});

describe('what does not heal ends with what failed, what was found and what to do:', () => {
  test.each<[string, Fault, string]>([
    [
      'silence',
      { kind: 'silent' },
      'GitHub did not answer about branches within 300 ms, tried 4 times. Nothing was deleted. Run again later.',
    ],
    [
      'a byte at a time',
      { kind: 'drip', everyMs: 20 },
      'GitHub did not answer about branches within 300 ms, tried 4 times. Nothing was deleted. Run again later.',
    ],
    [
      'an HTML page',
      { kind: 'html', status: 502 },
      'GitHub did not answer about branches (502, tried 4 times). Nothing was deleted. Run again later.',
    ],
    [
      'a gateway that forbids',
      { kind: 'html', status: 403 },
      "The answer from HOST about branches is not from GitHub's API (403). Nothing was deleted. Check `GITHUB_API_URL` and what is between the runner and HOST, such as a proxy.",
    ],
    [
      'a connection that always breaks',
      { kind: 'reset' },
      'GitHub did not answer about branches: the connection to HOST broke (UND_ERR_SOCKET, tried 4 times). Nothing was deleted. Check the network between the runner and HOST, and the proxy if `HTTPS_PROXY` names one, and run again.',
    ],
    [
      'a short secondary limit',
      { kind: 'secondary-limit', status: 403, retryAfter: 1 },
      'GitHub accepts no more requests with this token for now: its secondary rate limit is reached (403, Retry-After 1 s). Nothing was deleted. Run again after 1 s, and not at the same time as other jobs that send many requests to GitHub.',
    ],
    [
      'a secondary limit that does not say how long',
      { kind: 'secondary-limit', status: 200 },
      'GitHub accepts no more requests with this token for now: its secondary rate limit is reached (200). Nothing was deleted. Run again in a few minutes, and not at the same time as other jobs that send many requests to GitHub.',
    ],
    [
      'a token that is not valid',
      { kind: 'answer', status: 401, body: { message: 'Bad credentials' } },
      "GitHub did not answer about branches, because it does not accept the token (401). Nothing was deleted. It may have expired: leave `github-token` out to use the job's own.",
    ],
    [
      'a permission that is missing',
      { kind: 'answer', status: 403, body: { message: 'Resource not accessible by integration' } },
      "GitHub did not answer about branches (Resource not accessible by integration). Nothing was deleted. Grant the job's token the permission:\n\npermissions:\n  contents: read",
    ],
    [
      'a query that it does not understand',
      { kind: 'answer', status: 200, body: { errors: [{ message: "Field 'refs' doesn't exist" }] } },
      "GitHub did not answer about branches (Field 'refs' doesn't exist, tried 4 times). Nothing was deleted. Run again later.",
    ],
  ])('%s', async (_, fault, message) => {
    const { simulator, github } = await scene();
    simulator.meet(fault);
    const host = new URL(simulator.url).host;
    expect(await messageOf(listBranches({ github }))).toBe(
      `GitHubError: ${message.replaceAll('HOST', host)}`,
    );
  });

  test('the primary limit says when it ends, by the clock of GitHub', async () => {
    const { simulator, github } = await scene();
    simulator.meet({
      kind: 'answer',
      status: 403,
      body: { message: 'API rate limit exceeded for installation ID 1234.' },
      headers: {
        date: 'Tue, 01 Jan 2030 12:00:00 GMT',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Date.parse('2030-01-01T12:32:00Z') / 1000),
      },
    });
    expect(await messageOf(listBranches({ github }))).toBe(
      'GitHubError: The requests that this token may send to GitHub in an hour are used up: its rate limit is reached (403). Nothing was deleted. Run again after 12:32 UTC, in 32 min.',
    );
    expect(simulator.requests).toHaveLength(1);
  });

  test('the primary limit is known where it comes as 200', async () => {
    const { simulator, github } = await scene();
    simulator.meet({ kind: 'primary-limit', endsIn: 1800 });
    expect(await messageOf(listBranches({ github }))).toMatch(
      /are used up: its rate limit is reached \(200\)\. Nothing was deleted\. Run again after \d\d:\d\d UTC, in 3[01] min\.$/,
    );
    expect(simulator.requests).toHaveLength(1);
  });

  test('the page that tells of trouble is named for github.com only', async () => {
    const { refusal } = await import('../../src/github/error-text.ts');
    const lookup = { what: 'branches', permissions: [] };
    const failure = { kind: 'busy', status: 502 } as const;
    const words = (host: string) => refusal(failure, { lookup, host, attempts: 1, limit: 1 }).message;
    expect(words('api.github.com')).toContain('https://www.githubstatus.com');
    expect(words('github.acme.example')).not.toContain('githubstatus');
  });

  test('a token that comes back is not shown', async () => {
    const { simulator, github } = await scene();
    simulator.meet({ kind: 'answer', status: 403, body: { message: `No access for\n ${TOKEN}` } });
    expect(await messageOf(listBranches({ github }))).toContain('(No access for ***)');
  });
});

describe('waiting for GitHub', () => {
  test('ends with a cancelled run, in the middle of a request', async () => {
    const { simulator, github, stop } = await scene({ limits: { ...QUICK, answer: 60_000 } });
    simulator.meet({ kind: 'drip', everyMs: 5 });
    const asked = messageOf(listBranches({ github }));
    await requestsReach(simulator, 1);
    stop.abort();
    expect(await asked).toBe(
      'GitHubError: The run was stopped before GitHub answered about branches. Nothing was deleted. Run again.',
    );
  });

  test('ends with a cancelled run, between two attempts', async () => {
    const { simulator, github, stop } = await scene({ limits: { ...QUICK, wait: 60_000, lost: 120_000 } });
    simulator.meet({ kind: 'secondary-limit', status: 403, retryAfter: 50 });
    const asked = messageOf(listBranches({ github }));
    await requestsReach(simulator, 1);
    // The answer arrives meanwhile, and the wait that it asks for begins.
    await setTimeout(50);
    stop.abort();
    expect(await asked).toContain('The run was stopped');
    expect(simulator.requests).toHaveLength(1);
  });

  test('does not begin once the run is cancelled', async () => {
    const { simulator, github, stop } = await scene();
    stop.abort();
    expect(await messageOf(listBranches({ github }))).toContain('The run was stopped');
    expect(simulator.requests).toEqual([]);
  });
});

/** Waits until so many requests came in. */
async function requestsReach(simulator: Scene['simulator'], count: number): Promise<void> {
  while (simulator.requests.length < count) await setImmediate();
}

describe('nothing is sent', () => {
  test('outside a workflow', async () => {
    const { simulator, github } = await scene({ repository: undefined });
    expect(await messageOf(listBranches({ github }))).toContain('GITHUB_REPOSITORY is not set');
    expect(simulator.requests).toEqual([]);
  });

  test('without a token', async () => {
    const { simulator, github } = await scene({ token: '' });
    expect(await messageOf(listBranches({ github }))).toBe(
      "GitHubError: Looking up branches needs `github-token`, which is empty. Leave the input out to use the job's own token, and grant it the permission:\n\npermissions:\n  contents: read",
    );
    expect(simulator.requests).toEqual([]);
  });
});
