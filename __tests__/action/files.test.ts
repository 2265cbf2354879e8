import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import type { FinishedRun } from '../support/run-action.ts';

/** A device that takes nothing, as a full disk does. */
const FULL = '/dev/full';
const BROKEN = ['/nowhere/at/all', '/', ...(existsSync(FULL) ? [FULL] : [])];

function expectOneSentence(run: FinishedRun, says: RegExp): void {
  expect(run.exitCode).toBe(1);
  expect(run.log).not.toMatch(/^ {4}at |^node:/m);
  expect(run.log.match(/^::error::/gm)).toHaveLength(1);
  expect(run.log).toMatch(says);
}

describe.each(BROKEN)('with %s for a file', (path) => {
  test('of outputs, the rest is told, and the run fails', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const run = await cleanUp(quay, { tags: 'pr-*' }, { environment: { GITHUB_OUTPUT: path } });
    expectOneSentence(run, /^::error::.*The outputs could not be written: /m);
    expect(run.summary).toContain('Deleted 1 of 2 tags in [acme/web]');
    expect(run.log).toContain('1 tag remains.');
    expect(quay.alive('acme/web')).toEqual(['latest']);
  });

  test('of the summary, the rest is told, and the run fails', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const run = await cleanUp(quay, { tags: 'pr-*' }, { environment: { GITHUB_STEP_SUMMARY: path } });
    expectOneSentence(run, /^::error::.*The job summary could not be written: /m);
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
    expect(run.report).toContain('"outcome":"deleted"');
  });

  test('of both, the log still tells it all', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const environment = { GITHUB_OUTPUT: path, GITHUB_STEP_SUMMARY: path };
    const run = await cleanUp(quay, { tags: 'pr-*' }, { environment });
    expectOneSentence(run, /The outputs could not be written: .*The job summary could not be written: /);
    expect(run.log).toContain('Deleted 1 of 2 tags in acme/web.');
  });
});

test.each(['/nowhere/at/all', '/dev/null', '/proc'])(
  'without a plan on disk (RUNNER_TEMP is %s) nothing is deleted',
  async (path) => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const run = await cleanUp(quay, { tags: 'pr-*' }, { environment: { RUNNER_TEMP: path } });
    expectOneSentence(run, /^::error::.*The plan could not be written to disk, so nothing was deleted: /m);
    expect(quay.deletesSent()).toEqual([]);
    expect(run.list('selected')).toEqual(['acme/web:pr-1']);
    expect(run.list('remaining')).toHaveLength(2);
    expect(run.outputs['report']).toBe('');
    expect(run.summary).toContain('nothing was deleted');
  },
);

test('where no variable names a file, the run is told in the log', async () => {
  const quay = await quayWithTags(['pr-1', 'latest']);
  const environment = { GITHUB_OUTPUT: '', GITHUB_STEP_SUMMARY: '', RUNNER_TEMP: '' };
  const run = await cleanUp(quay, { tags: 'pr-*' }, { environment });
  expect(run.log).toContain('Deleted 1 of 2 tags in acme/web.');
  expect(run.log).not.toMatch(/^ {4}at /m);
});

test('a log that nobody reads any more does not keep outputs and summary from being written', async () => {
  const quay = await quayWithTags(['pr-1', 'latest']);
  const run = await cleanUp(
    quay,
    { tags: 'pr-*' },
    {
      onStart: (child) => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      },
    },
  );
  expect(run.exitCode).toBe(1);
  expect(run.signal).toBeNull();
  expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
  expect(run.summary).toContain('Deleted 1 of 2 tags in [acme/web]');
  expect(run.report).toContain('"outcome":"deleted"');
});
