import { afterEach, describe, expect, test } from '@jest/globals';
import { StoppedError, UnknownOutcomeError } from '../../../src/quay/errors.ts';
import { closeServers, errorOf, get, remove, serve } from './serve.ts';

afterEach(closeServers);

/** Longer than any test may take: what waits so long is ended by the signal, or the test fails. */
const FOR_EVER = { base: 1e9, cap: 1e9 };
const A_DAY = { 'retry-after': '86400' };

describe('a stopped run', () => {
  test('sends nothing more, and lets what is in flight end', async () => {
    const stop = new AbortController();
    const { client, origin, count } = await serve(
      (_, response) => {
        stop.abort();
        setTimeout(() => response.end('done'), 20);
      },
      { concurrency: 1, stop: stop.signal },
    );
    const [first, second] = await Promise.allSettled([client.send(get(origin)), client.send(get(origin))]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { text: 'done' } });
    expect(second).toMatchObject({ status: 'rejected', reason: expect.any(StoppedError) });
    expect(count()).toBe(1);
  });

  test.each([
    { status: 503, headers: A_DAY },
    { status: 429, headers: A_DAY },
    { status: 503, headers: {} },
  ])('does not wait to send again what a $status refused, which was not carried out', async (refusal) => {
    const stop = new AbortController();
    const { client, origin } = await serve(
      (_, response) => {
        response.writeHead(refusal.status, refusal.headers).end(() => setTimeout(() => stop.abort(), 10));
      },
      { backoff: FOR_EVER, stop: stop.signal },
    );
    expect(await errorOf(client.send(remove(origin)))).toBeInstanceOf(StoppedError);
  });

  test.each([
    { what: 'a gateway failed', status: 502 },
    { what: 'the connection broke', status: undefined },
  ])('does not know what became of a deletion where $what', async ({ status }) => {
    const stop = new AbortController();
    const { client, origin } = await serve(
      (request, response) => {
        setTimeout(() => stop.abort(), 20);
        if (status === undefined) request.socket.destroy();
        else response.writeHead(status).end();
      },
      { backoff: FOR_EVER, stop: stop.signal },
    );
    expect(await errorOf(client.send(remove(origin)))).toBeInstanceOf(UnknownOutcomeError);
  });

  test('ends what another request makes wait', async () => {
    const stop = new AbortController();
    const { client, origin, count } = await serve((_, response) => {
      response.writeHead(429, A_DAY).end();
    });
    const first = errorOf(client.send({ ...remove(origin), stop: stop.signal }));
    while (count() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const second = errorOf(client.send({ ...remove(origin), stop: stop.signal }));
    stop.abort();
    expect(await first).toBeInstanceOf(StoppedError);
    expect(await second).toBeInstanceOf(StoppedError);
  });
});

describe('a cancelled run', () => {
  test.each([
    { what: 'waits for an answer', head: false },
    { what: 'reads one', head: true },
  ])('ends a request that $what: a deletion is unknown, reading is just over', async ({ head }) => {
    const kill = new AbortController();
    const { client, origin, count } = await serve(
      (_, response) => {
        if (head) response.writeHead(200, { 'content-length': '100' }).write('x');
        if (count() === 3) setTimeout(() => kill.abort(), 10);
      },
      { concurrency: 2, kill: kill.signal },
    );
    const inFlight = [remove(origin), get(origin)].map((request) => errorOf(client.send(request)));
    while (count() < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    const waiting = errorOf(client.send(remove(origin)));
    kill.abort();
    const [deletion, reading] = await Promise.all(inFlight);
    expect(deletion).toBeInstanceOf(UnknownOutcomeError);
    expect(deletion).toMatchObject({
      message: expect.stringMatching(/^The run was stopped before .* gave a clear answer\./),
    });
    expect(reading).toBeInstanceOf(StoppedError);
    expect(await waiting).toBeInstanceOf(StoppedError);
    expect(count()).toBe(2);
  });

  test('ends a wait for the next attempt', async () => {
    const kill = new AbortController();
    const { client, origin } = await serve(
      (_, response) => {
        response.writeHead(503, A_DAY).end(() => setTimeout(() => kill.abort(), 10));
      },
      { kill: kill.signal },
    );
    expect(await errorOf(client.send(remove(origin)))).toBeInstanceOf(StoppedError);
  });
});
