import { describe, expect, test } from '@jest/globals';
import { Processors } from '../support/quay/processors.ts';
import { listed, overHttp2, quayFor, rest, v2 } from './client.ts';

const LIST = '/api/v1/repository/acme/web/tag/?limit=100&page=1&onlyActiveTags=true';

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
