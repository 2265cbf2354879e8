import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { previews } from '../support/quay/tags.ts';
import { type ActionRun, type FinishedRun, runAction } from '../support/run-action.ts';

const REPORT_HANDLERS = fileURLToPath(new URL('../support/report-handlers.mjs', import.meta.url));

/** Sends SIGTERM as soon as the log holds a text. */
function terminateAt(text: string | RegExp): Pick<ActionRun, 'onStart' | 'onOutput'> {
  let child: ChildProcess | undefined;
  let log = '';
  let sent = false;
  return {
    onStart: (started) => {
      child = started;
    },
    onOutput: (chunk) => {
      log += chunk;
      if (sent || !(typeof text === 'string' ? log.includes(text) : text.test(log))) return;
      sent = true;
      child?.kill('SIGTERM');
    },
  };
}

function expectAllTold(run: FinishedRun): void {
  expect(run.signal).toBeNull();
  expect(run.log).not.toMatch(/^ {4}at /m);
  expect(run.summary).not.toBe('');
  expect(Object.keys(run.outputs)).toEqual(
    expect.arrayContaining(['selected', 'deleted', 'failed', 'remaining', 'report']),
  );
}

describe('a signal', () => {
  test('that comes as soon as the handlers stand is told, and they stand before all else is loaded', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(
      quay,
      { tags: 'pr-*' },
      { nodeArguments: ['--import', REPORT_HANDLERS], ...terminateAt('HANDLERS STAND') },
    );
    expect(run.log).toContain('HANDLERS STAND, undici is not loaded');
    expectAllTold(run);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('The run was cancelled');
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
  });

  test('finds the handlers of a restore as early', async () => {
    const quay = await quayWithTags(['latest']);
    const run = await runAction({
      action: 'restore',
      inputs: {
        repository: 'acme/web',
        tags: 'pr-*',
        registry: quay.url,
        token: 'no-token-of-this-registry',
      },
      nodeArguments: ['--import', REPORT_HANDLERS],
      ...terminateAt('HANDLERS STAND'),
    });
    expect(run.log).toContain('HANDLERS STAND, undici is not loaded');
    expect(run.signal).toBeNull();
    expect(run.exitCode).toBe(1);
    expect(run.outputs['restored']).toBe('[]');
    expect(run.summary).not.toBe('');
  });

  test('that comes with the first line of the log is told', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*' }, terminateAt('::add-mask::'));
    expectAllTold(run);
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
  });

  // A later one may meet a process that has told it all and is ending, in which Node listens no more.
  test.each(['::group::List what remains', /List what remains\n(?:.*\n)*?::endgroup::/])(
    'that comes while results are written (%s) does not keep them from being written',
    async (text) => {
      const quay = await quayWithTags(['latest', 'main']);
      quay.addTags('acme/web', previews(3000));
      const run = await cleanUp(quay, { tags: 'pr-*' }, terminateAt(text));
      expectAllTold(run);
      expect(run.outputs['deleted-count']).toBe('3000');
      expect(JSON.parse(run.report ?? '').finishedAt).not.toBeNull();
    },
  );
});
