import type { ChildProcess } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags } from '../support/fixture.ts';
import { type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { previews } from '../support/quay/tags.ts';
import { FAST_TIME, type FinishedRun } from '../support/run-action.ts';

/** Long enough for a busy machine, and shorter than the time that any answer has: a run that waits for it fails. */
const PROMPTLY = 19_000;

const NEVER_WHOLE = [{ kind: 'silent' }, { kind: 'drip', everyMs: 100 }] as const;

async function scene(): Promise<{ readonly quay: QuaySimulator; readonly github: GitHubSimulator }> {
  const quay = await quayWithTags(['pr-1', 'latest']);
  return { quay, github: endsWithTest(await startGitHub()) };
}

/** Sends the running process a SIGTERM as soon as something has happened. */
function terminateWhen(happened: () => boolean): (child: ChildProcess) => void {
  return (child) => {
    const timer = setInterval(() => {
      if (!happened()) return;
      clearInterval(timer);
      child.kill('SIGTERM');
    }, 20);
    child.once('exit', () => clearInterval(timer));
  };
}

function expectCancelled(run: FinishedRun, quay: QuaySimulator): void {
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('The run was cancelled');
  expect(run.log).not.toMatch(/^ {4}at /m);
  expect(run.list('deleted')).toEqual([]);
  expect(quay.deletesSent()).toEqual([]);
}

describe('a cancelled run ends at once', () => {
  test.each(NEVER_WHOLE)(
    'where GitHub answers $kind',
    async (fault) => {
      const { quay, github } = await scene();
      github.meet(fault);
      const run = await cleanUp(
        quay,
        { tags: 'pr-{pr}', 'github-token': 'ghs_0a1b2c3d4e5f6a7b8c9d' },
        {
          environment: { ...github.environment, GITHUB_EVENT_NAME: 'schedule' },
          onStart: terminateWhen(() => github.requests.length > 0),
        },
      );
      expectCancelled(run, quay);
      expect(run.list('remaining')).toHaveLength(2);
    },
    PROMPTLY,
  );

  test.each(NEVER_WHOLE)(
    'where the OIDC endpoint answers $kind',
    async (fault) => {
      const { quay, github } = await scene();
      github.meet(fault, { path: /oidc/ });
      const run = await cleanUp(
        quay,
        { token: '', username: 'acme+ci', tags: 'pr-*' },
        {
          environment: { ...github.environment, ...github.oidcEnvironment },
          onStart: terminateWhen(() => github.requests.length > 0),
        },
      );
      expectCancelled(run, quay);
      expect(run.outputs['remaining']).toBe('');
    },
    PROMPTLY,
  );

  test.each([{ kind: 'hang' }, { kind: 'drip', everyMs: 100 }] as const)(
    'where the registry answers $kind',
    async (fault) => {
      const { quay } = await scene();
      quay.fault({ path: /\/tag\//, fault });
      const run = await cleanUp(
        quay,
        { tags: 'pr-*' },
        { onStart: terminateWhen(() => quay.requests.some(({ path }) => path.includes('/tag/'))) },
      );
      expectCancelled(run, quay);
      expect(run.outputs['remaining']).toBe('');
    },
    PROMPTLY,
  );
});

describe('a list that announces more for ever', () => {
  const ROBOT = { token: '', username: 'acme+ci', password: 'robot-password-0123456789' };

  test.each([
    { endlessList: 'last-page', account: {} },
    { endlessList: 'two-pages', account: {} },
    { endlessList: 'last-page', account: ROBOT },
    { endlessList: 'two-pages', account: ROBOT },
  ] as const)(
    '($endlessList, $account.username) fails, and nothing is deleted',
    async ({ endlessList, account }) => {
      const quay = await quayWithTags([], { endlessList });
      quay.addRobot(ROBOT.username, ROBOT.password, { 'acme/web': 'write' });
      quay.addTags('acme/web', previews(250));
      const run = await cleanUp(quay, { ...account, tags: 'pr-*' });
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('The list of the tags of acme/web does not end');
      expect(quay.deletesSent()).toEqual([]);
      expect(quay.requests.length).toBeLessThan(100);
    },
  );
});

describe('what never answers ends the run by itself', () => {
  test.each(NEVER_WHOLE)('where GitHub answers $kind', async (fault) => {
    const { quay, github } = await scene();
    github.meet(fault);
    const run = await cleanUp(
      quay,
      { tags: 'pr-{pr}', 'github-token': 'ghs_0a1b2c3d4e5f6a7b8c9d' },
      { ...FAST_TIME, environment: { ...github.environment, GITHUB_EVENT_NAME: 'schedule' } },
    );
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('GitHub did not answer about pull requests within 30 s');
    expect(run.list('remaining')).toHaveLength(2);
  });

  test.each(NEVER_WHOLE)('where the OIDC endpoint answers $kind', async (fault) => {
    const { quay, github } = await scene();
    github.meet(fault, { path: /oidc/ });
    const run = await cleanUp(
      quay,
      { token: '', username: 'acme+ci', tags: 'pr-*' },
      { ...FAST_TIME, environment: { ...github.environment, ...github.oidcEnvironment } },
    );
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain("GitHub's endpoint for OIDC tokens did not answer within 20 s");
  });

  test.each([{ kind: 'hang' }, { kind: 'drip', everyMs: 100 }] as const)(
    'where the registry answers $kind to every list',
    async (fault) => {
      const { quay } = await scene();
      quay.fault({ path: /\/tag\//, fault });
      const run = await cleanUp(quay, { tags: 'pr-*' }, FAST_TIME);
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('did not answer in time');
      expect(run.outputs['remaining']).toBe('');
      expect(quay.requests.filter(({ path }) => path.includes('/tag/')).length).toBeLessThanOrEqual(5);
    },
  );

  test.each([3, 40])('where the registry swallows %i deletions, and it still lists', async (count) => {
    const quay = await quayWithTags(['latest']);
    quay.addTags('acme/web', previews(count));
    quay.fault({ method: 'DELETE', fault: { kind: 'hang' } });
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '4' }, FAST_TIME);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('Nothing was deleted.');
    expect(run.list('deleted')).toEqual([]);
    expect(run.list('failed')).toHaveLength(count);
    expect(run.list('remaining')).toHaveLength(count + 1);
    // A minute's worth of requests, however many tags there are.
    expect(quay.deletesSent().length).toBeLessThanOrEqual(8);
  });
});
