import { describe, expect, test } from '@jest/globals';
import { JumpingClock } from '../support/clock.ts';
import {
  cleanUp,
  GITHUB_TOKEN,
  quayWithTags,
  ROBOT,
  reported,
  requestsOf,
  shown,
} from '../support/fixture.ts';
import { startGitHub } from '../support/github/simulator.ts';
import type { Fault } from '../support/quay/faults.ts';
import { previews } from '../support/quay/tags.ts';
import { endsWithTest } from '../support/resources.ts';
import type { FinishedRun } from '../support/run-bundle.ts';

const DELETE_PR_1 = { method: 'DELETE', path: /pr-1$/ };

describe('deleting', () => {
  test('takes exactly the tags that match, and shows what it did', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-12', 'pr-123', 'latest', 'v1.0.0', 'my-pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-1\npr-12*', 'exclude-tags': 'v*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'my-pr-1', 'v1.0.0']);
    expect(shown(run, quay)).toMatchSnapshot();
    expect(requestsOf(quay)).toMatchSnapshot();
  });

  test('takes the tag alone, and leaves the others on its digest', async () => {
    const quay = await quayWithTags([]);
    const digest = `sha256:${'a'.repeat(64)}`;
    quay.addTags('acme/web', [
      { name: 'pr-2', digest },
      { name: 'latest', digest },
      { name: 'v2.0.0', digest },
    ]);
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'v2.0.0']);
    expect(quay.requests.some(({ path }) => path.includes('sha256'))).toBe(false);
  });

  test('changes nothing in a dry run, and says what would remain', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const run = await cleanUp(quay, { tags: 'pr-*', 'dry-run': 'true' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
    expect(run.list('selected')).toEqual(['acme/web:pr-1']);
    expect(run.list('deleted')).toEqual([]);
    expect(run.list('remaining')).toEqual(['acme/web:latest']);
    expect(run.summary).toContain('Would delete');
  });

  test('never has more requests in flight than it may', async () => {
    const quay = await quayWithTags([], { delayMs: 5 });
    quay.addTags('acme/web', previews(90));
    await cleanUp(quay, { tags: 'pr-*', concurrency: '3' });
    expect(quay.alive('acme/web')).toEqual([]);
    expect(quay.stats.maxInFlight).toBeLessThanOrEqual(3);
  });

  test('tells a tag apart that somebody else deleted: it is neither deleted nor failed', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'latest']);
    quay.onRequest(({ method }) => {
      if (method === 'DELETE') quay.remove('acme/web', 'pr-1');
    });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toEqual(['acme/web:pr-2']);
    expect(run.list('failed')).toEqual([]);
    expect(run.list('remaining')).toEqual(['acme/web:latest']);
    expect(reported(run.report, 'pr-1')?.outcome).toBe('gone');
    expect(run.log).toContain('Deleted 1 of 3 tags in acme/web. 1 selected tag was already gone.');
    expect(run.summary).toMatch(/gone/i);
  });

  test('by two runs at once counts each tag once', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', previews(20));
    const runs = await Promise.all([cleanUp(quay, { tags: 'pr-*' }), cleanUp(quay, { tags: 'pr-*' })]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const deleted = runs.flatMap((run) => run.list('deleted'));
    expect(deleted).toHaveLength(20);
    expect(new Set(deleted).size).toBe(20);
    expect(runs.flatMap((run) => run.list('remaining'))).toEqual([]);
  });

  test('keeps an immutable tag, with that reason', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.addTag('acme/web', { name: 'pr-2', immutable: true });
    quay.fault({
      ...DELETE_PR_1,
      fault: { kind: 'status', status: 409, body: '{"error_type": "tag_immutable"}' },
    });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.deletesSent()).toEqual(['acme/web:pr-1']);
    expect(quay.alive('acme/web')).toEqual(['pr-1', 'pr-2']);
    expect(run.report).toContain('"kept"');
  });

  test.each<Fault>([
    { kind: 'status', status: 429 },
    { kind: 'status', status: 503, headers: { 'retry-after': '30' } },
    { kind: 'reset-before' },
    { kind: 'truncated' },
  ])('goes on after $kind $status, which heals', async (fault) => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    quay.fault({ ...DELETE_PR_1, times: 2, fault });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toHaveLength(2);
    expect(quay.alive('acme/web')).toEqual([]);
  });

  test('counts a tag whose deletion was answered by a lost answer as deleted by this run', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.fault({ ...DELETE_PR_1, times: 1, fault: { kind: 'reset-after' } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
    expect(requestsOf(quay)).toContain('DELETE /api/v1/repository/acme/web/tag/pr-1 → 404');
  });

  test('does not retry what a mirror refuses', async () => {
    const quay = await quayWithTags(['pr-1']);
    const body = JSON.stringify({ message: 'Repository is in read only or mirror mode: 2' });
    quay.fault({ method: 'DELETE', fault: { kind: 'status', status: 503, body } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(quay.deletesSent()).toHaveLength(1);
    expect(run.log).toContain('acme/web is a mirror');
  });

  test('tells of a tag that fails, and goes on with the rest', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3', 'latest']);
    quay.fault({ ...DELETE_PR_1, fault: { kind: 'status', status: 400, body: '{"message": "No."}' } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.list('failed')).toEqual(['acme/web:pr-1']);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
    expect(shown(run, quay)).toMatchSnapshot();
  });

  test('believes the answers more than a list that lags', async () => {
    const clock = new JumpingClock();
    const quay = await quayWithTags(['pr-1', 'pr-2', 'latest'], { now: () => clock.time() / 1000 });
    clock.watch(quay);
    quay.lag(60_000);
    const run = await cleanUp(quay, { tags: 'pr-*' }, { clock });
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toEqual(['acme/web:pr-1', 'acme/web:pr-2']);
    expect(run.list('remaining')).toEqual(['acme/web:latest']);
  });

  test('ends in an error within seconds on a regex that backtracks without end', async () => {
    const quay = await quayWithTags([`${'a'.repeat(127)}b`]);
    const run = await cleanUp(quay, { tags: '/^(a+)+$/' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('(a+)+');
    expect(quay.deletesSent()).toEqual([]);
  });

  test('falls back to the REST API where the registry API cannot delete by tag', async () => {
    const quay = await quayWithTags([], { version: '3.12' });
    quay.addTags('acme/web', previews(150));
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
  });
});

describe('deletions with an OAuth token', () => {
  test.each([
    { count: 5, api: '/api/v1/' },
    { count: 6, api: '/v2/' },
  ])('of $count tags go over $api', async ({ count, api }) => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', previews(count));
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    const deletes = quay.requests.filter(({ method }) => method === 'DELETE');
    expect(deletes).toHaveLength(count);
    expect(deletes.every(({ path }) => path.startsWith(api))).toBe(true);
    expect(quay.requests.some(({ path }) => path.startsWith('/v2/auth'))).toBe(api === '/v2/');
  });

  test('over v2 that get no answer are this run’s, although REST finds them gone', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', previews(6));
    quay.fault({ method: 'DELETE', path: /^\/v2\//, fault: { kind: 'reset-after' } });
    const clock = new JumpingClock(quay);
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '1' }, { clock });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
    expect(run.report).not.toContain('"gone"');
  });
});

const NOT_FOUND = ['gateway-404', 'name-unknown'] as const;

describe('a 404 that does not say that the tag is missing', () => {
  test.each(NOT_FOUND.flatMap((kind) => [3, 8].map((count) => ({ kind, count }))))(
    'is a failure with an OAuth token ($kind, $count tags)',
    async ({ kind, count }) => {
      const quay = await quayWithTags(['latest']);
      quay.addTags('acme/web', previews(count));
      quay.fault({ method: 'DELETE', fault: { kind } });
      const run = await cleanUp(quay, { tags: 'pr-*' });
      expect(run.exitCode).toBe(1);
      expect(run.list('deleted')).toEqual([]);
      expect(run.list('failed')).toHaveLength(count);
      expect(run.list('remaining')).toHaveLength(count + 1);
      expect(run.log).not.toMatch(/Deleted [1-9]/);
    },
  );

  test.each(NOT_FOUND)('is a failure with a robot account (%s)', async (kind) => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'latest']);
    quay.fault({ method: 'DELETE', fault: { kind } });
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.list('deleted')).toEqual([]);
    expect([...run.list('failed')].sort()).toEqual(['acme/web:pr-1', 'acme/web:pr-2']);
    expect(run.list('remaining')).toHaveLength(3);
  });
});

describe('what remains', () => {
  test('is whole although the list catches up with the deletions while it is read, page by page', async () => {
    const clock = new JumpingClock();
    const quay = await quayWithTags([], { now: () => clock.time() / 1000 });
    clock.watch(quay);
    const staying = previews(180).map((tag) => ({ ...tag, name: `keep-${tag.name}` }));
    quay.addTags('acme/web', [...staying, ...previews(20, { every: 1 })]);
    clock.advance(60_000);
    quay.lag(30_000);
    let pages = 0;
    quay.onRequest(({ path }) => {
      if (quay.deletesSent().length > 0 && path.includes('page=2&') && ++pages === 1) quay.lag(0);
    });
    const run = await cleanUp(quay, { tags: 'pr-*' }, { clock });
    expect(run.exitCode).toBe(0);
    expect(pages).toBeGreaterThan(0);
    expect(run.list('remaining')).toHaveLength(180);
  });

  test('is what was listed where GitHub cannot be asked', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const github = endsWithTest(await startGitHub());
    github.refuse('bad-credentials');
    const run = await cleanUp(
      quay,
      { tags: 'pr-{pr}', 'github-token': GITHUB_TOKEN },
      { environment: { ...github.environment, GITHUB_EVENT_NAME: 'schedule' } },
    );
    expect(run.exitCode).toBe(1);
    expect(run.list('remaining')).toEqual(['acme/web:pr-1', 'acme/web:latest']);
    expect(run.outputs['remaining-count']).toBe('2');
    expect(run.list('selected')).toEqual([]);
  });

  test('is unknown where one of two repositories cannot be listed, and a warning says so', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    quay.addRepository('acme/api');
    quay.fault({
      path: /acme\/api\/tag\//,
      fault: { kind: 'status', status: 400, body: '{"message":"No."}' },
    });
    const run = await cleanUp(quay, { repository: 'acme/web\nacme/api', tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.outputs['remaining']).toBe('');
    expect(run.outputs['remaining-count']).toBe('');
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
    expect(run.log).toMatch(/^::warning::.*`remaining`.*acme\/api could not be listed/m);
  });
});

test('a 503 that waits for its retry when the time budget ends is no failure', async () => {
  const quay = await quayWithTags(['pr-1', 'pr-2']);
  quay.fault({
    method: 'DELETE',
    path: /pr-1$/,
    fault: { kind: 'status', status: 503, headers: { 'retry-after': '60' } },
  });
  const clock = new JumpingClock(quay);
  const run = await cleanUp(quay, { tags: 'pr-*', 'time-budget': '3s' }, { clock });
  expect(run.exitCode).toBe(0);
  expect(run.list('failed')).toEqual([]);
  expect(run.list('deleted')).toEqual(['acme/web:pr-2']);
  expect(run.list('remaining')).toEqual(['acme/web:pr-1']);
  expect(run.log).toMatch(/^::warning::The time budget of 3s was reached\./m);
});

test('of more than ten notes, ten are notices, the rest stand in a group of the log, and all in the report', async () => {
  const quay = await quayWithTags(['build', 'latest']);
  const exclusions = Array.from({ length: 13 }, (_, index) => `slip-${index}`);
  const run = await cleanUp(quay, { tags: 'build', 'exclude-tags': exclusions.join('\n') });
  expect(run.exitCode).toBe(0);
  expect(run.log.match(/^::notice::The exclusion/gm)).toHaveLength(10);
  expect(run.log).toMatch(/^::group::3 more notes\n(The exclusion .*\n){3}::endgroup::$/m);
  const { notes } = JSON.parse(run.report ?? '');
  for (const exclusion of exclusions)
    expect(notes).toContainEqual(expect.stringContaining(`\`${exclusion}\``));
});

test('the progress counts what failed apart', async () => {
  const quay = await quayWithTags([]);
  quay.addTags('acme/web', previews(60));
  quay.fault({ method: 'DELETE', path: /[02468]$/, fault: { kind: 'status', status: 400 } });
  const clock = new JumpingClock(quay);
  quay.onRequest(({ method }) => {
    if (method === 'DELETE') clock.advance(500);
  });
  const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '2' }, { clock });
  expect(run.exitCode).toBe(1);
  const lines = [...run.log.matchAll(/^Deleted (\d+) of 60 tags, (\d+) failed, /gm)];
  expect(lines.length).toBeGreaterThan(0);
  for (const [, done, failed] of lines) {
    expect(Number(done)).toBeLessThanOrEqual(30);
    expect(Number(failed)).toBeLessThanOrEqual(30);
  }
  expect(Number(lines.at(-1)?.[2])).toBeGreaterThan(0);
});

/** The registry does what it is asked, and a gateway answers in its place, each time. */
const GATEWAY = { kind: 'html-after', status: 502 } as const;

function outcomes(run: FinishedRun): readonly string[] {
  const { tags } = JSON.parse(run.report ?? '').repositories[0];
  return tags.flatMap(({ outcome }: { outcome: string | null }) => outcome ?? []);
}

describe('a gateway that answers 502 to what the registry did', () => {
  test.each([3, 8])('makes no failure of %i deletions: the list shows what went', async (count) => {
    const quay = await quayWithTags(['latest']);
    quay.addTags('acme/web', previews(count));
    quay.fault({ method: 'DELETE', fault: GATEWAY });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('failed')).toEqual([]);
    expect(run.list('deleted')).toHaveLength(count);
    expect(run.list('remaining')).toEqual(['acme/web:latest']);
  });

  test('leaves unknown what a list of names alone cannot show in time', async () => {
    const quay = await quayWithTags(['pr-1', 'latest'], { staleRegistryList: true });
    quay.fault({ method: 'DELETE', fault: GATEWAY });
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.list('failed')).toEqual([]);
    expect(outcomes(run)).toEqual(['unknown']);
  });

  test('makes no failure of an expiration that was set', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'latest']);
    quay.fault({ method: 'PUT', fault: GATEWAY });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(0);
    expect(outcomes(run)).toEqual(['expiring', 'expiring']);
    expect(run.list('remaining')).toHaveLength(3);
  });
});

test('a 502 to what the registry did not do is a failure', async () => {
  const quay = await quayWithTags(['pr-1', 'latest']);
  quay.fault({ method: 'DELETE', fault: { kind: 'html', status: 502 } });
  const run = await cleanUp(quay, { tags: 'pr-*' });
  expect(run.exitCode).toBe(1);
  expect(run.list('failed')).toEqual(['acme/web:pr-1']);
  expect(run.log).toContain('answered 502');
});

test('an expiration that nobody answers for and that was not set is a failure', async () => {
  const quay = await quayWithTags(['pr-1', 'latest']);
  quay.fault({ method: 'PUT', fault: { kind: 'html', status: 502 } });
  const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
  expect(run.exitCode).toBe(1);
  expect(run.list('failed')).toEqual(['acme/web:pr-1']);
});

test('a deletion that is answered without end is unknown until the list shows it', async () => {
  const quay = await quayWithTags(['pr-1', 'latest']);
  quay.fault({ method: 'DELETE', fault: { kind: 'status', status: 202, body: 'x'.repeat(2 ** 21) } });
  const run = await cleanUp(quay, { tags: 'pr-*' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('sent an answer of more than 1 MiB');
  expect(run.list('failed')).toEqual(['acme/web:pr-1']);
  expect(run.list('remaining')).toHaveLength(2);
});
