import { describe, expect, test } from '@jest/globals';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { CredentialRefusedError, ServiceError, UnknownOutcomeError } from '../../src/model/errors.ts';
import { parseRegistry } from '../../src/model/registry.ts';
import { openQuay, type QuayOptions } from '../../src/quay/open.ts';
import type { Credentials, Quay } from '../../src/quay/quay.ts';
import { errorOf } from '../http/serve.ts';
import { clockedQuay, TOKEN as OAUTH_TOKEN, ROBOT as ROBOT_INPUTS } from '../support/fixture.ts';
import { addImage } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor, type TagSeed } from '../support/quay/state.ts';
import { endsWithTest, until } from '../support/resources.ts';
import { tagName } from '../support/tag-name.ts';

const TOKEN: Credentials = { kind: 'oauth', token: OAUTH_TOKEN };
const ROBOT: Credentials = { ...ROBOT_INPUTS, kind: 'robot' };
const ANONYMOUS: Credentials = { kind: 'anonymous' };
const SOURCE = 'org.opencontainers.image.source';
const VERSION = 'org.opencontainers.image.version';

/** A Quay with the repository `acme/web`, on which the token and the robot may write, and what opens it. */
async function quayWith(...given: Parameters<typeof clockedQuay>) {
  const { quay, clock } = await clockedQuay(...given);
  const connect = (options: Pick<QuayOptions, 'credentials'> & Partial<QuayOptions>): Quay => {
    const opened = openQuay({
      registry: parseRegistry(quay.url),
      environment: {},
      clock,
      maskSecret: () => undefined,
      requestOidcToken: () => Promise.reject(new ServiceError('No OIDC token.')),
      ...options,
    });
    endsWithTest({ stop: () => opened.close() });
    return opened;
  };
  const opened = (credentials: Credentials) => connect({ credentials });
  return { quay, clock, connect, opened, web: (credentials = TOKEN) => opened(credentials).open('acme/web') };
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `pr-${index + 1}`);

async function deleteAll(quay: Quay, names: readonly string[], next = false) {
  const stop = new AbortController().signal;
  const send = await quay.deleter?.prepare({ repository: 'acme/web', count: names.length, stop });
  if (!send) throw new Error('These credentials delete nothing.');
  return Promise.all(names.map((name) => send(tagName(name), { next })));
}

const pathsOf = (quay: QuaySimulator, part: string) =>
  quay.requests.map(({ method, path }) => `${method} ${path}`).filter((line) => line.includes(part));

describe('a list of tags', () => {
  test.each([
    { tags: 100, pages: 1 },
    { tags: 122, pages: 2 },
    { tags: 250, pages: 3 },
    { tags: 750, pages: 8 },
  ])('of $tags is read with $pages requests', async ({ tags, pages }) => {
    const { quay, web } = await quayWith(numbered(tags));
    const repository = await web();
    const list = await repository.list();
    expect(list).toMatchObject({ repository: 'acme/web', namesOnly: false, invalidNames: [] });
    expect(new Set(list.tags.map(({ name }) => name)).size).toBe(tags);
    expect(pathsOf(quay, '/tag/?')).toHaveLength(pages);
  });

  test('says when it was asked for, and when its first page came by either clock', async () => {
    const { quay, clock, web } = await quayWith(['pr-1'], { now: () => 2_000_000_000 });
    quay.onRequest(/./, () => clock.advance(7000));
    const repository = await web();
    const { askedAt, at, seenAt } = await repository.list();
    expect(at).toBe(2_000_000_000);
    expect(seenAt - askedAt).toBeGreaterThanOrEqual(7);
  });

  test.each([
    { what: 'a tag that the runner takes for dead and the registry does not', ahead: -900 },
    { what: 'a tag that only the registry takes for dead', ahead: 900 },
  ])('holds $what', async ({ ahead }) => {
    const now = Math.floor(Date.now() / 1000);
    const { quay, web } = await quayWith(['pr-1'], { now: () => now + ahead });
    const ends = { name: 'pr-2', start_ts: now - 99, end_ts: now + ahead / 2 };
    const body = JSON.stringify({ tags: [ends], page: 1, has_additional: false });
    quay.fault({ path: /\/tag\/\?/, fault: { kind: 'status', status: 200, body } });
    const { tags } = await (await web()).list();
    expect(tags).toEqual([{ name: 'pr-2', lastModified: now - 99, expiration: now + ahead / 2 }]);
  });

  test('has a name once, by its newest row, and no invalid name among its tags', async () => {
    const { quay, web } = await quayWith(['pr-1']);
    const row = (name: string, start: number) => ({ name, start_ts: start, is_manifest_list: false });
    const tags = [row('a', 7), row('b', 6), row('a', 9), row('grün', 5)];
    const body = JSON.stringify({ tags, page: 1, has_additional: false });
    quay.fault({ path: /\/tag\/\?/, fault: { kind: 'status', status: 200, body } });
    expect(await (await web()).list()).toMatchObject({
      tags: [
        { name: 'a', lastModified: 9 },
        { name: 'b', lastModified: 6 },
      ],
      invalidNames: ['grün'],
    });
  });

  test.each([
    { what: 'another page than was asked for', body: '{"tags":[],"page":2,"has_additional":false}', sent: 1 },
    { what: 'a page that does not say whether there are more', body: '{"tags":[],"page":1}', sent: 5 },
    { what: 'a row without a name', body: '{"tags":[{}],"page":1,"has_additional":false}', sent: 5 },
  ])('with $what is no list', async ({ body, sent }) => {
    const { quay, web } = await quayWith(['pr-1']);
    const repository = await web();
    quay.fault({ path: /\/tag\/\?/, fault: { kind: 'status', status: 200, body } });
    expect(await errorOf(repository.list())).toBeInstanceOf(ServiceError);
    expect(pathsOf(quay, '/tag/?')).toHaveLength(sent);
  });

  test('goes on behind an empty page that says that there are more', async () => {
    const { quay, web } = await quayWith(numbered(250));
    const body = '{"tags":[],"page":2,"has_additional":true}';
    quay.fault({ path: /page=2/, fault: { kind: 'status', status: 200, body } });
    expect((await (await web()).list()).tags).toHaveLength(150);
  });

  test.each(['last-page', 'two-pages'] as const)('without an end is an error: %s', async (endlessList) => {
    const { web } = await quayWith(numbered(230), { endlessList });
    for (const credentials of [TOKEN, ROBOT]) {
      const repository = await web(credentials);
      await expect(repository.list()).rejects.toThrow('does not end');
    }
  });

  test('of a single name is looked up, also on a Quay that knows no filter', async () => {
    for (const version of ['3.9', '3.18']) {
      const { quay, web } = await quayWith([...numbered(150), 'PR-1'], { version });
      const { details } = await web();
      expect(await details?.find(tagName('pr-1'))).toMatchObject({ name: 'pr-1' });
      expect(await details?.find(tagName('pr-140'))).toMatchObject({ name: 'pr-140' });
      expect(await details?.find(tagName('nothing'))).toBeUndefined();
      expect(quay.requests.length).toBe(version === '3.9' ? 10 : 4);
    }
  });

  test('of a robot on a private repository holds names alone, and nothing else can be read there', async () => {
    const { web } = await quayWith(['pr-2', 'pr-1']);
    const repository = await web(ROBOT);
    expect(repository).not.toHaveProperty('details');
    expect(repository).not.toHaveProperty('lastPull');
    expect(repository).not.toHaveProperty('restorableFor');
    expect(await repository.list()).toMatchObject({
      namesOnly: true,
      tags: [{ name: 'pr-1' }, { name: 'pr-2' }],
    });
  });

  test('of a robot on a public repository has all that anybody sees, but no pulls', async () => {
    const { web } = await quayWith(['pr-1'], { repository: { public: true } });
    const repository = await web(ROBOT);
    expect(repository).toMatchObject({ restorableFor: 1_209_600, details: {} });
    expect(repository).not.toHaveProperty('obstacle');
    expect(repository).not.toHaveProperty('lastPull');
    expect(await repository.list()).toMatchObject({
      namesOnly: false,
      tags: [{ digest: digestFor('acme/web:pr-1') }],
    });
  });

  test('is read by a robot of a personal namespace as well, and tags are deleted there', async () => {
    const { quay, opened } = await quayWith([]);
    quay.addRepository('alice/web', { tags: ['pr-1'] });
    quay.addRobot('alice+ci', 'hers', { 'alice/web': 'write' });
    const robot = opened({ kind: 'robot', username: 'alice+ci', password: 'hers' });
    const repository = await robot.open('alice/web');
    expect((await repository.list()).tags).toEqual([{ name: 'pr-1' }]);
    const stop = new AbortController().signal;
    const send = await robot.deleter?.prepare({ repository: 'alice/web', count: 1, stop });
    expect(await send?.(tagName('pr-1'))).toBe('deleted');
  });
});

describe('a manifest', () => {
  const attestation = {
    digest: digestFor('attestation'),
    platform: { os: 'unknown', architecture: 'unknown' },
  };

  test.each([TOKEN, ANONYMOUS, ROBOT])('is read once, and that is no pull: $kind', async (credentials) => {
    const { quay, web } = await quayWith([], { repository: { public: true } });
    const image = addImage(quay, 'one');
    quay.addTag('acme/web', { name: 'inner', images: [image] });
    const inner = quay.digestOf('acme/web', 'inner') ?? '';
    quay.addTag('acme/web', { name: 'v1', images: [image, { images: [image] }, attestation] });
    const { details } = await web(credentials);
    const index = quay.digestOf('acme/web', 'v1') ?? '';
    quay.reset();
    for (const _ of [1, 2]) {
      expect(await details?.manifest(index)).toEqual({ images: [image], indexes: [inner] });
      expect(await details?.manifest(image)).toEqual({ images: [], indexes: [] });
    }
    expect(quay.requests).toHaveLength(2);
    expect(pathsOf(quay, '/v2/')).toEqual([]);
    expect(quay.pullsOf('acme/web')).toBe(0);
  });

  test('is unknown where it is missing, cannot be read, or has another digest', async () => {
    const { quay, web } = await quayWith(['made-up']);
    const { details } = await web();
    expect(await details?.manifest(digestFor('missing'))).toBe('unknown');
    expect(await details?.manifest(quay.digestOf('acme/web', 'made-up') ?? '')).toBe('unknown');
    const image = addImage(quay, 'one');
    quay.push('acme/web', 'pr-1', image);
    quay.fault({ path: /manifest/, fault: { kind: 'status', status: 500 } });
    expect(await details?.manifest(image)).toBe('unknown');
  });
});

describe('the labels of an image', () => {
  const labels = { [SOURCE]: 'https://github.com/acme/app', [VERSION]: 'pr-1', other: 'x' };
  const read = { source: 'https://github.com/acme/app', version: 'pr-1' };
  const image = (name: string, own: Readonly<Record<string, string>> = labels) => ({
    digest: digestFor(name),
    labels: own,
  });
  const attested = { digest: digestFor('c'), platform: { os: 'unknown', architecture: 'unknown' } };
  const arm64 = image('b', { ...labels, [VERSION]: 'pr-1-arm64' });
  const annotations = { [SOURCE]: 'git@github.com:acme/app.git' };
  const absent = digestFor('b');

  test.each<[string, Omit<TagSeed, 'name'>, unknown]>([
    ['are its own', { labels }, read],
    ['are none where it has none', {}, {}],
    [
      'are the annotations of an index',
      { images: [image('a', {})], annotations },
      { source: annotations[SOURCE] },
    ],
    [
      'are those of its platforms, but not of what buildx attests',
      { images: [image('a'), image('b'), attested] },
      read,
    ],
    ['are what its platforms agree on', { images: [image('a'), arm64] }, { source: read.source }],
    ['are none where a platform has none', { images: [image('a'), image('b', {})] }, {}],
    [
      'are unknown where a platform is not there',
      { images: [image('a'), absent], missingImages: [absent] },
      'unknown',
    ],
  ])('%s', async (_, seed, expected) => {
    const { quay, web } = await quayWith([{ name: 'pr-1', ...seed }]);
    const { details } = await web();
    const digest = quay.digestOf('acme/web', 'pr-1') ?? '';
    expect(await details?.labels(digest)).toEqual(expected);
    quay.reset();
    expect(await details?.labels(digest)).toEqual(expected);
    expect(quay.requests).toEqual([]);
    expect(quay.pullsOf('acme/web')).toBe(0);
  });

  test('take one request where there are some', async () => {
    const { quay, web } = await quayWith([{ name: 'pr-1', labels }]);
    const { details } = await web();
    quay.reset();
    await details?.labels(quay.digestOf('acme/web', 'pr-1') ?? '');
    expect(quay.requests).toHaveLength(1);
  });
});

describe('a deletion', () => {
  test.each([TOKEN, ROBOT])('says what became of each tag: $kind', async (credentials) => {
    const { quay, opened } = await quayWith([...numbered(8), { name: 'fixed', immutable: true }]);
    const names = [...numbered(8), 'fixed', 'nothing'];
    const answers = await deleteAll(opened(credentials), names);
    expect(answers).toEqual([...numbered(8).map(() => 'deleted'), 'immutable', 'gone']);
    expect(quay.alive('acme/web')).toEqual(['fixed']);
  });

  test.each([
    { count: 5, over: '/api/v1/' },
    { count: 6, over: '/v2/' },
  ])('of $count tags with a token goes over $over', async ({ count, over }) => {
    const { quay, opened } = await quayWith(numbered(count));
    await deleteAll(opened(TOKEN), numbered(count));
    const sent = quay.requests.filter(({ method }) => method === 'DELETE');
    expect(sent.map(({ path }) => path.startsWith(over))).toEqual(numbered(count).map(() => true));
  });

  test('goes on with new tokens where each is good for three seconds, however long it waits', async () => {
    const { quay, clock, connect } = await quayWith(numbered(60), { registryTokenSeconds: 3 });
    const robot = connect({ credentials: ROBOT, concurrency: 4 });
    quay.onRequest(/./, () => clock.advance(100));
    expect(new Set(await deleteAll(robot, numbered(60)))).toEqual(new Set(['deleted']));
    expect(pathsOf(quay, '/v2/auth').length).toBeGreaterThan(2);
  });

  test('that waited fetches the next token before the old one ends, and leaves with the old one', async () => {
    const { quay, clock, connect } = await quayWith(numbered(7), { registryTokenSeconds: 60 });
    // Goes on when it is told to, but never jumps.
    const steady = { ...SYSTEM_CLOCK, elapsed: () => clock.elapsed() };
    const robot = connect({ clock: steady, credentials: ROBOT, concurrency: 1 });
    quay.onRequest(/\/pr-1$/, () => clock.advance(40_000));
    expect(await deleteAll(robot, ['pr-1', 'pr-2'])).toEqual(['deleted', 'deleted']);
    await until(() => pathsOf(quay, '/v2/auth').length === 2);
    const sent = quay.requests.filter(({ method }) => method === 'DELETE');
    expect(sent.map(({ answer }) => answer)).toEqual(['202', '202']);
    expect(new Set(sent.map(({ headers }) => headers['authorization'])).size).toBe(1);
  });

  test('is sent once more with a new token where the registry takes the old one no more', async () => {
    const { quay, opened } = await quayWith(numbered(6));
    quay.fault({ method: 'DELETE', times: 3, fault: { kind: 'status', status: 401 } });
    expect(await deleteAll(opened(ROBOT), [...numbered(6), 'nothing'])).toEqual([
      ...numbered(6).map(() => 'deleted'),
      'gone',
    ]);
    expect(pathsOf(quay, '/v2/auth')).toHaveLength(2);
  });

  test('of a tag that was just looked at goes before all that wait', async () => {
    const { quay, connect } = await quayWith(numbered(5));
    const one = connect({ credentials: TOKEN, concurrency: 1 });
    const stop = new AbortController().signal;
    const send = await one.deleter?.prepare({ repository: 'acme/web', count: 4, stop });
    await Promise.all([
      ...['pr-1', 'pr-2', 'pr-3'].map((name) => send?.(tagName(name))),
      send?.(tagName('pr-4'), { next: true }),
    ]);
    expect(quay.deletesSent().map((sent) => sent.split(':')[1])).toEqual(['pr-1', 'pr-4', 'pr-2', 'pr-3']);
  });

  test('that may have been carried out is unknown, and a tag that is gone after it was deleted', async () => {
    const { quay, opened } = await quayWith(['pr-1', 'pr-2']);
    quay.fault({ method: 'DELETE', path: /pr-1$/, times: 1, fault: { kind: 'reset-after' } });
    quay.fault({ method: 'DELETE', path: /pr-2$/, fault: { kind: 'html-after', status: 502 } });
    expect(await deleteAll(opened(TOKEN), ['pr-1'])).toEqual(['deleted']);
    quay.addTags(
      'acme/web',
      numbered(8)
        .slice(2)
        .map((name) => ({ name })),
    );
    quay.fault({ method: 'DELETE', path: /v2.*pr-3$/, fault: { kind: 'reset-after' } });
    quay.fault({ method: 'DELETE', path: /v2.*pr-3$/, fault: { kind: 'reset-before' } });
    expect(new Set(await deleteAll(opened(TOKEN), numbered(8).slice(2)))).toEqual(new Set(['deleted']));
    expect(await errorOf(deleteAll(opened(TOKEN), ['pr-2']))).toBeInstanceOf(UnknownOutcomeError);
  });

  test.each(['html', 'gateway-404'] as const)('answered by a gateway (%s) is sent again', async (kind) => {
    const { quay, opened } = await quayWith(numbered(7));
    quay.fault({ method: 'DELETE', times: 1, fault: { kind } });
    expect(new Set(await deleteAll(opened(ROBOT), numbered(7)))).toEqual(new Set(['deleted']));
    quay.addTag('acme/web', { name: 'pr-8' });
    quay.fault({ method: 'DELETE', times: 1, fault: { kind } });
    expect(await deleteAll(opened(TOKEN), ['pr-8'])).toEqual(['deleted']);
  });

  test('goes over REST where pushes are disabled, and a robot is told so', async () => {
    const { quay, opened } = await quayWith(numbered(8), { pushesDisabled: true });
    await expect(deleteAll(opened(ROBOT), ['pr-1'])).rejects.toThrow(
      /has pushes disabled, .* \(405\)\. An OAuth `token` can delete there still/,
    );
    quay.reset();
    const stop = new AbortController().signal;
    const send = await opened(TOKEN).deleter?.prepare({ repository: 'acme/web', count: 8, stop });
    for (const name of numbered(8)) expect(await send?.(tagName(name))).toBe('deleted');
    expect(pathsOf(quay, '/manifests/')).toHaveLength(1);
    expect(quay.alive('acme/web')).toEqual([]);
  });

  test.each([TOKEN, ROBOT])('meets a registry that is read-only once: $kind', async (credentials) => {
    const { quay, opened } = await quayWith(numbered(8), { readOnly: true });
    await expect(deleteAll(opened(credentials), ['pr-1'])).rejects.toThrow(
      /is read-only as a whole at present \((503|405)\): nothing can be changed there/,
    );
    expect(quay.deletesSent()).toHaveLength(1);
  });

  test('of a Quay before 3.13 goes over REST, and a robot is told so', async () => {
    const { opened } = await quayWith(numbered(8), { version: '3.12' });
    await expect(deleteAll(opened(ROBOT), ['pr-1'])).rejects.toThrow(/that needs Quay 3\.13 or later/);
    expect(await deleteAll(opened(TOKEN), numbered(8))).toEqual(numbered(8).map(() => 'deleted'));
  });
});

describe('what stands in the way is told before anything is deleted', () => {
  test.each([
    { state: 'MIRROR', words: /is a mirror, .*change its state/ },
    { state: 'ORG_MIRROR', words: /is a mirror that its organization keeps, .* end the mirroring/ },
    { state: 'READ_ONLY', words: /is read-only, .*change its state/ },
  ] as const)('the state $state', async ({ state, words }) => {
    const { quay, opened } = await quayWith(['pr-1'], { repository: { state } });
    const token = opened(TOKEN);
    expect(String((await token.open('acme/web')).obstacle)).toMatch(words);
    const found = await token.findRepositories('acme');
    expect(found[0]?.unwritable).toMatch(/^is (a mirror|read-only)/);
    await expect(deleteAll(token, ['pr-1'])).rejects.toThrow(words);
    expect(quay.deletesSent()).toHaveLength(1);
  });

  test.each([
    { who: 'nobody', credentials: ANONYMOUS, words: /without credentials/ },
    {
      who: 'a token that reads',
      credentials: { kind: 'oauth', token: 'reads' },
      words: /can read .* but not write/,
    },
    {
      who: 'a robot that reads',
      credentials: { kind: 'robot', username: 'acme+reads', password: 'p' },
      words: /may read .* but not delete from it/,
    },
  ] as const)('$who', async ({ credentials, words }) => {
    const { quay, web } = await quayWith(['pr-1'], { repository: { public: true } });
    quay.addOAuthToken('reads', { scope: 'repo:read' });
    quay.addRobot('acme+reads', 'p', { 'acme/web': 'read' });
    const { obstacle } = await web(credentials);
    expect(obstacle).toBeInstanceOf(CredentialRefusedError);
    expect(String(obstacle)).toMatch(words);
  });

  test('a server that shows nothing to who does not sign in', async () => {
    const { opened, web } = await quayWith(['pr-1'], {
      repository: { public: true },
      anonymousAccess: false,
    });
    await expect(web(ANONYMOUS)).rejects.toThrow(/shows nothing to anybody who does not sign in/);
    await expect(opened(ROBOT).findRepositories('acme')).rejects.toThrow(
      /The repositories of acme cannot be listed without credentials: .* shows nothing/,
    );
    expect(await (await web(ROBOT)).list()).toMatchObject({ namesOnly: true });
  });

  test('an unknown manifest is not told as a repository that was not found', async () => {
    const { quay, opened } = await quayWith(['pr-1']);
    const body = '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}';
    quay.fault({ path: /pr-1/, fault: { kind: 'status', status: 404, body } });
    const error = String(await errorOf(deleteAll(opened(TOKEN), ['pr-1'])));
    expect(error).toMatch(/answered 404 \("manifest unknown"\) to deleting acme\/web:pr-1/);
    expect(error).not.toContain('not found');
  });
});

describe('the time machine', () => {
  test('is absent without a token', async () => {
    const { opened } = await quayWith([]);
    expect(opened(TOKEN)).toMatchObject({ timeMachine: {}, deleter: {} });
    expect(opened(ROBOT).timeMachine).toBeUndefined();
    expect(opened(ANONYMOUS)).not.toHaveProperty('timeMachine');
    expect(opened(ANONYMOUS)).not.toHaveProperty('deleter');
  });

  test('tells of each name its newest row, and every digest', async () => {
    const { quay, clock, opened } = await quayWith([]);
    const now = Math.floor(clock.time() / 1000);
    const [one, two] = [digestFor('one'), digestFor('two')];
    quay.addTags('acme/web', [
      { name: 'moved', digest: one, lastModified: now - 900, deletedAt: now - 800 },
      { name: 'moved', digest: two, lastModified: now - 800, deletedAt: now - 700 },
      { name: 'lives', digest: one, lastModified: now - 600, expiration: now + 9000 },
      { name: 'back', digest: one, lastModified: now - 500, deletedAt: now - 400 },
    ]);
    const { timeMachine } = opened(TOKEN);
    await timeMachine?.restore({ repository: 'acme/web', name: tagName('back'), digest: one });
    const { entries, at } = (await timeMachine?.history('acme/web')) ?? { entries: [], at: 0 };
    const entry = (name: string) => entries.find((known) => known.name === name);
    expect(Math.abs(at - now)).toBeLessThan(60);
    expect(entry('moved')).toEqual({
      name: 'moved',
      alive: false,
      digest: two,
      startedAt: now - 800,
      deletedAt: now - 700,
      isReversion: false,
      digests: new Set([one, two]),
    });
    expect(entry('lives')).toMatchObject({ alive: true, startedAt: now - 600, expiration: now + 9000 });
    expect(entry('lives')).not.toHaveProperty('deletedAt');
    expect(entry('back')).toMatchObject({ alive: true, isReversion: true, digest: one });
  });

  test('takes for alive what came to life after the living were listed', async () => {
    const { quay, clock, opened } = await quayWith([]);
    const now = Math.floor(clock.time() / 1000);
    const digest = digestFor('one');
    for (const name of ['stays', 'expires'])
      quay.addTag('acme/web', { name, digest, lastModified: now - 900, deletedAt: now - 800 });
    quay.addTag('acme/web', { name: 'stays', digest, lastModified: now - 60 });
    quay.addTag('acme/web', { name: 'expires', digest, lastModified: now - 60, expiration: now + 9000 });
    const body = '{"tags":[],"page":1,"has_additional":false}';
    quay.fault({ path: /onlyActiveTags/, fault: { kind: 'status', status: 200, body } });
    const { entries = [] } = (await opened(TOKEN).timeMachine?.history('acme/web')) ?? {};
    expect(entries.map(({ alive, startedAt }) => ({ alive, startedAt }))).toEqual([
      { alive: true, startedAt: now - 60 },
      { alive: true, startedAt: now - 60 },
    ]);
  });

  test('sets an expiration, and takes it away', async () => {
    const { quay, clock, opened } = await quayWith([
      { name: 'pr-1', lastModified: Math.floor(Date.now() / 1000) - 60 },
      { name: 'fixed', immutable: true },
    ]);
    const { timeMachine } = opened(TOKEN);
    const pr1 = { repository: 'acme/web', name: tagName('pr-1') };
    const at = Math.floor(clock.time() / 1000) + 90_000;
    expect(await timeMachine?.setExpiration(pr1, at)).toBe('set');
    expect(await timeMachine?.find(pr1)).toMatchObject({ expiration: at });
    expect(await timeMachine?.setExpiration(pr1, null)).toBe('set');
    expect(await timeMachine?.find(pr1)).not.toHaveProperty('expiration');
    expect(await timeMachine?.setExpiration({ ...pr1, name: tagName('fixed') }, at)).toBe('immutable');
    expect(await timeMachine?.setExpiration({ ...pr1, name: tagName('nothing') }, at)).toBe('gone');
    expect(await timeMachine?.find({ ...pr1, name: tagName('nothing') })).toBeUndefined();
    expect(quay.alive('acme/web')).toEqual(['fixed', 'pr-1']);
  });

  test('says why a tag cannot come back', async () => {
    const { opened } = await quayWith([{ name: 'fixed', immutable: true }]);
    const { timeMachine } = opened(TOKEN);
    const restore = (name: string, digest: string) =>
      timeMachine?.restore({ repository: 'acme/web', name: tagName(name), digest }) ?? Promise.resolve();
    await expect(restore('pr-1', digestFor('x'))).rejects.toThrow(/no longer has sha256:/);
    await expect(restore('fixed', digestFor('acme/web:fixed'))).rejects.toThrow(/which is immutable \(409\)/);
  });
});

describe('a keyless sign-in', () => {
  const federation = { subject: 'repo:acme/web:pull_request', audience: 'quay.example' };
  const jwt = (claims: object) =>
    `x.${Buffer.from(JSON.stringify({ iss: 'https://token.actions.githubusercontent.com', exp: 9e9, ...claims })).toString('base64url')}.x`;

  const signIn = async (claims: object, isFederated = true) => {
    const { quay, connect } = await quayWith(['pr-1']);
    if (isFederated) quay.addFederation('acme+ci', federation);
    const secrets: string[] = [];
    const keyless = connect({
      credentials: { kind: 'oidc', username: 'acme+ci', audience: 'quay.example' },
      requestOidcToken: async () => jwt(claims),
      maskSecret: (secret) => void secrets.push(secret),
    });
    return { keyless, secrets };
  };

  test('deletes as the robot does, and every secret on the way is masked', async () => {
    const { keyless, secrets } = await signIn({ sub: federation.subject, aud: federation.audience });
    expect(await deleteAll(keyless, ['pr-1'])).toEqual(['deleted']);
    expect(secrets.length).toBeGreaterThanOrEqual(5);
  });

  test.each([
    {
      claims: { sub: 'repo:acme/web:ref:refs/heads/main', aud: 'quay.example' },
      words: /The subject matches no entry/,
    },
    { claims: { sub: federation.subject, aud: 'other' }, words: /The audience differs from the one/ },
    { claims: { sub: federation.subject, aud: 'quay.example' }, none: true, words: /has no federation yet/ },
  ])('is refused with what to do: $words', async ({ claims, none = false, words }) => {
    const { keyless } = await signIn(claims, !none);
    const error = await errorOf(keyless.open('acme/web'));
    expect(error).toBeInstanceOf(CredentialRefusedError);
    expect(String(error)).toMatch(words);
    expect(String(error)).toContain(`subject \`${claims.sub}\``);
  });
});
