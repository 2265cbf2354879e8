import { afterEach, describe, expect, test } from '@jest/globals';
import { closeServers, get, serve } from './serve.ts';

afterEach(closeServers);

/** Sends so many requests to a server that answers each with the status after some milliseconds. */
async function mostInFlight(
  count: number,
  options: { readonly concurrency: number | undefined; readonly status?: number; readonly final?: boolean },
): Promise<number> {
  let [inFlight, most] = [0, 0];
  const { client, origin } = await serve(
    (_, response) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      setTimeout(() => {
        inFlight -= 1;
        response.writeHead(options.status ?? 200).end();
      }, 30);
    },
    { concurrency: options.concurrency },
  );
  const request = { ...get(origin), final: () => options.final === true };
  await Promise.all(Array.from({ length: count }, () => client.send(request)));
  return most;
}

describe('requests in flight without a given number', () => {
  test('grow with answers that come no slower, up to 100', async () => {
    const most = await mostInFlight(600, { concurrency: undefined });
    expect(most).toBeGreaterThan(20);
    expect(most).toBeLessThanOrEqual(100);
  });

  test('do not grow while the server fails', async () => {
    expect(await mostInFlight(15, { concurrency: undefined, status: 502 })).toBeLessThanOrEqual(10);
  });

  test('grow where a failure is what the request deserves', async () => {
    const most = await mostInFlight(200, { concurrency: undefined, status: 503, final: true });
    expect(most).toBeGreaterThan(10);
  });
});

test('a given number of requests in flight is used from the start, and kept', async () => {
  expect(await mostInFlight(30, { concurrency: 30 })).toBe(30);
  expect(await mostInFlight(100, { concurrency: 5 })).toBe(5);
});
