import { describe, expect, test } from '@jest/globals';
import { Processors } from '../support/quay/limits.ts';
import type { QuayOptions } from '../support/quay/server.ts';
import { listed, overHttp2, quayFor, rest, v2 } from './client.ts';

const LIST = '/api/v1/repository/acme/web/tag/?limit=100&page=1&onlyActiveTags=true';
const TAGS = [1, 2, 3, 4, 5].map((number) => ({
  name: `pr-${number}`,
  lastModified: 1_700_000_000 - number,
}));

describe('the server’s clock', () => {
  const now = () => Date.parse('2030-05-01T12:00:00.250Z') / 1000;

  test('stands in every answer, over HTTP/1.1 and HTTP/2, and in those that fail', async () => {
    const date = 'Wed, 01 May 2030 12:00:00 GMT';
    const quay = await quayFor({ now });
    const secure = await quayFor({ now, tls: true });
    expect((await rest(quay, 'GET', LIST)).headers.get('date')).toBe(date);
    expect((await rest(quay, 'GET', '/nowhere')).headers.get('date')).toBe(date);
    expect((await v2(quay, { path: '/v2/acme/web/tags/list' })).headers.get('date')).toBe(date);
    expect((await overHttp2(secure, LIST).head)['date']).toBe(date);
    quay.fault({ fault: { kind: 'html', status: 502 } });
    expect((await rest(quay, 'GET', LIST)).headers.get('date')).toBe(date);
  });

  test('is what pushes, restores and expirations go by', async () => {
    const quay = await quayFor({ now });
    quay.push('acme/web', 'pr-1', `sha256:${'1'.repeat(64)}`);
    expect(quay.row('acme/web', 'pr-1')).toMatchObject({ start_ts: Math.floor(now()) });
    const path = '/api/v1/repository/acme/web/tag/pr-1';
    expect((await rest(quay, 'PUT', path, { expiration: Math.floor(now()) - 1 })).status).toBe(400);
    expect((await rest(quay, 'PUT', path, { expiration: Math.floor(now()) + 7200 })).status).toBe(201);
  });

  test('orders what it started within a second', async () => {
    let clock = now();
    const quay = await quayFor({ now: () => clock });
    for (const name of ['pr-10', 'pr-9', 'pr-11']) {
      quay.push('acme/web', name, `sha256:${'1'.repeat(64)}`);
      clock += 0.001;
    }
    expect((await listed(quay)).names).toEqual(['pr-11', 'pr-9', 'pr-10']);
  });
});

describe('checking passwords', () => {
  const NEVER = 1_000_000;

  test('keeps REST requests with a token waiting, and none with a registry token', async () => {
    const quay = await quayFor({ bcryptMs: NEVER });
    quay.addRepository('acme/pub', { public: true });
    const waiting = rest(quay, 'GET', LIST).catch(() => 'broken off');
    const signIn = fetch(`${quay.url}/v2/auth`).catch(() => 'broken off');
    const anonymous = fetch(`${quay.url}/api/v1/repository/acme/pub/tag/`);
    const ping = fetch(`${quay.url}/v2/`, { headers: { authorization: 'Bearer x' } });
    expect((await anonymous).status).toBe(200);
    expect((await ping).status).toBe(401);
    expect(quay.requests.map(({ path, answer }) => ({ path, answer }))).toEqual(
      expect.arrayContaining([
        { path: LIST, answer: '' },
        { path: '/v2/auth', answer: '' },
      ]),
    );
    await quay.stop();
    await Promise.all([waiting, signIn]);
  });

  test.each([1, 2, 3])('is done by %i processors at once, and by no more', async (cpus) => {
    const processors = new Processors(cpus);
    await Promise.all(Array.from({ length: 6 }, () => processors.work(1)));
    expect(processors.mostAtOnce).toBe(cpus);
  });

  test('lets every request through in the end', async () => {
    const quay = await quayFor({ bcryptMs: 1, cpus: 1 });
    const answers = await Promise.all(Array.from({ length: 6 }, () => rest(quay, 'GET', LIST)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  });
});

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
