import { connect } from 'node:http2';
import { describe, expect, test } from '@jest/globals';
import { Processors } from '../support/quay/limits.ts';
import { OCI_INDEX } from '../support/quay/manifests.ts';
import { type QuayOptions, type QuaySimulator, startQuay } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { endsWithTest } from '../support/resources.ts';

// What no recording shows, and what tests would not notice where it is wrong.

const TOKEN = 'token-of-an-owner';
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };
const TAGS = '/api/v1/repository/acme/web/tag/';
const LIST = `${TAGS}?limit=100&page=1&onlyActiveTags=true`;
const EMPTY = '{"tags":[],"page":1,"has_additional":false}';

/** With an empty `acme/web` and an owner's token. */
async function quayFor(options: QuayOptions = {}): Promise<QuaySimulator> {
  const quay = endsWithTest(await startQuay(options));
  quay.addRepository('acme/web');
  quay.addOAuthToken(TOKEN, { scope: 'repo:admin' });
  return quay;
}

/** A request to the REST API with the token. */
function rest(quay: QuaySimulator, method: string, path: string, body?: object): Promise<Response> {
  const headers = { ...AUTHORIZATION, 'content-type': 'application/json' };
  return fetch(`${quay.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

interface Row {
  readonly name: string;
  readonly end_ts?: number;
}

/** The rows of a list of the REST API. */
async function rowsOf(quay: QuaySimulator, path = LIST): Promise<readonly Row[]> {
  const { tags }: { readonly tags: readonly Row[] } = JSON.parse(
    await (await rest(quay, 'GET', path)).text(),
  );
  return tags;
}

const listed = async (quay: QuaySimulator) => (await rowsOf(quay)).map(({ name }) => name);

/** A request to the v2 API, signed in for a repository. */
async function v2(
  quay: QuaySimulator,
  method: string,
  path: string,
  repository = 'acme/web',
): Promise<Response> {
  const basic = Buffer.from(`$oauthtoken:${TOKEN}`).toString('base64');
  const signIn = await fetch(`${quay.url}/v2/auth?scope=repository:${repository}:pull,push`, {
    headers: { authorization: `Basic ${basic}` },
  });
  const { token }: { readonly token: string } = JSON.parse(await signIn.text());
  return fetch(`${quay.url}/v2/${repository}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  });
}

/** A GET over HTTP/2: its status, and its body as far as it came. */
function overHttp2(quay: QuaySimulator, path: string) {
  const session = connect(quay.url, { ca: quay.ca });
  endsWithTest({ stop: () => session.destroy() });
  const stream = session.request({ ':path': path, ...AUTHORIZATION });
  stream.on('error', () => undefined);
  const head = new Promise<Readonly<Record<string, unknown>>>((resolve) => stream.once('response', resolve));
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve) => stream.once('end', resolve));
  return { head, parts, ended };
}

test.each([
  { options: { version: '3.17' }, isTaken: false },
  { options: { version: '3.18' }, isTaken: true },
  { options: { version: '3.17', deletesSignatures: true }, isTaken: true },
  { options: { version: '3.18', deletesSignatures: false }, isTaken: false },
])(
  'signatures go with the last tag of their image, deleted or moved, but no immutable one: $options',
  async ({ options, isTaken }) => {
    const quay = await quayFor(options);
    const [moved, deleted, fixed] = ['moved', 'deleted', 'fixed'].map(digestFor) as [string, string, string];
    const signatureOf = (digest: string) => `${digest.replace(':', '-')}.sig`;
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: moved },
      { name: 'pr-2', digest: deleted },
      { name: 'pr-3', digest: fixed },
      { name: 'other', digest: deleted },
      ...[moved, deleted].map((digest) => ({ name: signatureOf(digest) })),
      { name: signatureOf(fixed), immutable: true },
    ]);
    for (const name of ['pr-2', 'pr-3']) await rest(quay, 'DELETE', `${TAGS}${name}`);
    expect(quay.alive('acme/web')).toContain(signatureOf(deleted));
    await rest(quay, 'DELETE', `${TAGS}other`);
    quay.push('acme/web', 'pr-1', digestFor('pushed again'));
    const left = isTaken ? [fixed] : [moved, deleted, fixed];
    expect(quay.alive('acme/web')).toEqual(['pr-1', ...left.map(signatureOf)].sort());
  },
);

describe('a list that lags', () => {
  const BEGAN = 1_800_000_000;

  async function lagging() {
    const time = { now: BEGAN };
    const quay = await quayFor({ now: () => time.now });
    quay.addTags('acme/web', [{ name: 'pr-1' }, { name: 'pr-2' }]);
    quay.lag(3000);
    return { quay, time };
  }

  const ends = async (quay: QuaySimulator) =>
    (await rowsOf(quay, `${TAGS}?specificTag=pr-1`)).map(({ end_ts }) => end_ts ?? 'alive');
  const names = async (quay: QuaySimulator) => (await v2(quay, 'GET', 'tags/list')).json();

  test('shows a deleted tag over both APIs until its time is over, and no DELETE finds it', async () => {
    const { quay, time } = await lagging();
    expect((await rest(quay, 'DELETE', `${TAGS}pr-1`)).status).toBe(204);
    expect((await rest(quay, 'DELETE', `${TAGS}pr-1`)).status).toBe(404);
    time.now += 2.9;
    expect(await listed(quay)).toEqual(['pr-1', 'pr-2']);
    expect(await names(quay)).toMatchObject({ tags: ['pr-1', 'pr-2'] });
    expect(await ends(quay)).toEqual(['alive']);
    time.now += 0.1;
    expect(await listed(quay)).toEqual(['pr-2']);
    expect(await names(quay)).toMatchObject({ tags: ['pr-2'] });
    expect(await ends(quay)).toEqual([BEGAN]);
  });

  test('misses a restore and a push at first, and an expiration of what it misses is a 404', async () => {
    const { quay, time } = await lagging();
    const digest = quay.digestOf('acme/web', 'pr-1');
    await rest(quay, 'DELETE', `${TAGS}pr-1`);
    time.now += 60;
    expect((await rest(quay, 'POST', `${TAGS}pr-1/restore`, { manifest_digest: digest })).status).toBe(200);
    quay.push('acme/web', 'pr-3', digestFor('pushed'));
    const expire = () => rest(quay, 'PUT', `${TAGS}pr-1`, { expiration: time.now + 7200 });
    expect((await expire()).status).toBe(404);
    expect(await listed(quay)).toEqual(['pr-2']);
    time.now += 3;
    expect((await expire()).status).toBe(201);
    expect((await rowsOf(quay)).map(({ name, end_ts }) => [name, end_ts])).toEqual([
      ['pr-1', undefined],
      ['pr-3', undefined],
      ['pr-2', undefined],
    ]);
    quay.lag(0);
    expect((await rowsOf(quay))[0]).toMatchObject({ end_ts: time.now + 7200 });
  });

  test('does not know a repository that was made just now: an upload is a 401', async () => {
    const { quay, time } = await lagging();
    const made = { namespace: 'acme', repository: 'new', visibility: 'private', repo_kind: 'image' };
    expect((await rest(quay, 'POST', '/api/v1/repository', made)).status).toBe(201);
    const upload = async () => (await v2(quay, 'POST', 'blobs/uploads/', 'acme/new')).status;
    expect(await upload()).toBe(401);
    time.now += 4;
    expect(await upload()).toBe(202);
  });
});

test('a manifest counts as pulled over the v2 API, by tag of tag and digest, by digest of the digest; over REST it does not', async () => {
  const quay = await quayFor({ now: () => 1_800_000_000.5 });
  quay.addTag('acme/web', { name: 'pr-1', pulledAt: 1_700_000_000 });
  const digest = quay.digestOf('acme/web', 'pr-1');
  const manifest = `/api/v1/repository/acme/web/manifest/${digest}`;
  for (const path of [LIST, manifest, `${manifest}/labels`])
    expect((await rest(quay, 'GET', path)).status).toBe(200);
  expect(quay.pullsOf('acme/web')).toBe(2);
  for (const method of ['GET', 'HEAD'])
    for (const reference of ['pr-1', digest]) await v2(quay, method, `manifests/${reference}`);
  expect(await (await rest(quay, 'GET', `${TAGS}pr-1/pull_statistics`)).json()).toMatchObject({
    tag_pull_count: 3,
    last_tag_pull_date: 'Fri, 15 Jan 2027 08:00:00 -0000',
    manifest_pull_count: 5,
    last_manifest_pull_date: 'Fri, 15 Jan 2027 08:00:00 -0000',
  });
});

test('an index is answered as something else to who does not ask for indexes, and shows which images were pushed', async () => {
  const quay = await quayFor();
  const [here, missing] = [digestFor('amd64'), digestFor('arm64')];
  quay.addTag('acme/web', { name: 'multi', images: [here, missing], missingImages: [missing] });
  const answer = await v2(quay, 'GET', 'manifests/multi');
  expect(answer.headers.get('content-type')).not.toBe(OCI_INDEX);
  expect(answer.headers.get('docker-content-digest')).not.toBe(quay.digestOf('acme/web', 'multi'));
  expect(quay.row('acme/web', 'multi')).toMatchObject({
    is_sparse: true,
    child_manifest_count: 2,
    present_child_count: 1,
    child_manifests_presence: { [here]: true, [missing]: false },
  });
});

test('pages of any origin may read, and are told so before they ask', async () => {
  const quay = await quayFor();
  for (const [method, status] of [
    ['OPTIONS', 200],
    ['GET', 401],
  ] as const) {
    const answer = await fetch(`${quay.url}${LIST}`, {
      method,
      headers: { origin: 'https://elsewhere.example' },
    });
    const allowed = ['origin', 'methods', 'headers'].map((name) =>
      answer.headers.get(`access-control-allow-${name}`),
    );
    expect([answer.status, ...allowed]).toEqual([
      status,
      '*',
      'DELETE, GET, HEAD, OPTIONS, POST, PUT',
      'AUTHORIZATION, CONTENT-TYPE, X-REQUESTED-WITH',
    ]);
  }
});

test('the server’s clock stands in every answer, over HTTP/1.1 and HTTP/2, and in those that fail', async () => {
  const date = 'Wed, 01 May 2030 12:00:00 GMT';
  const now = () => Date.parse(date) / 1000 + 0.25;
  const [quay, secure] = [await quayFor({ now }), await quayFor({ now, tls: true })];
  expect((await overHttp2(secure, LIST).head)['date']).toBe(date);
  expect((await v2(quay, 'GET', 'tags/list')).headers.get('date')).toBe(date);
  for (const path of [LIST, '/nowhere'])
    expect((await rest(quay, 'GET', path)).headers.get('date')).toBe(date);
  quay.fault({ fault: { kind: 'html', status: 502 } });
  expect((await rest(quay, 'GET', LIST)).headers.get('date')).toBe(date);
});

test.each([1, 2, 3])('checking passwords is done by %i processors at once, and by no more', async (cpus) => {
  const processors = new Processors(cpus);
  await Promise.all(Array.from({ length: 6 }, () => processors.work(1)));
  expect(processors.mostAtOnce).toBe(cpus);
});

test.each([{}, { tls: true }])(
  'a body that comes byte by byte follows its head, and is whole at last: %j',
  async (options) => {
    const quay = await quayFor(options);
    quay.fault({ path: /&page=1/, fault: { kind: 'drip', everyMs: 1 } });
    quay.fault({ path: /&page=2/, fault: { kind: 'drip', everyMs: 1_000_000 } });
    const parts: Uint8Array[] = [];
    if ('tls' in options) {
      const whole = overHttp2(quay, LIST);
      await whole.ended;
      parts.push(...whole.parts);
      expect((await overHttp2(quay, LIST.replace('page=1', 'page=2')).head)[':status']).toBe(200);
    } else {
      for await (const part of (await rest(quay, 'GET', LIST)).body ?? []) parts.push(part);
      expect((await rest(quay, 'GET', LIST.replace('page=1', 'page=2'))).status).toBe(200);
    }
    expect(Buffer.concat(parts).toString()).toBe(EMPTY);
    expect(parts.length).toBeGreaterThan(5);
  },
);
