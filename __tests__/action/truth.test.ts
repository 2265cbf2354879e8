import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags } from '../support/fixture.ts';
import { startGitHub } from '../support/github/simulator.ts';
import { previews } from '../support/quay/tags.ts';
import { FAST_TIME } from '../support/run-action.ts';

const ROBOT = { token: '', username: 'acme+ci', password: 'robot-password-0123456789' };
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
    quay.addRobot(ROBOT.username, ROBOT.password, { 'acme/web': 'write' });
    quay.fault({ method: 'DELETE', fault: { kind } });
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.list('deleted')).toEqual([]);
    expect([...run.list('failed')].sort()).toEqual(['acme/web:pr-1', 'acme/web:pr-2']);
    expect(run.list('remaining')).toHaveLength(3);
  });
});

describe('what remains', () => {
  test('is what was listed where GitHub cannot be asked', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const github = endsWithTest(await startGitHub());
    github.refuse('bad-credentials');
    const run = await cleanUp(
      quay,
      { tags: 'pr-{pr}', 'github-token': 'ghs_0a1b2c3d4e5f6a7b8c9d' },
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
  const run = await cleanUp(quay, { tags: 'pr-*', 'time-budget': '3s' });
  expect(run.exitCode).toBe(0);
  expect(run.list('failed')).toEqual([]);
  expect(run.list('deleted')).toEqual(['acme/web:pr-2']);
  expect(run.list('remaining')).toEqual(['acme/web:pr-1']);
  expect(run.log).toMatch(/^::warning::The time budget of 3s was reached\./m);
});

test('of more than ten notes, ten are notices, the rest stand in a group of the log, and all in the report', async () => {
  const quay = await quayWithTags(['pr-1', 'latest']);
  const exclusions = Array.from({ length: 13 }, (_, index) => `slip-${index}`);
  const run = await cleanUp(quay, { tags: 'pr-*', 'exclude-tags': exclusions.join('\n') });
  expect(run.exitCode).toBe(0);
  expect(run.log.match(/^::notice::The exclusion/gm)).toHaveLength(10);
  expect(run.log).toMatch(/^::group::3 more notes\n(The exclusion .*\n){3}::endgroup::$/m);
  const { notes } = JSON.parse(run.report ?? '');
  for (const exclusion of exclusions)
    expect(notes).toContainEqual(expect.stringContaining(`\`${exclusion}\``));
});

test('the progress counts what failed apart', async () => {
  const quay = await quayWithTags([], { delayMs: 30 });
  quay.addTags('acme/web', previews(60));
  quay.fault({ method: 'DELETE', path: /[02468]$/, fault: { kind: 'status', status: 400 } });
  const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '2' }, FAST_TIME);
  expect(run.exitCode).toBe(1);
  const [, done, failed] = /^Deleted (\d+) of 60 tags, (\d+) failed, /m.exec(run.log) ?? [];
  expect(Number(done)).toBeLessThanOrEqual(30);
  expect(Number(failed)).toBeLessThanOrEqual(30);
  expect(Number(failed)).toBeGreaterThan(0);
});
