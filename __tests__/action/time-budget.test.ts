import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags } from '../support/fixture.ts';
import { startGitHub } from '../support/github/simulator.ts';
import type { Fault } from '../support/quay/faults.ts';
import { previews } from '../support/quay/tags.ts';

/** A budget of 2 s, the 10 s in which a run tells what it knows, and as many for a busy machine. */
const IN_TIME = 22_000;

const NO_PLAN = 'The time budget of 2s was reached before the plan was complete. Nothing was deleted.';

describe('a time budget that ends before there is a plan', () => {
  test.each<Fault>([
    { kind: 'hang' },
    { kind: 'drip', everyMs: 100 },
    { kind: 'status', status: 429, headers: { 'retry-after': '86400' } },
    { kind: 'status', status: 503, headers: { 'retry-after': '86400' } },
    { kind: 'status', status: 429 },
  ])(
    'fails the run in time where the registry answers $kind $status $headers',
    async (fault) => {
      const quay = await quayWithTags(['pr-1', 'latest']);
      quay.fault({ fault });
      const run = await cleanUp(quay, { tags: 'pr-*', 'time-budget': '2s' });
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain(NO_PLAN);
      expect(run.outputs['remaining']).toBe('');
      expect(quay.deletesSent()).toEqual([]);
    },
    IN_TIME,
  );

  test(
    'says so where the repositories are not found yet',
    async () => {
      const quay = await quayWithTags(['pr-1', 'latest']);
      quay.fault({ fault: { kind: 'hang' } });
      const run = await cleanUp(quay, { repository: 'acme/*', tags: 'pr-*', 'time-budget': '2s' });
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain(NO_PLAN);
      expect(run.log).not.toContain('aborted');
      expect(run.outputs['remaining']).toBe('');
    },
    IN_TIME,
  );

  test(
    'fails the run in time where GitHub is silent, and tells what was listed',
    async () => {
      const quay = await quayWithTags(['pr-1', 'latest']);
      const github = endsWithTest(await startGitHub());
      github.meet({ kind: 'silent' });
      const run = await cleanUp(
        quay,
        { tags: 'pr-{pr}', 'github-token': 'ghs_0a1b2c3d4e5f6a7b8c9d', 'time-budget': '2s' },
        { environment: { ...github.environment, GITHUB_EVENT_NAME: 'schedule' } },
      );
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('The time budget of 2s was reached');
      expect(run.list('remaining')).toHaveLength(2);
    },
    IN_TIME,
  );
});

describe('a time budget that ends while tags are deleted', () => {
  test(
    'ends the run in time where the registry swallows the deletions',
    async () => {
      const quay = await quayWithTags(['pr-1', 'pr-2', 'latest']);
      quay.fault({ method: 'DELETE', fault: { kind: 'hang' } });
      const run = await cleanUp(quay, { tags: 'pr-*', 'time-budget': '3s' });
      expect(run.log).toContain('The time budget of 3s was reached.');
      expect(run.list('deleted')).toEqual([]);
      expect(run.report?.match(/"outcome":"unknown"/g)).toHaveLength(2);
    },
    IN_TIME,
  );

  test(
    'lists nothing again where nothing was asked to be deleted',
    async () => {
      const quay = await quayWithTags([]);
      quay.addTags('acme/web', previews(20));
      quay.fault({ path: /^\/v2\//, fault: { kind: 'hang' } });
      const run = await cleanUp(quay, { tags: 'pr-*', 'time-budget': '4s' });
      expect(run.exitCode).toBe(0);
      expect(quay.deletesSent()).toEqual([]);
      expect(quay.requests.filter(({ path }) => /\/tag\/.*[?&]page=1&/.test(`${path}&`))).toHaveLength(1);
      expect(run.list('remaining')).toHaveLength(20);
    },
    IN_TIME,
  );
});
