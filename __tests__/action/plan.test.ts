import { describe, expect, test } from '@jest/globals';
import { cleanUp, GITHUB_TOKEN, quayWithTags, ROBOT } from '../support/fixture.ts';
import { type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { endsWithTest, fileOf } from '../support/resources.ts';
import type { FinishedRun } from '../support/run-bundle.ts';

const RULES = { tags: 'pr-{pr}*', 'github-token': GITHUB_TOKEN };

interface Scene {
  readonly quay: QuaySimulator;
  readonly github: GitHubSimulator;
}

async function scene(tags: readonly string[]): Promise<Scene> {
  const github = endsWithTest(await startGitHub());
  github.setPullRequests('CLOSED', 1, 2, 3, 4);
  return { quay: await quayWithTags(tags), github };
}

function run({ quay, github }: Scene, inputs: Readonly<Record<string, string>>): Promise<FinishedRun> {
  return cleanUp(
    quay,
    { ...RULES, ...inputs },
    { environment: { ...github.environment, GITHUB_EVENT_NAME: 'workflow_dispatch' } },
  );
}

/** The report of a dry run, as the next job finds it. */
async function planOf(here: Scene, inputs: Readonly<Record<string, string>> = {}): Promise<string> {
  const { report, exitCode } = await run(here, { 'dry-run': 'true', ...inputs });
  expect(exitCode).toBe(0);
  return report ?? '';
}

/** A plan to delete `pr-1`, as a dry run writes it, with some of its keys changed. */
function written({ quay }: Scene, keys: Readonly<Record<string, unknown>> = {}): string {
  const tag = { name: 'pr-1', digest: quay.digestOf('acme/web', 'pr-1'), verdict: 'delete' };
  const now = new Date().toISOString();
  return JSON.stringify({
    version: 1,
    registry: quay.host,
    dryRun: true,
    mode: 'delete',
    startedAt: now,
    finishedAt: now,
    repositories: [{ repository: 'acme/web', tags: [tag] }],
    ...keys,
  });
}

describe('a plan that was approved', () => {
  test('is carried out, and no more than it', async () => {
    const here = await scene(['pr-1', 'pr-2', 'latest']);
    const plan = fileOf(await planOf(here));
    here.quay.addTag('acme/web', { name: 'pr-3', lastModified: 1_716_324_063 });
    const finished = await run(here, { plan });
    expect(finished.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(['latest', 'pr-3']);
    expect(finished.summary).toContain('not in the plan');
    expect(finished.list('deleted')).toEqual(['acme/web:pr-1', 'acme/web:pr-2']);
  });

  test('does not take a tag that was pushed again since, nor one whose pull request was reopened', async () => {
    const here = await scene(['pr-1', 'pr-2', 'pr-3']);
    const plan = fileOf(await planOf(here));
    here.quay.addTag('acme/web', {
      name: 'pr-2',
      digest: `sha256:${'2'.repeat(64)}`,
      lastModified: 1_716_324_063,
    });
    here.github.setPullRequests('OPEN', 3);
    const finished = await run(here, { plan });
    expect(finished.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual(['pr-2', 'pr-3']);
    expect(finished.summary).toContain('pushed again since the plan');
    expect(finished.summary).toContain('pull request #3 was reopened since the plan');
  });

  test('narrows a dry run too, whose plan is then what would be deleted now', async () => {
    const here = await scene(['pr-1', 'pr-2']);
    const plan = fileOf(await planOf(here, { tags: 'pr-1' }));
    const finished = await run(here, { plan, 'dry-run': 'true' });
    expect(finished.list('selected')).toEqual(['acme/web:pr-1']);
  });

  test('keeps all of a repository that is not in it, and goes on with the others', async () => {
    const here = await scene(['pr-1']);
    const plan = fileOf(await planOf(here));
    here.quay.addRepository('acme/api');
    here.quay.addTag('acme/api', { name: 'pr-1', lastModified: 1_716_324_063 });
    const finished = await run(here, { plan, repository: 'acme/web\nacme/api' });
    expect(finished.exitCode).toBe(0);
    expect([here.quay.alive('acme/web'), here.quay.alive('acme/api')]).toEqual([[], ['pr-1']]);
  });

  test('takes orphaned signatures only where it selected them', async () => {
    const here = await scene(['pr-1']);
    const orphan = (digit: string) => ({
      name: `sha256-${digit.repeat(64)}.sig`,
      lastModified: 1_716_324_063,
    });
    here.quay.addTag('acme/web', orphan('1'));
    const plan = fileOf(await planOf(here, { 'clean-orphaned-signatures': 'true' }));
    here.quay.addTag('acme/web', orphan('2'));
    const finished = await run(here, { plan, 'clean-orphaned-signatures': 'true' });
    expect(finished.exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual([orphan('2').name]);
  });
});

describe('a plan is refused', () => {
  test.each([
    ['of another registry', { registry: 'quay.example' }, 'is from "quay.example"'],
    ['that is a record of deletions', { dryRun: false }, 'is from a run that was not a dry run'],
    ['that lets tags expire', { mode: 'expire' }, 'Set `expire-in` as in the dry run'],
    ['of a run that failed', { error: 'GitHub was silent.' }, 'failed or did not finish'],
    ['of a run that was refused', { stopped: 'guard' }, 'failed or did not finish'],
    ['of a run that was killed', { finishedAt: null }, 'failed or did not finish'],
    ['that is old', { startedAt: '2024-05-21T20:41:03Z' }, 'longer than 24h ago'],
    ['that is not made yet', { startedAt: '2124-05-21T20:41:03Z' }, 'in the future'],
    ['that has no time', { startedAt: 'yesterday' }, '`startedAt` must be a time'],
    ['without repositories', { repositories: [] }, 'none of the repositories of this run'],
    ['of other repositories', { repositories: [{ repository: 'acme/x', tags: [] }] }, 'It is of acme/x'],
  ])('%s, and nothing is deleted', async (_, keys, says) => {
    const here = await scene(['pr-1']);
    const plan = fileOf(written(here, keys));
    const finished = await run(here, { plan });
    expect(finished.exitCode).toBe(1);
    expect(finished.log).toContain(says);
    expect(finished.log).not.toMatch(/^ {4}at /m);
    expect(here.quay.alive('acme/web')).toEqual(['pr-1']);
  });

  test('made with another `expire-in`', async () => {
    const here = await scene(['pr-1']);
    const plan = fileOf(await planOf(here, { 'expire-in': '30d' }));
    const finished = await run(here, { plan, 'expire-in': '1h' });
    expect(finished.exitCode).toBe(1);
    expect(finished.log).toContain('lets tags expire in 30d, and `expire-in` is 1h');
    expect(here.quay.requests.some(({ method }) => method === 'PUT')).toBe(false);
    expect((await run(here, { plan, 'expire-in': '720h' })).exitCode).toBe(0);
  });

  test('where it cannot be read, or is no report', async () => {
    const here = await scene(['pr-1']);
    const [missing, empty] = await Promise.all([
      run(here, { plan: 'nowhere/plan.json' }),
      run(here, { plan: fileOf('{}') }),
    ]);
    expect([missing?.exitCode, empty?.exitCode]).toEqual([1, 1]);
    expect(missing?.log).toContain('nowhere/plan.json');
    expect(missing?.log).not.toMatch(/^ {4}at /m);
    expect(empty?.log).toContain('`version` must be 1');
    expect(here.quay.alive('acme/web')).toEqual(['pr-1']);
  });

  test('where the list shows names alone, with what to do', async () => {
    const here = await scene(['pr-1']);
    const plan = fileOf(written(here));
    const finished = await run(here, { plan, ...ROBOT });
    expect(finished.exitCode).toBe(1);
    expect(finished.log).toContain('`plan` needs their dates, digests or labels. Use an OAuth `token`');
    expect(here.quay.alive('acme/web')).toEqual(['pr-1']);
  });

  test('for a tag of which it does not know the digest', async () => {
    const here = await scene(['pr-1']);
    const tag = { name: 'pr-1', digest: null, verdict: 'delete' };
    const plan = fileOf(written(here, { repositories: [{ repository: 'acme/web', tags: [tag] }] }));
    const finished = await run(here, { plan });
    expect(finished.exitCode).toBe(0);
    expect(finished.summary).toContain('its digest, now or in the plan, is unknown');
    expect(here.quay.alive('acme/web')).toEqual(['pr-1']);
  });

  test('later where more time is allowed', async () => {
    const here = await scene(['pr-1']);
    const old = new Date(Date.now() - 30 * 3_600_000).toISOString();
    const plan = fileOf(written(here, { startedAt: old }));
    expect((await run(here, { plan, 'plan-max-age': '29h' })).exitCode).toBe(1);
    expect(here.quay.alive('acme/web')).toEqual(['pr-1']);
    expect((await run(here, { plan, 'plan-max-age': '31h' })).exitCode).toBe(0);
    expect(here.quay.alive('acme/web')).toEqual([]);
  });
});
