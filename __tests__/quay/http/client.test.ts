import { afterEach, describe, expect, test } from '@jest/globals';
import type { HttpResponse } from '../../../src/quay/http/client.ts';
import { closeServers, get, serve } from './serve.ts';

afterEach(closeServers);

describe('the HTTP client', () => {
  test.each([408, 500, 502, 503, 504, 520])('tries a %i again until it heals', async (status) => {
    const { client, origin } = await serve((_, response, count) => {
      response.writeHead(count < 3 ? status : 200).end('healed');
    });
    expect(await client.send(get(origin))).toMatchObject({
      status: 200,
      text: 'healed',
      attempts: 3,
      mayHaveActedBefore: true,
    });
  });

  test.each([400, 401, 403, 404, 405, 409])('returns a %i at once', async (status) => {
    const { client, origin, count } = await serve((_, response) => {
      response.writeHead(status).end();
    });
    expect(await client.send(get(origin))).toMatchObject({ status, attempts: 1 });
    expect(count()).toBe(1);
  });

  test('returns what the server said last after five attempts', async () => {
    const { client, origin, count } = await serve((_, response) => {
      response.writeHead(503).end('busy');
    });
    expect(await client.send(get(origin))).toMatchObject({ status: 503, text: 'busy', attempts: 5 });
    expect(count()).toBe(5);
  });

  test('knows that a limit kept the server from acting', async () => {
    const { client, origin } = await serve((_, response, count) => {
      response.writeHead(count === 1 ? 429 : 404).end();
    });
    expect(await client.send(get(origin))).toMatchObject({
      status: 404,
      attempts: 2,
      mayHaveActedBefore: false,
    });
  });

  test('gives up on a request that a limit always refuses while it takes others', async () => {
    const { client, origin } = await serve((request, response) => {
      response.writeHead(request.url === '/x' ? 429 : 200).end();
    });
    let refused: HttpResponse | undefined;
    const sent = client.send(get(origin)).then((response) => {
      refused = response;
    });
    while (!refused) await client.send({ ...get(origin), url: new URL('/other', origin) });
    await sent;
    expect(refused.status).toBe(429);
    expect(refused.attempts).toBeGreaterThanOrEqual(5);
  });

  test('does not give up while a limit takes nothing at all', async () => {
    const { client, origin } = await serve((_, response, count) => {
      response.writeHead(count <= 6 ? 429 : 204).end();
    });
    expect(await client.send(get(origin))).toMatchObject({ status: 204, attempts: 7 });
  });

  test('gives up after five attempts where the server said how long to wait', async () => {
    const { client, origin } = await serve((_, response) => {
      response.writeHead(429, { 'retry-after': '0' }).end();
    });
    expect(await client.send(get(origin))).toMatchObject({ status: 429, attempts: 5 });
  });

  test('tries a broken connection again', async () => {
    const { client, origin } = await serve((request, response, count) => {
      if (count === 1) request.socket.destroy();
      else response.end('whole');
    });
    expect(await client.send(get(origin))).toMatchObject({
      status: 200,
      text: 'whole',
      mayHaveActedBefore: true,
    });
  });

  test('tries an answer that was cut off again', async () => {
    const { client, origin } = await serve((request, response, count) => {
      if (count > 1) return void response.end('whole');
      response.writeHead(200, { 'content-length': '100' });
      response.write('ha', () => request.socket.destroy());
    });
    expect(await client.send(get(origin))).toMatchObject({ text: 'whole' });
  });

  test('asks again for an answer that does not hold what it must, and returns it at last', async () => {
    const { client, origin, count } = await serve((_, response) => {
      response.end('half');
    });
    expect(await client.send({ ...get(origin), valid: ({ text }) => text === 'whole' })).toMatchObject({
      status: 200,
      text: 'half',
    });
    expect(count()).toBe(5);
  });

  test('lets an answer stand that the caller calls final', async () => {
    const { client, origin, count } = await serve((_, response) => {
      response.writeHead(503).end();
    });
    await client.send({ ...get(origin), final: () => true });
    expect(count()).toBe(1);
  });

  test('has no more requests in flight than it may, whatever their lane', async () => {
    let inFlight = 0;
    let most = 0;
    const { client, origin } = await serve(
      (_, response) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        setTimeout(() => {
          inFlight -= 1;
          response.end();
        }, 5);
      },
      { concurrency: 3 },
    );
    const lanes = ['api', 'manifests', 'tags', 'auth', 'other'] as const;
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        client.send({ ...get(origin), lane: lanes[index % 5] ?? 'api' }),
      ),
    );
    expect(most).toBe(3);
  });

  test('refuses an answer that is larger than any of Quay’s', async () => {
    const megabyte = 'x'.repeat(1024 * 1024);
    const { client, origin } = await serve((_, response) => {
      for (let sent = 0; sent < 33; sent += 1) response.write(megabyte);
      response.end();
    });
    await expect(client.send(get(origin))).rejects.toThrow('more than 32 MiB');
  });

  test('says what to do when the connection is refused', async () => {
    const { client, origin, server } = await serve(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    await expect(client.send(get(origin))).rejects.toThrow(
      /refused the connection \(ECONNREFUSED\). Check the host and the port/,
    );
  });
});
