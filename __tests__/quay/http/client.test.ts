import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { HttpClient, type HttpClientOptions, type HttpResponse } from '../../../src/quay/http/client.ts';
import { StoppedError } from '../../../src/quay/http/stopped-error.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const resource of open.splice(0)) await resource.close();
});

interface Fixture {
  readonly client: HttpClient;
  readonly origin: URL;
  readonly server: Server;
  /** How many requests came in. */
  count(): number;
}

/** A server that answers as the test says, and a client that retries without waiting long. */
async function serve(answer: Answer, options: Partial<HttpClientOptions> = {}): Promise<Fixture> {
  let count = 0;
  const server = createServer((request, response) => answer(request, response, ++count));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const client = new HttpClient({
    origin,
    concurrency: 4,
    userAgent: 'test',
    backoff: { base: 1, cap: 4 },
    ...options,
  });
  open.push(client, {
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return { client, origin, server, count: () => count };
}

const get = (origin: URL) => ({ method: 'GET' as const, url: new URL('/x', origin), lane: 'api' as const });

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

  test('gives up on a server that never answers', async () => {
    const { client, origin } = await serve(() => undefined, { timeouts: { connect: 500, silence: 20 } });
    await expect(client.send(get(origin))).rejects.toThrow(
      /did not answer in time \(UND_ERR_HEADERS_TIMEOUT\).*tried 5 times/,
    );
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

  test('follows a redirect within the registry', async () => {
    const { client, origin } = await serve((request, response) => {
      if (request.url === '/x') response.writeHead(308, { location: '/y' }).end();
      else response.end(request.url);
    });
    expect(await client.send(get(origin))).toMatchObject({ status: 200, text: '/y' });
  });

  test('never follows a redirect to another origin, and never redirects a deletion', async () => {
    const elsewhere = await serve((_, response) => {
      response.end('secret');
    });
    const { client, origin } = await serve((_, response) => {
      response.writeHead(307, { location: elsewhere.origin.href }).end();
    });
    await expect(client.send(get(origin))).rejects.toThrow(`redirects to ${elsewhere.origin.origin}`);
    await expect(client.send({ ...get(origin), method: 'DELETE' })).rejects.toThrow(
      'where credentials are never sent',
    );
    expect(elsewhere.count()).toBe(0);
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

  test('sends nothing more once it was stopped, and lets what is in flight end', async () => {
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
