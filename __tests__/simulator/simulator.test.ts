import { describe, expect, test } from '@jest/globals';
import { type QuayOptions, type QuaySimulator, startQuay } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { endsWithTest } from '../support/resources.ts';

// What no recording shows, and what tests would not notice where it is wrong.

const TOKEN = 'token-of-an-owner';
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };
const TAGS = '/api/v1/repository/acme/web/tag/';
const LIST = `${TAGS}?limit=100&page=1&onlyActiveTags=true`;

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

/** A request to the v2 API on `acme/web`, signed in. */
async function v2(quay: QuaySimulator, method: string, path: string): Promise<Response> {
  const basic = Buffer.from(`$oauthtoken:${TOKEN}`).toString('base64');
  const signIn = await fetch(`${quay.url}/v2/auth?scope=repository:acme/web:pull,push`, {
    headers: { authorization: `Basic ${basic}` },
  });
  const { token }: { readonly token: string } = JSON.parse(await signIn.text());
  return fetch(`${quay.url}/v2/acme/web/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  });
}

test.each(['3.17', '3.18'])('Quay %s: signatures go with the last tag, deleted or moved', async (version) => {
  const quay = await quayFor({ version });
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
  const left = version === '3.18' ? [fixed] : [moved, deleted, fixed];
  expect(quay.alive('acme/web')).toEqual(['pr-1', ...left.map(signatureOf)].sort());
});

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

test('a body that comes byte by byte follows its head, and is whole at last', async () => {
  const quay = await quayFor();
  quay.fault({ path: /&page=1/, fault: { kind: 'drip', everyMs: 1 } });
  quay.fault({ path: /&page=2/, fault: { kind: 'drip', everyMs: 1_000_000 } });
  const parts: Uint8Array[] = [];
  for await (const part of (await rest(quay, 'GET', LIST)).body ?? []) parts.push(part);
  expect((await rest(quay, 'GET', LIST.replace('page=1', 'page=2'))).status).toBe(200);
  expect(Buffer.concat(parts).toString()).toBe('{"tags":[],"page":1,"has_additional":false}');
  expect(parts.length).toBeGreaterThan(5);
});
