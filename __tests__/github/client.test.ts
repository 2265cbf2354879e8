import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { JumpingClock } from '../support/clock.ts';
import type { Fault } from '../support/github/simulator.ts';
import { endsWithTest } from '../support/resources.ts';
import { APP, messageOf, type Scene, scene } from './fixture.ts';

const BROKE = {
  kind: 'answer',
  status: 200,
  body: {
    data: { repository: null },
    errors: [{ message: 'Something went wrong while executing your query. This may be a bug.' }],
  },
} as const satisfies Fault;

/** One question of one request. */
function ask({ simulator, github }: Scene): Promise<unknown> {
  simulator.setPullRequests('CLOSED', 1);
  return github.pullRequests(APP, [1]).then((states) => states.get(1));
}

describe('what heals is asked again:', () => {
  test.each<[string, Fault]>([
    ['an answer that is not JSON', { kind: 'html', status: 200 }],
    ['a 502', { kind: 'html', status: 502 }],
    ['a 408', { kind: 'html', status: 408 }],
    ['an error of GitHub itself', BROKE],
    ['an answer without data', { kind: 'answer', status: 200, body: {} }],
  ])('%s', async (_, fault) => {
    const here = await scene();
    here.simulator.meet(fault, { times: 1 });
    expect(await ask(here)).toBe('closed');
    expect(here.simulator.requests).toHaveLength(2);
  });
});

/** Writes down the waits. */
class WatchedClock extends JumpingClock {
  readonly waits: number[] = [];
  override after(ms: number, call: () => void): () => void {
    this.waits.push(ms);
    return super.after(ms, call);
  }
}

describe('a rate limit is waited for', () => {
  const date = 'Tue, 01 Jan 2030 12:00:00 GMT';
  const ends = (seconds: number) => ({
    ...{ date, 'x-ratelimit-remaining': '0' },
    'x-ratelimit-reset': String(Date.parse(date) / 1000 + seconds),
  });
  const secondary = { message: 'You have exceeded a secondary rate limit.' };
  const primary = { message: 'API rate limit exceeded for installation ID 1234.' };
  test.each<[string, number, object, Readonly<Record<string, string>>, number]>([
    ['as long as it says', 429, {}, { 'retry-after': '7' }, 7],
    ['as long as it says, which is its only sign', 403, {}, { 'retry-after': '7' }, 7],
    ['as long as it says, whenever the hour ends', 403, secondary, { ...ends(20), 'retry-after': '7' }, 7],
    ['until the hour ends, by the clock of GitHub', 403, primary, ends(20), 20],
    ['until the hour ends, which is its only sign', 403, {}, ends(20), 20],
    ['until the hour ends, where it is a secondary one', 403, secondary, ends(20), 20],
    ['not at all where the hour ended meanwhile', 403, primary, ends(-5), 0],
    ['for a minute where it does not say how long', 403, secondary, {}, 60],
    [
      'for a minute where requests are left',
      403,
      secondary,
      { ...ends(20), 'x-ratelimit-remaining': '9' },
      60,
    ],
    ['for a minute where the end is missing', 403, {}, { 'x-ratelimit-remaining': '0' }, 60],
    ['for a minute where its type is its only sign', 200, { errors: [{ type: 'RATE_LIMITED' }] }, {}, 60],
    ['for a minute where its words are the only sign', 200, { errors: [secondary] }, {}, 60],
  ])('%s', async (_, status, body, headers, seconds) => {
    const clock = new WatchedClock();
    const here = await scene({ clock });
    clock.watch(here.simulator);
    here.simulator.meet({ kind: 'answer', status, body, headers }, { times: 1 });
    expect(await ask(here)).toBe('closed');
    expect(clock.waits).toContain(seconds * 1000);
  });
});

describe('what does not heal ends within two minutes with what failed, what was found and what to do:', () => {
  test.each<[string, Fault]>([
    ['silence', { kind: 'silent' }],
    ['an HTML page', { kind: 'html', status: 502 }],
    ['a gateway that forbids', { kind: 'html', status: 403 }],
    ['a token that is not valid', { kind: 'answer', status: 401, body: { message: 'Bad credentials' } }],
    [
      'a permission that is missing',
      { kind: 'answer', status: 403, body: { message: 'Resource not accessible by integration' } },
    ],
    [
      'a query that it does not understand',
      { kind: 'answer', status: 200, body: { errors: [{ message: "Field 'x' doesn't exist" }] } },
    ],
    [
      'a long primary limit',
      {
        kind: 'answer',
        status: 403,
        body: { message: 'API rate limit exceeded for installation ID 1234.' },
        headers: {
          date: 'Tue, 01 Jan 2030 12:00:00 GMT',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(Date.parse('2030-01-01T12:32:00Z') / 1000),
        },
      },
    ],
  ])('%s', async (_, fault) => {
    const here = await scene();
    here.simulator.meet(fault);
    const began = here.clock.elapsed();
    const message = (await messageOf(ask(here))).replaceAll(
      new URL(here.simulator.url).host,
      'github.example',
    );
    expect(here.clock.elapsed() - began).toBeLessThan(120_000);
    const { length } = here.simulator.requests;
    expect(`${message}\n(${length === 1 ? 'one request' : `${length} requests`})`).toMatchSnapshot();
  });

  test('a GitHub whose every request heals at last, within two minutes of trouble in all', async () => {
    const { simulator, github, clock } = await scene();
    simulator.onRequest = () => {
      if (simulator.requests.length % 2 === 1) simulator.meet({ kind: 'silent' }, { times: 1 });
    };
    const numbers = Array.from({ length: 2000 }, (_, index) => index + 1);
    const began = clock.elapsed();
    expect(await messageOf(github.pullRequests(APP, numbers))).toContain('did not answer');
    expect(clock.elapsed() - began).toBeLessThan(120_000);
  });

  test('a refusal, after which nothing more is asked', async () => {
    const { simulator, github } = await scene();
    simulator.refuse('bad-credentials');
    const numbers = Array.from({ length: 2000 }, (_, index) => index + 1);
    expect(await messageOf(github.pullRequests(APP, numbers))).toContain('(401: Bad credentials)');
    expect(simulator.requests.length).toBeLessThanOrEqual(8);
  });
});

test('waiting for GitHub ends with a cancelled run', async () => {
  // A clock that does not jump: only the end of the run ends this.
  const here = await scene({ clock: SYSTEM_CLOCK });
  here.simulator.meet({ kind: 'drip', everyMs: 5 });
  const asked = messageOf(ask(here));
  while (here.simulator.requests.length === 0) await setImmediate();
  here.stop.abort();
  expect(await asked).toMatch(/^StoppedError: /);
  expect(here.simulator.requests).toHaveLength(1);
});

describe('nothing is sent', () => {
  test('without a token', async () => {
    const here = await scene({ token: '' });
    expect(await messageOf(ask(here))).toBe(
      "ServiceError: Looking up pull requests needs `github-token`, which is empty. Leave the input out to use the job's own token, and grant it the permission, beside those that it has:\n\npermissions:\n  pull-requests: read",
    );
    expect(here.simulator.requests).toEqual([]);
  });

  test.each(['', 'github.example', 'https://me:secret@github.example', 'ftp://github.example'])(
    'to the address %j, which is not shown',
    async (apiUrl) => {
      const message = await messageOf(ask(await scene({ apiUrl })));
      expect(message).toContain('GITHUB_API_URL holds none that can be used');
      expect(message).not.toContain('secret');
    },
  );
});

test.each([
  ['', '/graphql'],
  ['/', '/graphql'],
  ['/api/v3', '/api/graphql'],
  ['/api/v3/', '/api/graphql'],
])('the GraphQL API of a GitHub at %j is at %s', async (path, graphql) => {
  const here = await scene();
  const other = await scene({ apiUrl: here.simulator.url + path });
  await messageOf(ask(other));
  expect(here.simulator.requests[0]).toBe(`POST ${graphql}`);
});

test('a proxy is gone through to GitHub', async () => {
  const asked: (string | undefined)[] = [];
  const proxy = createServer((incoming, response) => {
    asked.push(incoming.url);
    response.writeHead(403).end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  endsWithTest({ stop: () => proxy.close() });
  const environment = { http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  await messageOf(ask(await scene({ apiUrl: 'http://github.example', environment })));
  expect(asked).toEqual(['http://github.example/graphql']);
});
