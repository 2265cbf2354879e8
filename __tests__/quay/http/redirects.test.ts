import { afterEach, describe, expect, test } from '@jest/globals';
import { closeServers, get, type Reply, remove, serve } from './serve.ts';

afterEach(closeServers);

const redirect =
  (location: string, status = 307): Reply =>
  (_, response) => {
    response.writeHead(status, { location }).end();
  };

describe('a redirect', () => {
  test('within the registry is followed by what reads', async () => {
    const { client, origin } = await serve((request, response) => {
      if (request.url === '/x') response.writeHead(308, { location: '/y' }).end();
      else response.end(request.url);
    });
    expect(await client.send(get(origin))).toMatchObject({ status: 200, text: '/y' });
  });

  test('to another origin is never followed', async () => {
    const elsewhere = await serve((_, response) => response.end('secret'));
    const { client, origin } = await serve(redirect(elsewhere.origin.href));
    await expect(client.send(get(origin))).rejects.toThrow(
      `redirects to ${elsewhere.origin.origin} (307), where credentials are never sent`,
    );
    await expect(client.send(remove(origin))).rejects.toThrow(
      `redirects a DELETE to ${elsewhere.origin.origin} (307). This is not followed`,
    );
    expect(elsewhere.count()).toBe(0);
  });

  test('is not followed by what changes something, even within the registry', async () => {
    const { client, origin, count } = await serve(redirect('/y', 308));
    await expect(client.send(remove(origin))).rejects.toThrow(
      /redirects a DELETE to \/y \(308\)\. This is not followed: changes and credentials are sent to no other address/,
    );
    expect(count()).toBe(1);
  });

  test('that leads on and on is no answer', async () => {
    const { client, origin, count } = await serve(redirect('/x'));
    await expect(client.send(get(origin))).rejects.toThrow(/redirects again and again, last to \/x \(307\)/);
    expect(count()).toBe(4);
  });

  test.each(['', 'http://['])('to %p leads nowhere', async (location) => {
    const { client, origin } = await serve(redirect(location));
    await expect(client.send(remove(origin))).rejects.toThrow(/redirects a DELETE to/);
  });
});
