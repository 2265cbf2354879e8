import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { JumpingClock } from '../support/clock.ts';
import {
  cleanUp,
  clockedQuay,
  DAY,
  NO,
  now,
  quayWithTags,
  ROBOT,
  reported,
  requestsOf,
  shown,
  TOKEN,
  undo,
} from '../support/fixture.ts';
import { CLEAN, signatureOf } from '../support/images.ts';
import type { Fault } from '../support/quay/faults.ts';
import type { QuayOptions } from '../support/quay/server.ts';
import { digestFor } from '../support/quay/state.ts';
import { previews } from '../support/quay/tags.ts';

describe('a cleanup', () => {
  test('takes exactly the tags that match, and shows what it did', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-12', 'pr-123', 'latest', 'v1.0.0', 'my-pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-1\npr-12*', 'exclude-tags': 'v*' });
    expect(quay.alive('acme/web')).toEqual(['latest', 'my-pr-1', 'v1.0.0']);
    expect(shown(run, quay)).toMatchSnapshot();
    expect(requestsOf(quay)).toMatchSnapshot();
  });

  test('tells of a tag that fails, and goes on with the rest', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3', 'latest']);
    quay.fault({ method: 'DELETE', path: /pr-1$/, fault: NO });
    const run = await cleanUp(quay, { tags: 'pr-*' }, { fails: true });
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
    expect(shown(run, quay)).toMatchSnapshot();
  });

  test('counts what failed apart as it goes on', async () => {
    const quay = await quayWithTags(previews(60));
    quay.fault({ method: 'DELETE', path: /[02468]$/, fault: NO });
    const clock = new JumpingClock(quay);
    quay.onRequest(/^DELETE/, () => clock.advance(500));
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '2' }, { clock, fails: true });
    expect(quay.stats.maxInFlight).toBeLessThanOrEqual(2);
    const lines = [...run.log.matchAll(/^Deleted (\d+) of 60 tags, (\d+) failed, /gm)];
    const counts = lines.map(([, done, failed]) => [Number(done), Number(failed)]);
    expect(counts.flat().filter((count) => count > 30)).toEqual([]);
    expect(counts.at(-1)?.[1]).toBeGreaterThan(0);
  });

  test('asks for the last pull of the tags in question alone', async () => {
    const old = now() - 90 * DAY;
    const quay = await quayWithTags([
      { name: 'pulled', lastModified: old, pulledAt: now() - DAY },
      { name: 'forgotten', lastModified: old, pulledAt: now() - 60 * DAY },
      { name: 'never', lastModified: old },
      { name: 'never-but-new', lastModified: now() - DAY },
      { name: 'excluded', lastModified: old },
    ]);
    await cleanUp(quay, { tags: '*', 'exclude-tags': 'excluded', 'not-pulled-for': '30d' });
    expect(quay.alive('acme/web')).toEqual(['excluded', 'never-but-new', 'pulled']);
    expect(quay.requests.filter(({ path }) => path.includes('pull_statistics'))).toHaveLength(3);
    const without = await quayWithTags(['pr-1', 'pr-2', 'pr-3'], { pullStatistics: false });
    const blind = await cleanUp(without, { tags: 'pr-*', 'not-pulled-for': '1h' });
    expect(without.deletesSent()).toEqual([]);
    expect(blind.summary.match(/does not say when/g)).toHaveLength(1);
  });
});

/** The registry does what it is asked, and a gateway answers in its place, each time. */
const GATEWAY: Fault = { kind: 'html-after', status: 502 };
const IMMUTABLE: Fault = { kind: 'status', status: 409, body: '{"error_type": "tag_immutable"}' };
const WAIT: Fault = { kind: 'status', status: 503, headers: { 'retry-after': '30' } };
const ENDLESS: Fault = { kind: 'status', status: 202, body: 'x'.repeat(2 ** 21) };

interface Meeting {
  readonly fault: Fault;
  readonly outcome: 'deleted' | 'kept' | 'failed' | 'unknown';
  /** How often; always, if not given. */
  readonly times?: number;
  /** More than five go over the v2 API. */
  readonly count?: number;
  readonly by?: Readonly<Record<string, string>>;
  readonly on?: QuayOptions;
  readonly says?: string;
}

test.each<Meeting>([
  { fault: { kind: 'status', status: 429 }, times: 2, outcome: 'deleted' },
  { fault: WAIT, times: 2, outcome: 'deleted' },
  { fault: { kind: 'reset-before' }, times: 2, outcome: 'deleted' },
  { fault: { kind: 'truncated' }, times: 2, outcome: 'deleted' },
  { fault: { kind: 'reset-after' }, times: 1, outcome: 'deleted' },
  { fault: { kind: 'reset-after' }, times: 1, count: 8, outcome: 'deleted' },
  { fault: IMMUTABLE, outcome: 'kept' },
  { fault: { kind: 'gateway-404' }, outcome: 'failed' },
  { fault: { kind: 'gateway-404' }, count: 8, outcome: 'failed' },
  { fault: { kind: 'gateway-404' }, by: ROBOT, outcome: 'failed' },
  { fault: { kind: 'name-unknown' }, outcome: 'failed' },
  { fault: { kind: 'name-unknown' }, count: 8, outcome: 'failed' },
  { fault: { kind: 'name-unknown' }, by: ROBOT, count: 130, on: { absoluteLinks: true }, outcome: 'failed' },
  { fault: { kind: 'html', status: 502 }, outcome: 'failed', says: 'answered 502' },
  { fault: ENDLESS, outcome: 'failed', says: 'sent an answer of more than 1 MiB' },
  { fault: GATEWAY, outcome: 'deleted' },
  { fault: { kind: 'html-after', status: 200 }, outcome: 'deleted' },
  { fault: GATEWAY, count: 8, outcome: 'deleted' },
  { fault: GATEWAY, by: ROBOT, on: { lagMs: Number.POSITIVE_INFINITY }, outcome: 'unknown' },
])('of $count tags one whose deletion meets $fault is told as $outcome', async (meeting) => {
  const { fault, outcome, times = Number.POSITIVE_INFINITY, count = 3, by, on, says = '' } = meeting;
  const quay = await quayWithTags(['latest', ...previews(count)], on);
  quay.fault({ method: 'DELETE', path: /pr-1$/, times, fault });
  const fails = outcome !== 'deleted' && outcome !== 'kept';
  const run = await cleanUp(quay, { tags: 'pr-*', ...by }, { fails });
  expect(reported(run.report, 'pr-1')?.outcome).toBe(outcome);
  expect(run.list('deleted')).toHaveLength(outcome === 'deleted' ? count : count - 1);
  expect(run.list('failed')).toEqual(outcome === 'failed' ? ['acme/web:pr-1'] : []);
  expect(run.log).toContain(says);
  const alive = quay.alive('acme/web').map((name) => `acme/web:${name}`);
  if (outcome !== 'unknown') expect([...run.list('remaining')].sort()).toEqual(alive);
});

const CSRF: Fault = { kind: 'status', status: 403, body: '{"error": "CSRF token was invalid or missing."}' };
const READ_ONLY: Fault = { kind: 'status', status: 503, body: '{"is_readonly": true}' };
const MOVED: Fault = { kind: 'status', status: 302, headers: { location: '/maintenance' } };
const UNAUTHORIZED: Fault = { kind: 'status', status: 401, body: '{"errors":[{"code":"UNAUTHORIZED"}]}' };

test.each<Omit<Meeting, 'outcome'>>([
  { fault: CSRF, says: 'The token was refused by' },
  { fault: READ_ONLY },
  { fault: MOVED },
  { fault: CSRF, count: 8, says: 'The token was refused by' },
  { fault: UNAUTHORIZED, by: ROBOT, says: 'no longer allows deleting acme/web:pr-1' },
])(
  'of $count tags one that went without an answer is told as deleted, whatever refuses it then: $fault',
  async (meeting) => {
    const { fault, count = 3, by, says } = meeting;
    const quay = await quayWithTags(['latest', ...previews(count)]);
    quay.fault({ method: 'DELETE', path: /pr-1$/, times: 1, fault: { kind: 'reset-after' } });
    quay.fault({ method: 'DELETE', path: /pr-1$/, fault });
    const run = await cleanUp(quay, { tags: 'pr-*', ...by }, { fails: says !== undefined });
    expect(run.log).toContain(says ?? 'Deleted');
    expect(reported(run.report, 'pr-1')?.outcome).toBe('deleted');
    quay.clearFaults();
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toContain('pr-1');
  },
);

test('a refused credential stops further deletions also where one before went without an answer', async () => {
  const quay = await quayWithTags(['latest', ...previews(9)]);
  quay.fault({ method: 'DELETE', path: /pr-1$/, times: 1, fault: { kind: 'reset-after' } });
  quay.fault({ method: 'DELETE', path: /pr-1$/, fault: UNAUTHORIZED });
  quay.fault({ method: 'DELETE', fault: { kind: 'status', status: 429 } });
  const run = await cleanUp(quay, { tags: 'pr-*', ...ROBOT }, { fails: true });
  expect(reported(run.report, 'pr-1')?.outcome).toBe('deleted');
  for (const name of ['pr-2', 'pr-9'])
    expect(reported(run.report, name)?.detail).toContain('no longer allows deleting acme/web:pr-1');
});

describe('the list of tags', () => {
  test('of Quay’s documentation holds two living tags among its five rows', async () => {
    const quay = await quayWithTags([]);
    quay.addRepository('acme/docs');
    const list = readFileSync(new URL('../fixtures/quay-list-example.json', import.meta.url), 'utf8');
    quay.loadList('acme/docs', JSON.parse(list));
    const run = await cleanUp(quay, { repository: 'acme/docs', tags: 'te*' });
    expect(run.list('deleted')).toEqual(['acme/docs:test']);
    expect(run.list('remaining')).toEqual(['acme/docs:example']);
  });

  test('goes on where a page in the middle calls itself the last, as it was before a push', async () => {
    const quay = await quayWithTags(previews(1000));
    const url = `${quay.url}/api/v1/repository/acme/web/tag/?limit=100&page=4&onlyActiveTags=true`;
    const page = await (await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } })).text();
    const body = page.replace('"has_additional":true', '"has_additional":false');
    quay.fault({ path: /page=4/, fault: { kind: 'status', status: 200, body } });
    const run = await cleanUp(quay, { tags: 'pr-*', 'dry-run': 'true' });
    expect(run.outputs['selected-count']).toBe('1000');
  });

  test.each(['html', 'json', 'garbled'] as const)('that is %s instead is not Quay’s', async (kind) => {
    const quay = await quayWithTags(['pr-1']);
    quay.fault({ path: /\/tag\//, fault: { kind } });
    const run = await cleanUp(quay, { tags: 'pr-*' }, { fails: true });
    expect(run.log).toContain('does not look like a Quay registry');
    expect(quay.deletesSent()).toEqual([]);
  });

  test('keeps the registry’s order over its pages, though hundreds were pushed within a second', async () => {
    const name = (index: number) => `pr-${(index * 137) % 450}`;
    const second = now() - 3600;
    const tags = Array.from({ length: 450 }, (_, index) => ({
      name: name(index),
      lastModified: second + (449 - index) / 500,
    }));
    const quay = await quayWithTags(tags);
    await cleanUp(quay, { tags: 'pr-*', 'keep-n-most-recent': '230' });
    expect(quay.alive('acme/web')).toEqual(Array.from({ length: 230 }, (_, index) => name(index)).sort());
  });

  test('may hold 130,000 names that no tag can have, which a few lines tell of', async () => {
    const quay = await quayWithTags([]);
    const tags = ['pr-1', ...Array.from({ length: 130_000 }, (_, index) => `../${index}`)].map((name) => ({
      name,
      start_ts: 1_700_000_000,
      is_manifest_list: false,
      size: 1,
    }));
    const body = JSON.stringify({ tags, page: 1, has_additional: false });
    quay.fault({ path: /\/tag\//, fault: { kind: 'status', status: 200, body } });
    const run = await cleanUp(quay, { tags: 'pr-*', 'dry-run': 'true' });
    expect(run.list('selected')).toEqual(['acme/web:pr-1']);
    expect(run.log).toContain('acme/web lists a tag named "../0", which is not a valid name.');
    expect(run.log).toContain('acme/web lists 129,995 more tags with an invalid name. They are kept.');
  });

  test('that is read again is whole although it catches up with the deletions page by page', async () => {
    const staying = previews(180).map((tag) => ({ ...tag, name: `keep-${tag.name}` }));
    const { quay, clock } = await clockedQuay([...staying, ...previews(20, { every: 1 })]);
    quay.lag(30_000);
    let pages = 0;
    quay.onRequest(/page=2&/, () => {
      if (quay.deletesSent().length > 0 && ++pages === 1) quay.lag(0);
    });
    const run = await cleanUp(quay, { tags: 'pr-*' }, { clock });
    expect(pages).toBeGreaterThan(0);
    expect(run.list('remaining')).toHaveLength(180);
  });

  describe('that changes while it is read', () => {
    const start = now() - 10_000;
    /** 250 tags, newest first, and the signatures of one of them and of an image that is gone. */
    const BUSY = [
      ...Array.from({ length: 250 }, (_, index) => (index === 100 ? 'release' : `build-${index}`)),
      signatureOf('release'),
      signatureOf('long gone'),
    ].map((name, index) => ({ name, digest: digestFor(name), lastModified: start - index }));

    test('costs no signature of an image that a tag came to stand for since', async () => {
      const quay = await quayWithTags(BUSY);
      quay.onRequest(
        /page=1&/,
        (list) => list === 2 && quay.push('acme/web', 'build-3', digestFor('long gone')),
      );
      await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
      expect(quay.digestOf('acme/web', 'build-3')).toBe(digestFor('long gone'));
      expect(quay.alive('acme/web')).toContain(signatureOf('long gone'));
    });

    test('costs none at all where no two readings agree', async () => {
      const quay = await quayWithTags([
        ...BUSY,
        { name: signatureOf('build-101'), lastModified: now() - 20_000 },
        { name: 'pr-1', digest: digestFor('pr-1'), lastModified: now() - 20_001 },
        { name: signatureOf('pr-1'), lastModified: now() - 20_002 },
      ]);
      let reading = 0;
      quay.onRequest(/page=1&/, (list) => list === 2 && quay.push('acme/web', 'new', digestFor('new')));
      quay.onRequest(/page=2&/, (count) => {
        reading = count;
        // The first reading misses two rows, the second shows one of them, and the third the other.
        const going = [['build-0', 'build-1'], ['build-2']][reading - 1] ?? [];
        for (const name of going) quay.remove('acme/web', name);
      });
      const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
      expect(reading).toBeGreaterThanOrEqual(3);
      // With it its signature would go, whose image may still exist.
      expect(reported(run.report, 'pr-1')?.verdict).toBe('keep');
      expect(quay.alive('acme/web')).toEqual(
        expect.arrayContaining([signatureOf('pr-1'), signatureOf('long gone')]),
      );
      expect(reported(run.report, signatureOf('long gone'))?.reason).toBe(
        'its image may still exist: the list changed while it was read',
      );
    });
  });
});

describe('repositories', () => {
  /** Public and private ones with `pr-1` each, some with another slash in the name. */
  async function quayWithMany() {
    const quay = await quayWithTags([]);
    const names = ['acme/open', 'acme/secret', 'acme/team/open', 'acme/team/secret'];
    for (const name of names) {
      quay.addRepository(name, { public: name.endsWith('open'), tags: ['pr-1'] });
    }
    quay.addRobot(ROBOT.username, ROBOT.password, Object.fromEntries(names.map((name) => [name, 'write'])));
    return quay;
  }

  test.each<[string, Readonly<Record<string, string>>, readonly string[], boolean]>([
    ['a robot account', { ...ROBOT, repository: 'acme/*' }, ['open'], true],
    ['nobody in particular', { token: '', 'dry-run': 'true', repository: 'acme/*' }, ['open'], true],
    ['a token', { repository: 'acme/*' }, ['open', 'secret'], false],
    ['a token, with **', { repository: 'acme/**' }, ['open', 'secret', 'team/open', 'team/secret'], false],
  ])('of a glob are those that %s sees', async (_, inputs, names, isPublic) => {
    const quay = await quayWithMany();
    const run = await cleanUp(quay, { tags: 'pr-*', ...inputs });
    expect([...run.list('selected')].sort()).toEqual(names.map((name) => `acme/${name}:pr-1`));
    const searches = quay.requests.filter(({ path }) => path.startsWith('/api/v1/repository?'));
    expect(searches.map(({ path }) => path.includes('public=true'))).toEqual([isPublic]);
    const left = 'leaves out 2 repositories with another slash in the name';
    const isTold = inputs['repository'] === 'acme/*' && !isPublic;
    if (isTold) expect(run.summary).toContain(left);
    if (inputs['repository'] === 'acme/**' || isTold) expect(run.log.includes(left)).toBe(isTold);
  });

  test.each(['empty/*', 'acme/nothing-*', 'acme/t*'])('that do not exist fail: %s', async (repository) => {
    const quay = await quayWithMany();
    const first = await cleanUp(quay, { tags: 'pr-*', repository }, { fails: true });
    expect(first.log).toContain('No repository matches');
    // Nor does a server tell more that has no v2 API to ask about the token.
    quay.fault({ path: /^\/v2\//, fault: { kind: 'gateway-404' } });
    const run = await cleanUp(quay, { tags: 'pr-*', repository }, { fails: true });
    expect(run.log).toContain(`No repository matches \`${repository}\``);
    expect(/another slash in the name, such as acme\/team\//.test(run.log)).toBe(repository === 'acme/t*');
  });

  test('whose list has another page for ever are an error', async () => {
    const quay = await quayWithTags(['pr-1']);
    const web = { namespace: 'acme', name: 'web', is_public: false, kind: 'image', state: 'NORMAL' };
    const body = JSON.stringify({ repositories: [web], next_page: 'more' });
    quay.fault({ path: /repository\?namespace/, fault: { kind: 'status', status: 200, body } });
    const run = await cleanUp(quay, { repository: 'acme/*', tags: 'pr-*' }, { fails: true });
    expect(run.log).toMatch(/The list of the repositories of acme.* does not end/s);
    expect(quay.deletesSent()).toEqual([]);
  });

  test('are found over all pages, without mirrors, and shards share them out without rest', async () => {
    const quay = await quayWithTags(['pr-1']);
    for (let index = 0; index < 130; index += 1) {
      quay.addRepository(`acme/previews-${index}`, { tags: ['pr-1'] });
    }
    quay.addRepository('acme/previews-mirror', { state: 'MIRROR' });
    const inputs = { repository: 'acme/previews-*', tags: 'pr-*', 'dry-run': 'true' };
    const runs = await Promise.all(['1/3', '2/3', '3/3'].map((shard) => cleanUp(quay, { ...inputs, shard })));
    const selected = runs.flatMap((run) => run.list('selected'));
    expect(selected).toHaveLength(130);
    expect(new Set(selected).size).toBe(130);
    expect(runs[0]?.summary).toContain('acme/previews-mirror');
  });

  test('that cannot be written are skipped, and told once, but not where they are named; each namespace is asked once', async () => {
    const quay = await quayWithTags(['pr-1']);
    for (const name of ['acme/here', 'acme/there']) quay.addRepository(name, { state: 'MIRROR' });
    const repository = 'acme/*\nacme/*e\nacme/there';
    const run = await cleanUp(quay, { repository, tags: 'pr-*' }, { fails: true });
    expect(run.log.match(/Skipped .*: it is a mirror/g)).toEqual(['Skipped acme/here: it is a mirror']);
    expect(run.log).toMatch(/acme\/there is a mirror/);
    expect(quay.requests.filter(({ path }) => path.includes('repository?'))).toHaveLength(1);
  });

  test('in which nothing was to be deleted are not listed again', async () => {
    const quay = await quayWithMany();
    quay.addTag('acme/open', { name: 'v1' });
    await cleanUp(quay, { repository: 'acme/*', tags: 'v1' });
    const lists = quay.requests.filter(({ path }) => path.includes('page=1&'));
    const times = (name: string) => lists.filter(({ path }) => path.includes(name)).length;
    expect([times('acme/open'), times('acme/secret')]).toEqual([2, 1]);
  });

  test('that fail do not stop the others, and what remains is then unknown, with a warning', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    quay.addRepository('acme/api');
    quay.fault({ path: /acme\/api\/tag\//, fault: NO });
    const inputs = { repository: 'acme/missing\nacme/web\nacme/api', tags: 'pr-*' };
    const run = await cleanUp(quay, inputs, { fails: true });
    expect(run.log).toContain('acme/missing was not found');
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
    expect([run.outputs['remaining'], run.outputs['remaining-count']]).toEqual(['', '']);
    expect(run.log).toMatch(/^::warning::.*`remaining`.*acme\/api.* could not be listed/m);
  });
});
