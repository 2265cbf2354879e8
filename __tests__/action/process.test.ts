import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { listen } from '../http/serve.ts';
import {
  atDelete,
  cleanUpSpawned,
  quayWithTags,
  reportedTags,
  reportIn,
  TOKEN,
  undo,
  written,
} from '../support/fixture.ts';
import { previews } from '../support/quay/tags.ts';
import { fileOf } from '../support/resources.ts';
import { type BundleRun, type FinishedRun, type RunningAction, runBundle } from '../support/run-bundle.ts';

// What only a process of its own can show: by the bundle, alone, in a clean environment.

const fileOfSupport = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));

/** Sends SIGTERM as soon as the log holds a text. */
function terminateAt(text: string | RegExp): Pick<BundleRun, 'onStart' | 'onOutput'> {
  let running: RunningAction | undefined;
  let log = '';
  let sent = false;
  return {
    onStart: (run) => {
      running = run;
    },
    onOutput: (chunk) => {
      log += chunk;
      if (sent || !(typeof text === 'string' ? log.includes(text) : text.test(log))) return;
      sent = true;
      running?.signal();
    },
  };
}

test('a run deletes, tells it, and succeeds', async () => {
  const quay = await quayWithTags(['pr-1', 'pr-2', 'latest']);
  const run = await cleanUpSpawned(quay, { tags: 'pr-*' });
  expect(run).toMatchObject({ exitCode: 0, signal: null });
  expect(quay.alive('acme/web')).toEqual(['latest']);
  expect(run.list('deleted')).toEqual(['acme/web:pr-1', 'acme/web:pr-2']);
  expect(run.list('remaining')).toEqual(['acme/web:latest']);
  expect(run.summary).toContain('Deleted 2 of 3 tags in [acme/web]');
  expect(run.log.split('\n')[0]).toBe(`::add-mask::${TOKEN}`);
  expect(written(run)).not.toContain(TOKEN);
  const undone = await runBundle({
    action: 'restore',
    inputs: { registry: quay.url, token: TOKEN, report: fileOf(run.report ?? '') },
  });
  expect(undone).toMatchObject({ exitCode: 0, signal: null });
  expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2']);
});

test('an action without inputs fails in one sentence for each', async () => {
  const runs = await Promise.all([runBundle({ inputs: {} }), runBundle({ action: 'restore', inputs: {} })]);
  for (const run of runs) {
    expect(run).toMatchObject({ exitCode: 1, signal: null });
    expect(run.log.match(/^::error::/gm)).toHaveLength(1);
    expect(run.log).toContain('`repository` is required');
    expect(run.log).not.toMatch(/^ {4}at |^node:/m);
  }
});

test('a proxy that never answers keeps no run from ending', async () => {
  const proxy = await listen(createServer().on('connect', () => undefined));
  const inputs = { repository: 'acme/web', tags: 'pr-*', token: TOKEN, registry: 'quay.invalid' };
  const run = await runBundle({
    inputs: { ...inputs, 'time-budget': '1s' },
    environment: { HTTPS_PROXY: proxy.origin },
  });
  expect(run).toMatchObject({ exitCode: 1, signal: null });
  expect(run.log).toContain('The time budget of 1s was reached');
});

describe('a signal', () => {
  function expectAllTold(run: FinishedRun): void {
    expect(run.signal).toBeNull();
    expect(run.log).not.toMatch(/^ {4}at /m);
    expect(run.summary).not.toBe('');
    expect(Object.keys(run.outputs)).toEqual(
      expect.arrayContaining(['selected', 'deleted', 'failed', 'remaining', 'report']),
    );
  }

  const EARLY = { nodeArguments: ['--import', fileOfSupport('report-handlers.mjs')] };

  test('that comes as soon as the handlers stand is told, and they stand before all else is loaded', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUpSpawned(quay, { tags: 'pr-*' }, { ...EARLY, ...terminateAt('HANDLERS STAND') });
    expect(run.log).toContain('HANDLERS STAND, undici is not loaded');
    expectAllTold(run);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('The run was cancelled');
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
  });

  test('finds the handlers of a restore as early', async () => {
    const run = await runBundle({
      action: 'restore',
      inputs: { repository: 'acme/web', tags: 'pr-*', registry: 'http://127.0.0.1:1', token: TOKEN },
      ...EARLY,
      ...terminateAt('HANDLERS STAND'),
    });
    expect(run.log).toContain('HANDLERS STAND, undici is not loaded');
    expect(run).toMatchObject({ exitCode: 1, signal: null });
    expect(run.outputs['restored']).toBe('[]');
    expect(run.summary).not.toBe('');
  });

  test.each(['SIGINT', 'SIGHUP'] as const)('(%s) stops the deletions, and all done is told', async (name) => {
    const quay = await quayWithTags(previews(90));
    const end = atDelete(quay, (count, { signal }) => count === 10 && signal(name));
    const run = await cleanUpSpawned(quay, { tags: 'pr-*', concurrency: '2' }, end);
    expectAllTold(run);
    expect(run.exitCode).toBe(1);
    expect(run.list('deleted')).toHaveLength(90 - quay.alive('acme/web').length);
    expect(run.summary).toContain('cancelled');
  });

  test('that kills leaves the plan on disk, by which the run is undone', async () => {
    const quay = await quayWithTags(previews(90));
    let plan: string | undefined;
    const kill = atDelete(quay, (count, { temporaryFolder, signal }) => {
      plan ??= reportIn(temporaryFolder);
      if (count === 10) signal('SIGKILL');
    });
    const run = await cleanUpSpawned(quay, { tags: 'pr-*', concurrency: '2' }, kill);
    expect(run.signal).toBe('SIGKILL');
    expect(quay.alive('acme/web').length).toBeLessThan(90);
    await undo(quay, plan);
    expect(quay.alive('acme/web')).toHaveLength(90);
  });

  // A later one may meet a process that has told it all and is ending, in which Node listens no more.
  test('that comes while results are written does not keep them from being written', async () => {
    const quay = await quayWithTags(['latest', 'main', ...previews(500)]);
    const terminate = terminateAt(/List what remains\n(?:.*\n)*?::endgroup::/);
    const run = await cleanUpSpawned(quay, { tags: 'pr-*' }, terminate);
    expectAllTold(run);
    expect(run.outputs['deleted-count']).toBe('500');
    expect(JSON.parse(run.report ?? '').finishedAt).not.toBeNull();
  });
});

/** A device that takes nothing, as a full disk does. */
const FULL = existsSync('/dev/full') ? '/dev/full' : '/nowhere/at/all';

function expectOneSentence(run: FinishedRun, says: RegExp): void {
  expect(run.exitCode).toBe(1);
  expect(run.log).not.toMatch(/^ {4}at |^node:/m);
  expect(run.log.match(/^::error::/gm)).toHaveLength(1);
  expect(run.log).toMatch(says);
}

describe('where a file cannot be written', () => {
  test.each([
    { environment: { GITHUB_OUTPUT: FULL }, failed: 'The outputs' },
    { environment: { GITHUB_STEP_SUMMARY: '/' }, failed: 'The job summary' },
    {
      environment: { GITHUB_OUTPUT: '/nowhere/at/all', GITHUB_STEP_SUMMARY: FULL },
      failed: 'The outputs could not be written: .*The job summary',
    },
  ])('($environment) the rest is told, and the run fails', async ({ environment, failed }) => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const run = await cleanUpSpawned(quay, { tags: 'pr-*' }, { environment });
    expectOneSentence(run, new RegExp(`^::error::.*${failed} could not be written: `, 'm'));
    expect(run.log).toContain('Deleted 1 of 2 tags in acme/web.');
    if (!environment.GITHUB_OUTPUT) expect(run.report).toContain('"outcome":"deleted"');
    if (!environment.GITHUB_OUTPUT) expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
    if (!environment.GITHUB_STEP_SUMMARY) expect(run.summary).toContain('Deleted 1 of 2 tags in [acme/web]');
  });

  test.each(['/nowhere/at/all', '/dev/null'])('for the plan (%s), nothing is deleted', async (path) => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const run = await cleanUpSpawned(quay, { tags: 'pr-*' }, { environment: { RUNNER_TEMP: path } });
    expectOneSentence(run, /^::error::.*The plan could not be written to disk, so nothing was deleted: /m);
    expect(quay.deletesSent()).toEqual([]);
    expect(run.list('selected')).toEqual(['acme/web:pr-1']);
    expect(run.list('remaining')).toHaveLength(2);
    expect(run.outputs['report']).toBe('');
    expect(run.summary).toContain('nothing was deleted');
  });

  test('since no variable names one, the run is told in the log', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const environment = { GITHUB_OUTPUT: '', GITHUB_STEP_SUMMARY: '', RUNNER_TEMP: '' };
    const run = await cleanUpSpawned(quay, { tags: 'pr-*' }, { environment });
    expect(run.log).toContain('Deleted 1 of 2 tags in acme/web.');
    expect(run.log).not.toMatch(/^ {4}at /m);
  });

  test('as the log, which nobody reads any more, outputs and summary are written', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const onSpawn: BundleRun['onSpawn'] = (child) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const run = await cleanUpSpawned(quay, { tags: 'pr-*' }, { onSpawn });
    expect(run).toMatchObject({ exitCode: 1, signal: null });
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
    expect(run.summary).toContain('Deleted 1 of 2 tags in [acme/web]');
    expect(run.report).toContain('"outcome":"deleted"');
  });
});

describe('a disk that fills up', () => {
  test.each([0, 9000, 14_000, 24_000])('after %i bytes lets go what the plan names alone', async (bytes) => {
    const quay = await quayWithTags(['latest', ...previews(40)]);
    let plan: string | undefined;
    const keep = atDelete(quay, (_, { temporaryFolder }) => (plan ??= reportIn(temporaryFolder)));
    const disk = {
      nodeArguments: ['--import', fileOfSupport('full-disk.mjs')],
      environment: { DISK_BYTES: String(bytes) },
    };
    const run = await cleanUpSpawned(quay, { tags: 'pr-*' }, { ...keep, ...disk });
    expectOneSentence(run, /ENOSPC/);
    const planned = plan === undefined ? [] : reportedTags(plan);
    const named = planned.filter(({ verdict }) => verdict === 'delete').map(({ name }) => `acme/web:${name}`);
    expect(quay.deletesSent().filter((name) => !named.includes(name))).toEqual([]);
    expect(run.log).toContain(named.length === 0 ? 'so nothing was deleted' : 'Deleted 40 of 41 tags');
  });
});
