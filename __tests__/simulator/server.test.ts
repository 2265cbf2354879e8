import { describe, expect, test } from '@jest/globals';
import { Processors } from '../support/quay/limits.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { bodyOf, listed, overHttp2, quayFor, rest, v2 } from './client.ts';

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

describe('a list that lags', () => {
  const TAG = '/api/v1/repository/acme/web/tag/pr-1';
  let clock = 1_800_000_000;
  const lagging = async () => {
    const quay = await quayFor({ now: () => clock });
    quay.addTags('acme/web', [{ name: 'pr-1' }, { name: 'pr-2' }]);
    quay.lag(3000);
    return quay;
  };
  const history = async (quay: QuaySimulator) =>
    (await bodyOf(rest(quay, 'GET', '/api/v1/repository/acme/web/tag/?specificTag=pr-1'))).tags.map(
      ({ end_ts }: { readonly end_ts?: number }) => end_ts ?? 'alive',
    );

  test('shows a deleted tag in list, look-up and history until its time is over, and no DELETE finds it', async () => {
    const quay = await lagging();
    expect((await rest(quay, 'DELETE', TAG)).status).toBe(204);
    expect((await rest(quay, 'DELETE', TAG)).status).toBe(404);
    clock += 2.9;
    expect((await listed(quay)).names).toEqual(['pr-1', 'pr-2']);
    expect(await history(quay)).toEqual(['alive']);
    clock += 0.1;
    expect((await listed(quay)).names).toEqual(['pr-2']);
    expect(await history(quay)).toEqual([1_800_000_000]);
  });

  test('misses a restore and a push at first, and an expiration of what it misses is a 404', async () => {
    const quay = await lagging();
    const digest = quay.digestOf('acme/web', 'pr-1');
    await rest(quay, 'DELETE', TAG);
    clock += 60;
    expect((await rest(quay, 'POST', `${TAG}/restore`, { manifest_digest: digest })).status).toBe(200);
    quay.push('acme/web', 'pr-3', digestFor('pushed'));
    const expire = () => rest(quay, 'PUT', TAG, { expiration: Math.floor(clock) + 7200 });
    expect((await expire()).status).toBe(404);
    expect((await listed(quay)).names).toEqual(['pr-2']);
    clock += 3;
    expect((await expire()).status).toBe(201);
    expect((await listed(quay)).tags.map(({ name, end_ts }) => [name, end_ts])).toEqual([
      ['pr-1', undefined],
      ['pr-3', undefined],
      ['pr-2', undefined],
    ]);
    quay.lag(0);
    expect((await listed(quay)).tags[0]).toMatchObject({ end_ts: Math.floor(clock) + 7200 });
  });

  test('is the v2 API’s too, and without end until somebody ends it', async () => {
    const quay = await lagging();
    quay.lag(Number.POSITIVE_INFINITY);
    await rest(quay, 'DELETE', TAG);
    clock += 1e6;
    const names = async () => (await bodyOf(v2(quay, { path: '/v2/acme/web/tags/list' }))).tags;
    expect(await names()).toEqual(['pr-1', 'pr-2']);
    quay.clearFaults();
    expect(await names()).toEqual(['pr-2']);
  });

  test('does not know a repository that was made just now: an upload is a 401', async () => {
    const quay = await lagging();
    const made = { namespace: 'acme', repository: 'new', visibility: 'private', repo_kind: 'image' };
    expect((await rest(quay, 'POST', '/api/v1/repository', made)).status).toBe(201);
    const upload = async () =>
      (await v2(quay, { method: 'POST', path: '/v2/acme/new/blobs/uploads/' }, 'acme/new')).status;
    expect(await upload()).toBe(401);
    clock += 4;
    expect(await upload()).toBe(202);
  });
});

describe('a registry where nobody may write', () => {
  const TAG = '/api/v1/repository/acme/web/tag/pr-1';
  const MANIFEST = '/v2/acme/web/manifests/pr-1';

  test('as a whole says so over both APIs', async () => {
    const quay = await quayFor({ readOnly: true });
    quay.addTag('acme/web', { name: 'pr-1' });
    const overRest = await rest(quay, 'DELETE', TAG);
    expect([overRest.status, (await bodyOf(overRest)).is_readonly]).toEqual([503, true]);
    const overV2 = await v2(quay, { method: 'DELETE', path: MANIFEST });
    expect([overV2.status, (await bodyOf(overV2)).errors[0].code]).toEqual([405, 'DENIED']);
    expect((await listed(quay)).names).toEqual(['pr-1']);
  });

  test('by a push still deletes over the REST API', async () => {
    const quay = await quayFor({ pushesDisabled: true });
    quay.addTag('acme/web', { name: 'pr-1' });
    const overV2 = await v2(quay, { method: 'DELETE', path: MANIFEST });
    expect([overV2.status, (await bodyOf(overV2)).errors[0].code]).toEqual([405, 'METHOD NOT ALLOWED']);
    expect((await rest(quay, 'DELETE', TAG)).status).toBe(204);
  });

  test.each([
    ['READ_ONLY', 1],
    ['MIRROR', 2],
    ['ORG_MIRROR', 4],
  ] as const)('to a repository in state %s answers with mode %i', async (state, mode) => {
    const quay = await quayFor();
    quay.addTag('acme/web', { name: 'pr-1' });
    quay.setState('acme/web', state);
    const answer = await rest(quay, 'DELETE', TAG);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { message: `Repository is in read only or mirror mode: ${mode}` },
    ]);
  });
});

test('without anonymous access a public repository is hidden from whoever has no token', async () => {
  const quay = await quayFor({ anonymousAccess: false });
  quay.addRepository('acme/pub', { public: true });
  expect((await fetch(`${quay.url}/api/v1/repository/acme/pub/tag/`)).status).toBe(401);
  expect((await rest(quay, 'GET', '/api/v1/repository/acme/pub/tag/')).status).toBe(200);
});

test('pages of any origin may read, and are told so before they ask', async () => {
  const quay = await quayFor();
  const allowed = (response: Response) =>
    ['origin', 'methods', 'headers'].map((name) => response.headers.get(`access-control-allow-${name}`));
  const everybody = [
    '*',
    'DELETE, GET, HEAD, OPTIONS, POST, PUT',
    'AUTHORIZATION, CONTENT-TYPE, X-REQUESTED-WITH',
  ];
  for (const [method, status] of [
    ['OPTIONS', 200],
    ['GET', 401],
  ] as const) {
    const answer = await fetch(`${quay.url}${LIST}`, {
      method,
      headers: { origin: 'https://elsewhere.example' },
    });
    expect([answer.status, ...allowed(answer)]).toEqual([status, ...everybody]);
  }
});

test('a manifest and its labels over the REST API count as no pull', async () => {
  const quay = await quayFor();
  quay.addTag('acme/web', {
    name: 'pr-1',
    labels: { 'org.opencontainers.image.source': 'https://github.com/acme/app' },
  });
  const path = `/api/v1/repository/acme/web/manifest/${quay.digestOf('acme/web', 'pr-1')}`;
  expect(await (await rest(quay, 'GET', path)).json()).toMatchObject({ is_manifest_list: false });
  expect(await (await rest(quay, 'GET', `${path}/labels`)).json()).toMatchObject({
    labels: [{ key: 'org.opencontainers.image.source', value: 'https://github.com/acme/app' }],
  });
  expect(quay.pullsOf('acme/web')).toBe(0);
  await v2(quay, { path: '/v2/acme/web/manifests/pr-1' });
  expect(quay.pullsOf('acme/web')).toBe(2);
});
