import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags } from '../support/fixture.ts';
import { type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import type { FinishedRun } from '../support/run-action.ts';

interface Scene {
  readonly quay: QuaySimulator;
  readonly github: GitHubSimulator;
}

async function scene(tags: readonly string[]): Promise<Scene> {
  return { quay: await quayWithTags(tags), github: endsWithTest(await startGitHub()) };
}

interface Trigger {
  readonly name: string;
  readonly payload?: object;
  readonly token?: string;
}

function cleanUpOn(
  { name, payload = {}, token = 'ghs_0a1b2c3d4e5f6a7b8c9d' }: Trigger,
  { quay, github }: Scene,
  inputs: Readonly<Record<string, string>>,
): Promise<FinishedRun> {
  return cleanUp(
    quay,
    { 'github-token': token, ...inputs },
    { environment: { ...github.environment, GITHUB_EVENT_NAME: name }, event: payload },
  );
}

describe('{pr}', () => {
  test.each(['pull_request', 'pull_request_target'])(
    'on %s takes only the tags of that pull request',
    async (name) => {
      const here = await scene(['pr-1', 'pr-12', 'pr-12-arm64', 'pr-123', 'pr-13', 'latest']);
      here.github.setPullRequests('MERGED', 1, 12, 13, 123);
      const run = await cleanUpOn(
        { name, payload: { number: 12, pull_request: { state: 'closed' } } },
        here,
        { tags: 'pr-{pr}*' },
      );
      expect(run.exitCode).toBe(0);
      expect(here.quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-123', 'pr-13']);
    },
  );

  test('on a schedule takes all that are closed or merged, and says why the others stay', async () => {
    const here = await scene(['pr-1', 'pr-2', 'pr-3', 'pr-4', 'pr-01', 'pr-x', 'latest']);
    here.github.setPullRequests('CLOSED', 1);
    here.github.setPullRequests('MERGED', 2);
    here.github.setPullRequests('OPEN', 3);
    const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'pr-{pr}*' });
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(['latest', 'pr-01', 'pr-3', 'pr-4', 'pr-x']);
    expect(run.report).toContain('pull request #3 is open');
    expect(run.report).toContain('pull request #4');
  });

  test('asks for the state as it is now: a pull request that was reopened keeps its tags', async () => {
    const here = await scene(['pr-7']);
    here.github.setPullRequests('OPEN', 7);
    const run = await cleanUpOn(
      {
        name: 'pull_request',
        payload: { number: 7, action: 'closed', pull_request: { state: 'closed', merged: true } },
      },
      here,
      { tags: 'pr-{pr}' },
    );
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(['pr-7']);
  });

  test('asks for 600 pull requests in at most twelve requests', async () => {
    const numbers = Array.from({ length: 600 }, (_, index) => index + 1);
    const here = await scene(numbers.map((number) => `pr-${number}`));
    here.github.setPullRequests('CLOSED', ...numbers);
    const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'pr-{pr}' });
    expect(run.outputs['deleted-count']).toBe('600');
    expect(here.github.queries.length).toBeLessThanOrEqual(12);
  });

  test('goes on after a busy GitHub', async () => {
    const here = await scene(['pr-1']);
    here.github.setPullRequests('CLOSED', 1);
    here.github.failNext(1);
    const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'pr-{pr}' });
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual([]);
  });

  test.each(['forbidden', 'repository-not-found'] as const)(
    'ends before anything is deleted when GitHub says %s',
    async (refusal) => {
      const here = await scene(['pr-1']);
      here.github.setPullRequests('CLOSED', 1);
      here.github.refuse(refusal);
      const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'pr-{pr}\npr-1' });
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('pull-requests: read');
      expect(here.quay.deletesSent()).toEqual([]);
    },
  );

  test('ends before anything is deleted without a GitHub token', async () => {
    const here = await scene(['pr-1']);
    const run = await cleanUpOn({ name: 'schedule', token: '' }, here, { tags: 'pr-{pr}' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('`github-token`, which is empty');
    expect(here.quay.deletesSent()).toEqual([]);
  });

  test('asks GitHub nothing when no tag is in question', async () => {
    const here = await scene(['latest']);
    const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'pr-{pr}' });
    expect(run.exitCode).toBe(0);
    expect(here.github.queries).toEqual([]);
  });
});

describe('{branch}', () => {
  test('takes the tags of branches that are gone, as docker/metadata-action writes them', async () => {
    const here = await scene(['preview-feature-x', 'preview-feature-y', 'preview-main', 'latest']);
    here.github.setBranches(
      'main',
      'feature/y',
      ...Array.from({ length: 250 }, (_, index) => `topic/${index}`),
    );
    const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'preview-{branch}' });
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(['latest', 'preview-feature-y', 'preview-main']);
    expect(here.github.queries).toHaveLength(3);
  });

  test('on a delete event takes only the tags of the deleted branch', async () => {
    const here = await scene(['preview-feature-x', 'preview-feature-z']);
    here.github.setBranches('main');
    const run = await cleanUpOn({ name: 'delete', payload: { ref: 'feature/x', ref_type: 'branch' } }, here, {
      tags: 'preview-{branch}',
    });
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(['preview-feature-z']);
  });

  test('takes nothing when a Git tag was deleted', async () => {
    const here = await scene(['preview-v1']);
    const run = await cleanUpOn({ name: 'delete', payload: { ref: 'v1', ref_type: 'tag' } }, here, {
      tags: 'preview-{branch}',
    });
    expect(run.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(['preview-v1']);
  });

  test('ends before anything is deleted when GitHub refuses', async () => {
    const here = await scene(['preview-x']);
    here.github.refuse('bad-credentials');
    const run = await cleanUpOn({ name: 'schedule' }, here, { tags: 'preview-{branch}' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('leave `github-token` out');
    expect(here.quay.deletesSent()).toEqual([]);
  });
});
