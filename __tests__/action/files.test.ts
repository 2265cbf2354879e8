import { describe, expect, test } from '@jest/globals';
import { cleanUp, DAY, gitHubWith, now, quayWithTags, ROBOT, type Run } from '../support/fixture.ts';
import type { GitHubSimulator } from '../support/github/simulator.ts';
import { addImage, addIndex, CLEAN } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { fileOf, folderOf } from '../support/resources.ts';
import type { FinishedRun } from '../support/run-bundle.ts';

type Inputs = Readonly<Record<string, string>>;

/** Cleans up beside one file, `in-use.yaml`. */
function cleanUpBeside(
  quay: QuaySimulator,
  text: string,
  inputs: Inputs = {},
  run: Run = {},
): Promise<FinishedRun> {
  const folder = folderOf({ 'in-use.yaml': text });
  return cleanUp(quay, { tags: 'pr-*', 'in-use': 'in-use.yaml', ...inputs }, { folder, ...run });
}

describe('in-use', () => {
  test('keeps tags by name and by digest, whatever rule they meet, and says which file names them', async () => {
    const digest = digestFor('runs');
    const quay = await quayWithTags([
      'pr-1',
      'pr-2',
      'pr-3',
      { name: 'pr-4', digest },
      { name: 'sha-0a1b2c3', digest, lastModified: now() - 90 * DAY },
    ]);
    const text = `
      image: "${quay.host}/acme/web:pr-1"
      imageID: docker-pullable://mirror.example/acme/web@${digest}
      image: ${quay.host}/acme/other:pr-3`;
    const run = await cleanUpBeside(quay, text, { tags: 'pr-*\nsha-* older-than=7d' });
    expect(quay.alive('acme/web')).toEqual(['pr-1', 'pr-4', 'sha-0a1b2c3']);
    expect(run.summary).toContain('in use: named in in-use.yaml');
  });

  test.each(['3.18', '3.16', '3.13'])(
    'keeps a multi-arch image by the digest of a platform, however deep, and counts no pull, on Quay %s',
    async (version) => {
      const old = { lastModified: now() - 90 * DAY, pulledAt: null };
      const quay = await quayWithTags([], { version });
      const [amd64, arm64, other] = [addImage(quay, 'a'), addImage(quay, 'b'), addImage(quay, 'c')];
      quay.addTags('acme/web', [
        { name: 'pr-1', images: [addIndex(quay, [amd64]), arm64], ...old },
        { name: 'pr-2', images: [other], ...old },
      ]);
      const pulls = version === '3.13' ? {} : { 'not-pulled-for': '30d' };
      await cleanUpBeside(quay, `imageID: mirror.example/x@${amd64}`, pulls);
      expect(quay.alive('acme/web')).toEqual(['pr-1']);
      expect(quay.pullsOf('acme/web')).toBe(0);
    },
  );

  test('does not narrow a pattern that matches everything', async () => {
    const quay = await quayWithTags(['pr-1']);
    await cleanUpBeside(quay, `image: ${quay.host}/acme/web:pr-1`, { tags: '*' }, { fails: true });
    expect(quay.deletesSent()).toEqual([]);
  });

  test('keeps all of a repository whose tag cannot be told, and says so before it deletes', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    quay.addRepository('acme/api', { tags: ['pr-1'] });
    let log = '';
    let before = '';
    quay.onRequest(/^DELETE/, () => (before = log));
    const text = `# ours\nimage: ${quay.host}/acme/web:{{ .Values.tag }}`;
    const onOutput = (more: string) => (log += more);
    const run = await cleanUpBeside(quay, text, { repository: 'acme/web\nacme/api' }, { onOutput });
    expect(run.list('deleted')).toEqual(['acme/api:pr-1']);
    expect(before).toMatch(/^::warning::.*in-use\.yaml.*helm template/m);
  });

  test.each([
    ['is missing', {}, 'in-use.yaml', 'was not found'],
    ['is a glob that finds none', {}, '*.yaml', 'finds no file'],
    ['is what a failed kubectl wrote', { 'in-use.yaml': 'Unable to connect.' }, '*.yaml', 'names no image'],
  ])('that %s ends the run before any request', async (_, files, path, says) => {
    const quay = await quayWithTags(['pr-1']);
    const folder = folderOf(files);
    const run = await cleanUp(quay, { tags: 'pr-*', 'in-use': path }, { folder, fails: true });
    expect(run.log).toContain(says);
    expect(run.log).not.toMatch(/^ {4}at /m);
    expect(quay.requests).toEqual([]);
  });

  test('keeps by name with a robot account on a private repository, and refuses digests, which nobody shows it', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    const refused = await cleanUpBeside(quay, `image: x@${digestFor('x')}`, ROBOT, { fails: true });
    expect(refused.log).toContain('`in-use` needs their dates, digests or labels. Use an OAuth `token`');
    expect(quay.deletesSent()).toEqual([]);
    await cleanUpBeside(quay, `image: ${quay.host}/acme/web:pr-1`, ROBOT);
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
  });
});

describe('a plan that was approved', () => {
  const SINCE = { lastModified: 1_716_324_063 };

  interface Scene {
    readonly quay: QuaySimulator;
    readonly github: GitHubSimulator;
  }

  /** `acme/web` with previews of closed pull requests. */
  async function scene(tags: readonly string[]): Promise<Scene> {
    return { quay: await quayWithTags(tags), github: await gitHubWith({ CLOSED: [1, 2, 3, 4] }) };
  }

  function run({ quay, github }: Scene, inputs: Inputs, more: Run = {}): Promise<FinishedRun> {
    return cleanUp(quay, { tags: 'pr-{pr}*', ...inputs }, { github, ...more });
  }

  /** The report of a dry run, as the next job finds it. */
  async function planOf(here: Scene, inputs: Inputs = {}): Promise<string> {
    const { report = '' } = await run(here, { 'dry-run': 'true', ...inputs });
    return fileOf(report);
  }

  test('is carried out, and no more than it', async () => {
    const here = await scene(['pr-1', 'pr-2', 'latest']);
    const orphan = (digit: string) => ({ name: `sha256-${digit.repeat(64)}.sig`, ...SINCE });
    here.quay.addTag('acme/web', orphan('1'));
    const plan = await planOf(here, CLEAN);
    here.quay.addTags('acme/web', [{ name: 'pr-3', ...SINCE }, orphan('2')]);
    here.quay.addRepository('acme/api', { tags: [{ name: 'pr-1', ...SINCE }] });
    const finished = await run(here, { plan, repository: 'acme/web\nacme/api', ...CLEAN });
    expect(here.quay.alive('acme/web')).toEqual(['latest', 'pr-3', orphan('2').name]);
    expect(here.quay.alive('acme/api')).toEqual(['pr-1']);
    expect(finished.summary).toContain('not in the plan');
  });

  test('does not take a tag that was pushed again since, nor one whose pull request was reopened', async () => {
    const here = await scene(['pr-1', 'pr-2', 'pr-3']);
    const plan = await planOf(here);
    here.quay.addTag('acme/web', { name: 'pr-2', digest: digestFor('again'), ...SINCE });
    here.github.setPullRequests('OPEN', 3);
    const finished = await run(here, { plan });
    expect(here.quay.alive('acme/web')).toEqual(['pr-2', 'pr-3']);
    expect(finished.summary).toContain('pushed again since the plan');
    expect(finished.summary).toContain('pull request #3 was reopened since the plan');
  });

  test('narrows a dry run too, whose plan is then what would be deleted now', async () => {
    const here = await scene(['pr-1', 'pr-2']);
    const plan = await planOf(here, { tags: 'pr-1' });
    const finished = await run(here, { plan, 'dry-run': 'true' });
    expect(finished.list('selected')).toEqual(['acme/web:pr-1']);
  });

  const time = (hoursAgo: number) => new Date((now() - hoursAgo * 3600) * 1000).toISOString();
  const tag = (digest: string | null) => [{ name: 'pr-1', digest, verdict: 'delete' }];

  /** A plan to delete `pr-1`, as a dry run writes it, with some of its keys changed. */
  function written({ quay }: Scene, keys: Readonly<Record<string, unknown>>): string {
    const repositories = [{ repository: 'acme/web', tags: tag(quay.digestOf('acme/web', 'pr-1') ?? null) }];
    const plan = { version: 1, registry: quay.host, dryRun: true, mode: 'delete', repositories };
    return fileOf(JSON.stringify({ ...plan, startedAt: time(0), finishedAt: time(0), ...keys }));
  }

  test.each<[string, Readonly<Record<string, unknown>>, string, Inputs?]>([
    ['of another registry', { registry: 'quay.example' }, 'is from "quay.example"'],
    ['that is a record of deletions', { dryRun: false }, 'is from a run that was not a dry run'],
    ['that lets tags expire', { mode: 'expire' }, 'Set `expire-in` as in the dry run'],
    ['of a run that failed', { error: 'GitHub was silent.' }, 'failed or did not finish'],
    ['of a run that was refused', { stopped: 'guard' }, 'failed or did not finish'],
    ['of a run that was killed', { finishedAt: null }, 'failed or did not finish'],
    ['that is old', { startedAt: time(25) }, 'longer than 24h ago'],
    ['that is older than allowed', { startedAt: time(30) }, 'longer than 29h ago', { 'plan-max-age': '29h' }],
    ['that is not made yet', { startedAt: time(-99) }, 'in the future'],
    ['that has no time', { startedAt: 'yesterday' }, '`startedAt` must be a time'],
    ['that is no report', { version: undefined }, '`version` must be 1'],
    [
      'with an unreadable row',
      { repositories: [{ repository: 'acme/web', tags: [7] }] },
      'cannot be read: In',
    ],
    ['without repositories', { repositories: [] }, 'none of the repositories of this run'],
    ['of other repositories', { repositories: [{ repository: 'acme/x', tags: [] }] }, 'It is of acme/x'],
    ['where the list shows names alone', {}, '`plan` needs their dates, digests or labels.', ROBOT],
  ])('is refused %s, and nothing is deleted', async (_, keys, says, inputs = {}) => {
    const here = await scene(['pr-1']);
    const finished = await run(here, { plan: written(here, keys), ...inputs }, { fails: true });
    expect(finished.log).toContain(says);
    expect(finished.log).not.toMatch(/^ {4}at /m);
    expect(here.quay.deletesSent()).toEqual([]);
  });

  test('keeps a tag whose digest it does not know, and is good for longer where that is allowed', async () => {
    const here = await scene(['pr-1']);
    const plan = written(here, { repositories: [{ repository: 'acme/web', tags: tag(null) }] });
    const finished = await run(here, { plan });
    expect(finished.summary).toContain('its digest, now or in the plan, is unknown');
    const old = written(here, { startedAt: time(30) });
    await run(here, { plan: old, 'plan-max-age': '31h' });
    expect(here.quay.alive('acme/web')).toEqual([]);
  });

  test('with `expire-in` holds for that duration alone, however it is written', async () => {
    const here = await scene(['pr-1']);
    const plan = await planOf(here, { 'expire-in': '30d' });
    const finished = await run(here, { plan, 'expire-in': '1h' }, { fails: true });
    expect(finished.log).toContain('lets tags expire in 30d, and `expire-in` is 1h');
    expect(here.quay.requests.some(({ method }) => method === 'PUT')).toBe(false);
    await run(here, { plan, 'expire-in': '720h' });
  });
});
