import { describe, expect, test } from '@jest/globals';
import type { QuayOptions } from '../support/quay/server.ts';
import { listed, overHttp2, quayFor, rest, v2 } from './client.ts';

const LIST = '/api/v1/repository/acme/web/tag/?limit=100&page=1&onlyActiveTags=true';
const TAGS = [1, 2, 3, 4, 5].map((number) => ({
  name: `pr-${number}`,
  lastModified: 1_700_000_000 - number,
}));

describe('a body that comes byte by byte', () => {
  const fault = { kind: 'drip', everyMs: 1 } as const;

  test('is whole at last, over HTTP/1.1', async () => {
    const quay = await quayFor();
    quay.fault({ path: /\/tag\//, fault });
    const response = await rest(quay, 'GET', LIST);
    const parts: Uint8Array[] = [];
    for await (const part of response.body ?? []) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe('{"tags":[],"page":1,"has_additional":false}');
    expect(parts.length).toBeGreaterThan(5);
  });

  test('is whole at last, over HTTP/2', async () => {
    const quay = await quayFor({ tls: true });
    quay.fault({ path: /\/tag\//, fault });
    const { body, parts } = overHttp2(quay, LIST);
    expect(await body).toBe('{"tags":[],"page":1,"has_additional":false}');
    expect(parts.length).toBeGreaterThan(5);
  });

  test.each([{}, { tls: true }])(
    'comes after a head that is there at once: %j',
    async (options: QuayOptions) => {
      const quay = await quayFor(options);
      quay.fault({ path: /\/tag\//, fault: { kind: 'drip', everyMs: 1_000_000 } });
      const status = options.tls
        ? (await overHttp2(quay, LIST).head)[':status']
        : (await rest(quay, 'GET', LIST)).status;
      expect(status).toBe(200);
    },
  );
});

test.each([{}, { tls: true }])(
  'a request that hangs is taken, and never answered: %j',
  async (options: QuayOptions) => {
    const quay = await quayFor(options);
    quay.fault({ path: /\/tag\//, times: 1, fault: { kind: 'hang' } });
    const taken = new Promise<void>((resolve) => quay.onRequest(() => resolve()));
    const silent = options.tls
      ? overHttp2(quay, LIST).head
      : rest(quay, 'GET', LIST).catch(() => 'broken off');
    await taken;
    const next = options.tls ? overHttp2(quay, LIST).head : listed(quay);
    expect(await Promise.race([silent.then(() => 'answered'), next.then(() => 'still silent')])).toBe(
      'still silent',
    );
  },
);

test('a gateway that knows no such path answers 404 with JSON of its own', async () => {
  const quay = await quayFor();
  quay.fault({ fault: { kind: 'gateway-404' } });
  const response = await rest(quay, 'GET', LIST);
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ message: 'no Route matched' });
});

test('a name that the v2 API does not know is a 404 of its own', async () => {
  const quay = await quayFor();
  quay.fault({ path: /tags\/list/, fault: { kind: 'name-unknown' } });
  const response = await v2(quay, { path: '/v2/acme/web/tags/list' });
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('"code":"NAME_UNKNOWN"');
});

test('the state can change between two pages of a list', async () => {
  const quay = await quayFor();
  quay.addTags('acme/web', TAGS);
  quay.onRequest(({ path }) => {
    if (path.includes('page=2')) quay.remove('acme/web', 'pr-1');
  });
  const first = await listed(quay, 1, 2);
  const second = await listed(quay, 2, 2);
  expect([...first.names, ...second.names]).toEqual(['pr-1', 'pr-2', 'pr-4', 'pr-5']);
});

describe('a list without an end', () => {
  test.each([
    { endlessList: 'last-page', pages: [['pr-1', 'pr-2'], ['pr-3', 'pr-4'], ['pr-5'], ['pr-5'], ['pr-5']] },
    {
      endlessList: 'two-pages',
      pages: [
        ['pr-1', 'pr-2'],
        ['pr-3', 'pr-4'],
        ['pr-1', 'pr-2'],
        ['pr-3', 'pr-4'],
        ['pr-1', 'pr-2'],
      ],
    },
  ] as const)('over the REST API: $endlessList', async ({ endlessList, pages }) => {
    const quay = await quayFor({ endlessList });
    quay.addTags('acme/web', TAGS);
    for (const [index, names] of pages.entries())
      expect(await listed(quay, index + 1, 2)).toMatchObject({ names, hasMore: true });
  });

  test.each([
    { endlessList: 'last-page', pages: [['pr-1', 'pr-2'], ['pr-3', 'pr-4'], ['pr-5'], ['pr-5']] },
    {
      endlessList: 'two-pages',
      pages: [
        ['pr-1', 'pr-2'],
        ['pr-3', 'pr-4'],
        ['pr-1', 'pr-2'],
        ['pr-3', 'pr-4'],
      ],
    },
  ] as const)('over the v2 API: $endlessList', async ({ endlessList, pages }) => {
    const quay = await quayFor({ endlessList });
    quay.addTags('acme/web', TAGS);
    let path = '/v2/acme/web/tags/list?n=2';
    for (const names of pages) {
      const response = await v2(quay, { path });
      expect(await response.json()).toEqual({ name: 'acme/web', tags: names });
      path = /<(.*)>/.exec(response.headers.get('link') ?? '')?.[1] ?? 'no link';
    }
  });
});
