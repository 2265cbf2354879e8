import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { QuayError, UnknownOutcomeError } from '../../../src/quay/errors.ts';
import { closeServers, errorOf, get, type Reply, remove, serve } from './serve.ts';

const PATIENT = 60_000;

/** Answers nothing. */
const SWALLOW: Reply = () => undefined;

/** Answers a byte every few milliseconds, without end. */
const TRICKLE: Reply = (_, response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write('x'), 5);
  response.on('close', () => clearInterval(timer));
};

afterEach(closeServers);

describe('the time for an answer', () => {
  test.each([
    { server: 'answers nothing', reply: SWALLOW },
    { server: 'sends a byte now and then', reply: TRICKLE },
  ])('ends a request to a server that $server, and says how long was waited', async ({ reply }) => {
    const timeouts = { connect: 500, answer: 40, silence: PATIENT };
    const { client, origin, count } = await serve(reply, { timeouts });
    await expect(client.send(get(origin))).rejects.toThrow(
      /did not answer in time: there was no complete answer within \d+ ms .* This was tried 5 times\./,
    );
    // A busy machine may not have come to send one of them.
    expect(count()).toBeLessThanOrEqual(5);
  });

  test('counts redirects in', async () => {
    const timeouts = { connect: 500, answer: 60, silence: PATIENT };
    const slowly: Reply = (_, response) => {
      setTimeout(() => response.writeHead(307, { location: '/y' }).end(), 40);
    };
    const { client, origin, count } = await serve(slowly, { timeouts });
    await expect(client.send(get(origin))).rejects.toThrow('did not answer in time');
    // So at least one was followed, and none of five attempts came to a third hop.
    expect(count()).toBeGreaterThan(5);
    expect(count()).toBeLessThanOrEqual(10);
  });

  test('leaves no timer and no listener behind', async () => {
    const [stop, kill] = [new AbortController(), new AbortController()];
    const { client, origin } = await serve((_, response) => response.end(), {
      stop: stop.signal,
      kill: kill.signal,
    });
    const timers = timersOpen();
    await client.send(get(origin));
    // One that something else had may have ended meanwhile.
    expect(timersOpen()).toBeLessThanOrEqual(timers);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    expect(getEventListeners(kill.signal, 'abort')).toEqual([]);
  });
});

describe('what a request that got no clear answer did', () => {
  test.each([
    { server: 'answers nothing', reply: SWALLOW },
    {
      server: 'breaks the connection',
      reply: (request: Parameters<Reply>[0]) => void request.socket.destroy(),
    },
  ])('is unknown where something was to be changed and the server $server', async ({ reply }) => {
    const timeouts = { connect: 500, answer: 20, silence: PATIENT };
    const { client, origin } = await serve(reply, { timeouts });
    const error = await errorOf(client.send(remove(origin)));
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/Whether the request was carried out is unknown\.$/),
    });
    expect(await errorOf(client.send(get(origin)))).not.toBeInstanceOf(UnknownOutcomeError);
  });

  test('is known where the connection was refused: nothing was sent', async () => {
    const { client, origin, server } = await serve(SWALLOW);
    await new Promise((resolve) => server.close(resolve));
    const error = await errorOf(client.send(remove(origin)));
    expect(error).toBeInstanceOf(QuayError);
    expect(error).not.toBeInstanceOf(UnknownOutcomeError);
  });
});

describe('a server that answers nothing any more', () => {
  const timeouts = { connect: 500, answer: 60, silence: 40 };

  test('is sent no more deletions, and the ones in flight are unknown', async () => {
    const { client, origin, count } = await serve(SWALLOW, { timeouts });
    const errors = await Promise.all(Array.from({ length: 20 }, () => errorOf(client.send(remove(origin)))));
    expect(count()).toBe(4);
    expect(errors.filter((error) => error instanceof UnknownOutcomeError)).toHaveLength(4);
    const refused = errors.filter((error) => !(error instanceof UnknownOutcomeError));
    expect(refused).toHaveLength(16);
    for (const error of refused) {
      expect(error).toBeInstanceOf(QuayError);
      expect(error).toMatchObject({
        message: expect.stringMatching(
          /has not answered any request to change something for \d+ ms, so this one was not sent/,
        ),
      });
    }
  });

  test('is still asked what there is, once, and what it then answers stands', async () => {
    const { client, origin, count } = await serve(
      (request, response) => {
        if (request.method === 'GET' && request.url === '/x') response.end('list');
      },
      { timeouts },
    );
    await Promise.all(Array.from({ length: 4 }, () => errorOf(client.send(remove(origin)))));
    expect(await client.send(get(origin))).toMatchObject({ status: 200, text: 'list' });
    const before = count();
    await errorOf(client.send({ ...get(origin), url: new URL('/swallowed', origin) }));
    expect(count()).toBe(before + 1);
  });

  test('is not given up while it answers others', async () => {
    let swallowed = 0;
    const { client, origin } = await serve(
      (request, response) => {
        if (request.url === '/other') response.end();
        else swallowed += 1;
      },
      { timeouts: { connect: 500, answer: 120, silence: 100 } },
    );
    let isOver = false;
    const ended = errorOf(client.send(get(origin))).finally(() => {
      isOver = true;
    });
    while (!isOver) await client.send({ ...get(origin), url: new URL('/other', origin) });
    expect(await ended).toMatchObject({ message: expect.stringContaining('tried 5 times') });
    expect(swallowed).toBe(5);
  });
});

function timersOpen(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}
