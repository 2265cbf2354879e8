import { createServer } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { listen, messageOf } from '../http/serve.ts';
import { JumpingClock } from '../support/clock.ts';
import type { Fault } from '../support/github/simulator.ts';
import { APP, type Scene, scene } from './fixture.ts';

const answered = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Fault => ({
  kind: 'answer',
  status,
  body,
  headers,
});

const BROKE = {
  data: { repository: null },
  errors: [{ message: 'Something went wrong while executing your query. This may be a bug.' }],
};

/** The headers of a limit that ends so many seconds later. */
const ends = (seconds: number) => {
  const date = 'Tue, 01 Jan 2030 12:00:00 GMT';
  const reset = String(Date.parse(date) / 1000 + seconds);
  return { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
};
const PRIMARY = { message: 'API rate limit exceeded for installation ID 1234.' };
const SECONDARY = { message: 'You have exceeded a secondary rate limit.' };

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
    ['an error of GitHub itself', answered(200, BROKE)],
    ['an answer without data', answered(200, {})],
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
  const REQUESTS_LEFT = { ...ends(20), 'x-ratelimit-remaining': '9' };
  test.each<[string, number, object, Readonly<Record<string, string>>, number]>([
    ['as long as it says', 429, {}, { 'retry-after': '7' }, 7],
    ['as long as it says, which is its only sign', 403, {}, { 'retry-after': '7' }, 7],
    ['as long as it says, whenever the hour ends', 403, SECONDARY, { ...ends(20), 'retry-after': '7' }, 7],
    ['until the hour ends, by the clock of GitHub', 403, PRIMARY, ends(20), 20],
    ['until the hour ends, which is its only sign', 403, {}, ends(20), 20],
    ['until the hour ends, where it is a secondary one', 403, SECONDARY, ends(20), 20],
    ['not at all where the hour ended meanwhile', 403, PRIMARY, ends(-5), 0],
    ['for a minute where it does not say how long', 403, SECONDARY, {}, 60],
    ['for a minute where requests are left', 403, SECONDARY, REQUESTS_LEFT, 60],
    ['for a minute where the end is missing', 403, {}, { 'x-ratelimit-remaining': '0' }, 60],
    ['for a minute where its type is its only sign', 200, { errors: [{ type: 'RATE_LIMITED' }] }, {}, 60],
    ['for a minute where its words are the only sign', 200, { errors: [SECONDARY] }, {}, 60],
  ])('%s', async (_, status, body, headers, seconds) => {
    const clock = new WatchedClock();
    const here = await scene({ clock });
    clock.watch(here.simulator);
    here.simulator.meet(answered(status, body, headers), { times: 1 });
    expect(await ask(here)).toBe('closed');
    expect(clock.waits).toContain(seconds * 1000);
  });
});

describe('what does not heal ends within two minutes with what failed, what was found and what to do:', () => {
  test.each<[string, Fault]>([
    ['silence', { kind: 'silent' }],
    ['an HTML page', { kind: 'html', status: 502 }],
    ['a gateway that forbids', { kind: 'html', status: 403 }],
    ['a token that is not valid', answered(401, { message: 'Bad credentials' })],
    ['a permission that is missing', answered(403, { message: 'Resource not accessible by integration' })],
    [
      'a query that it does not understand',
      answered(200, { errors: [{ message: "Field 'x' doesn't exist" }] }),
    ],
    ['a long primary limit', answered(403, PRIMARY, ends(32 * 60))],
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
  await ask(other).catch(() => undefined);
  expect(here.simulator.requests[0]).toBe(`POST ${graphql}`);
});

test('a proxy is gone through to GitHub', async () => {
  const asked: (string | undefined)[] = [];
  const proxy = createServer((incoming, response) => {
    asked.push(incoming.url);
    response.writeHead(403).end();
  });
  const environment = { http_proxy: (await listen(proxy)).href };
  await messageOf(ask(await scene({ apiUrl: 'http://github.example', environment })));
  expect(asked).toEqual(['http://github.example/graphql']);
});
