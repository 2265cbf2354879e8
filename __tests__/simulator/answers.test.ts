import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { indexDigest, OCI_INDEX, OCI_MANIFEST } from '../support/quay/manifests.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { bodyOf, listed, quayFor, rest, v2 } from './client.ts';

const LIST = '/api/v1/repository/acme/web/tag/?limit=100&page=1&onlyActiveTags=true';
const IMAGE = digestFor('an image');
const SIGNATURE = `${IMAGE.replace(':', '-')}.sig`;
const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('a simulated Quay', () => {
  test.each([
    { version: '3.17', deletesSignatures: undefined, remain: [SIGNATURE] },
    { version: '3.18', deletesSignatures: undefined, remain: [] },
    { version: undefined, deletesSignatures: undefined, remain: [] },
    { version: '3.17', deletesSignatures: true, remain: [] },
    { version: '3.18', deletesSignatures: false, remain: [SIGNATURE] },
  ])(
    '$version deletes signatures with their image, unless told otherwise: $deletesSignatures',
    async (shape) => {
      const { version, deletesSignatures, remain } = shape;
      const quay = await quayFor({
        ...(version === undefined ? {} : { version }),
        ...(deletesSignatures === undefined ? {} : { deletesSignatures }),
      });
      quay.addTags('acme/web', [
        { name: 'pr-1', digest: IMAGE },
        { name: 'pr-2', digest: IMAGE },
        { name: SIGNATURE },
      ]);
      await rest(quay, 'DELETE', '/api/v1/repository/acme/web/tag/pr-1');
      expect(quay.alive('acme/web')).toContain(SIGNATURE);
      await rest(quay, 'DELETE', '/api/v1/repository/acme/web/tag/pr-2');
      expect(quay.alive('acme/web')).toEqual(remain);
    },
  );

  test('takes the signature of an image that a push leaves without a tag, and no immutable one', async () => {
    const quay = await quayFor();
    const [moved, fixed] = [digestFor('moved'), digestFor('fixed')];
    const signatures = [moved, fixed].map((digest) => `${digest.replace(':', '-')}.sig`);
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: moved },
      { name: 'pr-2', digest: fixed },
      { name: signatures[0] ?? '' },
      { name: signatures[1] ?? '', immutable: true },
    ]);
    quay.push('acme/web', 'pr-1', digestFor('pushed again'));
    await rest(quay, 'DELETE', '/api/v1/repository/acme/web/tag/pr-2');
    expect(quay.alive('acme/web')).toEqual(['pr-1', signatures[1]]);
  });

  test.each([
    { version: '3.17', keys: [] },
    {
      version: '3.18',
      keys: ['child_manifest_count', 'child_manifests_presence', 'is_sparse', 'present_child_count'],
    },
  ])('$version shows of an index in the list: $keys', async ({ version, keys }) => {
    const quay = await quayFor({ version });
    quay.addTag('acme/web', { name: 'multi', images: [digestFor('amd64')] });
    const { tags } = await listed(quay);
    expect(
      Object.keys(tags[0] ?? {})
        .filter((key) => /child|sparse/.test(key))
        .sort(),
    ).toEqual(keys);
  });

  test.each([
    { version: '3.12', status: 405 },
    { version: '3.13', status: 202 },
  ])('$version answers DELETE of a tag over the v2 API with $status', async ({ version, status }) => {
    const quay = await quayFor({ version });
    quay.addTag('acme/web', { name: 'pr-1' });
    const response = await v2(quay, { method: 'DELETE', path: '/v2/acme/web/manifests/pr-1' });
    expect(response.status).toBe(status);
  });

  test.each([
    { version: '3.15', status: 404 },
    { version: '3.16', status: 200 },
  ])('$version answers the question for pulls with $status', async ({ version, status }) => {
    const quay = await quayFor({ version });
    quay.addTag('acme/web', { name: 'pr-1' });
    const response = await rest(quay, 'GET', '/api/v1/repository/acme/web/tag/pr-1/pull_statistics');
    expect(response.status).toBe(status);
  });

  test.each([
    { version: '3.9', names: ['pr-1', 'pr-2'] },
    { version: '3.10', names: ['pr-2'] },
  ])('$version lists for one name: $names', async ({ version, names }) => {
    const quay = await quayFor({ version });
    quay.addTags('acme/web', [
      { name: 'pr-1', lastModified: 2 },
      { name: 'pr-2', lastModified: 1 },
    ]);
    const path = '/api/v1/repository/acme/web/tag/?onlyActiveTags=true&filter_tag_name=eq:pr-2';
    const answer = await (await rest(quay, 'GET', path)).json();
    expect(answer).toMatchObject({ tags: names.map((name) => ({ name })) });
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

describe('a nested index', () => {
  test('is served by digest, down to its innermost index', async () => {
    const quay = await quayFor();
    const inner = [digestFor('amd64'), digestFor('arm64')];
    quay.addTag('acme/web', { name: 'nested', images: [{ images: inner }] });
    const outer = await read(quay, 'nested');
    expect(outer).toEqual({ mediaType: OCI_INDEX, digests: [indexDigest(inner)], types: [OCI_INDEX] });
    expect(await read(quay, indexDigest(inner))).toEqual({
      mediaType: OCI_INDEX,
      digests: inner,
      types: [OCI_MANIFEST, OCI_MANIFEST],
    });
  });

  test('may name an index that has a tag of its own', async () => {
    const quay = await quayFor();
    quay.addTag('acme/web', { name: 'inner', images: [digestFor('amd64')] });
    const inner = quay.digestOf('acme/web', 'inner') ?? '';
    quay.addTag('acme/web', { name: 'outer', images: [inner] });
    expect(await read(quay, 'outer')).toEqual({ mediaType: OCI_INDEX, digests: [inner], types: [OCI_INDEX] });
  });

  test('is no longer served when its last tag is gone', async () => {
    const quay = await quayFor();
    quay.addTag('acme/web', { name: 'nested', images: [{ images: [digestFor('amd64')] }] });
    quay.remove('acme/web', 'nested');
    const gone = await v2(quay, { path: `/v2/acme/web/manifests/${indexDigest([digestFor('amd64')])}` });
    expect(gone.status).toBe(404);
  });
});

test('the list shows which of an index’s images were pushed', async () => {
  const quay = await quayFor();
  const [here, missing] = [digestFor('amd64'), digestFor('arm64')];
  quay.addTag('acme/web', { name: 'multi', images: [here, missing], missingImages: [missing] });
  expect((await listed(quay)).tags).toEqual([
    expect.objectContaining({
      is_sparse: true,
      child_manifest_count: 2,
      present_child_count: 1,
      child_manifests_presence: { [here]: true, [missing]: false },
    }),
  ]);
});

test('a manifest that was pushed is served byte for byte, and its digest is that of its bytes', async () => {
  const quay = await quayFor();
  const config = '{"os": "linux"}\n';
  const started = await v2(quay, { method: 'POST', path: '/v2/acme/web/blobs/uploads/' });
  const location = `${started.headers.get('location')}?digest=${sha256(config)}`;
  expect((await v2(quay, { method: 'PUT', path: location, body: config })).status).toBe(201);
  const manifest = `{ "schemaVersion": 2,\n "config": {"digest": "${sha256(config)}", "size": 16}, "layers": [] }`;
  const path = '/v2/acme/web/manifests/pr-1';
  const pushed = await v2(quay, {
    method: 'PUT',
    path,
    body: manifest,
    headers: { 'content-type': OCI_MANIFEST },
  });
  expect(pushed.status).toBe(201);
  const served = await v2(quay, { path: `/v2/acme/web/manifests/${sha256(manifest)}` });
  expect(await served.text()).toBe(manifest);
  expect(quay.digestOf('acme/web', 'pr-1')).toBe(sha256(manifest));
});

test('a manifest whose blob was not pushed is refused', async () => {
  const quay = await quayFor();
  const body = JSON.stringify({ schemaVersion: 2, config: { digest: digestFor('config') }, layers: [] });
  const path = '/v2/acme/web/manifests/pr-1';
  const pushed = await v2(quay, { method: 'PUT', path, body, headers: { 'content-type': OCI_MANIFEST } });
  expect(pushed.status).toBe(400);
  expect(await pushed.text()).toContain('MANIFEST_BLOB_UNKNOWN');
});

test('an index is answered as something else to who does not ask for indexes', async () => {
  const quay = await quayFor();
  quay.addTag('acme/web', { name: 'multi', images: [digestFor('amd64')] });
  const answer = await v2(quay, { path: '/v2/acme/web/manifests/multi' });
  expect(answer.headers.get('docker-content-digest')).not.toBe(quay.digestOf('acme/web', 'multi'));
});

test.each(['GET', 'HEAD'])(
  '%s of a manifest counts as a pull, by tag of tag and digest, by digest of the digest',
  async (method) => {
    const quay = await quayFor({ now: () => 1_800_000_000.5 });
    quay.addTag('acme/web', { name: 'pr-1', pulledAt: 1_700_000_000 });
    await v2(quay, { method, path: '/v2/acme/web/manifests/pr-1' });
    await v2(quay, { method, path: `/v2/acme/web/manifests/${quay.digestOf('acme/web', 'pr-1')}` });
    await listed(quay);
    const statistics = await rest(quay, 'GET', '/api/v1/repository/acme/web/tag/pr-1/pull_statistics');
    expect(await statistics.json()).toMatchObject({
      tag_pull_count: 2,
      last_tag_pull_date: 'Fri, 15 Jan 2027 08:00:00 -0000',
      manifest_pull_count: 3,
      last_manifest_pull_date: 'Fri, 15 Jan 2027 08:00:00 -0000',
    });
  },
);

/** What an index that is served holds. */
async function read(quay: QuaySimulator, reference: string) {
  const response = await v2(quay, {
    path: `/v2/acme/web/manifests/${reference}`,
    headers: { accept: OCI_INDEX },
  });
  const text = await response.text();
  expect(response.headers.get('docker-content-digest')).toBe(sha256(text));
  const entries: readonly Readonly<Record<string, string>>[] = JSON.parse(text).manifests;
  return {
    mediaType: response.headers.get('content-type'),
    digests: entries.map(({ digest }) => digest),
    types: entries.map(({ mediaType }) => mediaType),
  };
}
