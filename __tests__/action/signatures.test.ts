import { describe, expect, test } from '@jest/globals';
import { cleanUp } from '../support/fixture.ts';
import { cosignTag } from '../support/images.ts';
import { digestFor } from '../support/quay/state.ts';
import {
  CLEAN,
  Process,
  quayWithSigned,
  reported,
  reportIn,
  signatureOf,
  undo,
} from '../support/signed-images.ts';

describe('signatures that Quay deletes with their image', () => {
  test.each([
    { name: 'few', count: 2 },
    { name: 'many', count: 12 },
  ])('are counted, told, and brought back by undo, when they are $name', async ({ count }) => {
    const quay = await quayWithSigned(count);
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.outputs['deleted-count']).toBe(String(2 * count));
    expect(run.outputs['remaining-count']).toBe('1');
    expect(reported(run.report, signatureOf('pr-1'))).toMatchObject({
      outcome: 'deleted-with-image',
      takenAlongWith: 'pr-1',
    });
    expect(run.summary).toContain(`Quay deleted ${count} of them with their images.`);
    expect(run.summary).toContain('deleted by Quay with its image `pr-1`');
    expect((await undo(quay, run.report)).exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(before);
    expect(quay.digestOf('acme/web', signatureOf('pr-1'))).toBe(digestFor('signature of pr-1'));
  });

  test.each([1, 12])('are this run’s with clean-orphaned-signatures too, of %s images', async (count) => {
    const quay = await quayWithSigned(count);
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.outputs['deleted-count']).toBe(String(2 * count));
    expect(run.report).not.toContain('"gone"');
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(before);
  });

  test('are others’ where others had deleted them, and undo leaves those alone', async () => {
    const quay = await quayWithSigned(1);
    quay.addTag('acme/web', { name: signatureOf('long gone') });
    quay.onRequest(({ method }) => {
      if (method === 'DELETE') quay.remove('acme/web', signatureOf('long gone'));
    });
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(reported(run.report, signatureOf('long gone'))?.outcome).toBe('gone');
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', signatureOf('pr-1')].sort());
  });

  test('stay on Quay 3.17, and every count is right', async () => {
    const quay = await quayWithSigned(3, { version: '3.17' });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['deleted-count']).toBe('3');
    expect(run.outputs['remaining-count']).toBe('4');
    expect(run.summary).not.toContain('with their images');
    expect(quay.alive('acme/web')).toHaveLength(4);
  });

  test('stay while another tag of their image does, and are not looked at', async () => {
    const quay = await quayWithSigned(1);
    quay.addTag('acme/web', { name: 'main', digest: digestFor('pr-1') });
    const run = await cleanUp(quay, { tags: 'pr-*', 'exclude-tags': '*.sig' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'main', signatureOf('pr-1')].sort());
    expect(run.outputs['deleted-count']).toBe('1');
    expect(run.report).not.toContain('takenAlongWith');
    expect(quay.requests.some(({ path }) => path.includes('filter_tag_name'))).toBe(false);
  });

  test('do not include the index of referrers, which is no orphan while its image lives', async () => {
    const quay = await quayWithSigned(1);
    const referrers = (name: string) => cosignTag(digestFor(name), '');
    quay.addTags('acme/web', [{ name: referrers('pr-1') }, { name: referrers('latest') }]);
    await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(quay.alive('acme/web')).toEqual(['latest', referrers('pr-1'), referrers('latest')].sort());
    await cleanUp(quay, { tags: 'sha256-*' });
    expect(quay.alive('acme/web')).toEqual(['latest', referrers('latest')].sort());
  });

  test('go on Quay 3.17 where they are cleaned', async () => {
    const quay = await quayWithSigned(3, { version: '3.17' });
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.outputs['deleted-count']).toBe('6');
    expect(quay.alive('acme/web')).toEqual(['latest']);
  });

  test('are named in the plan before anything is deleted, and undo finds them after a kill', async () => {
    const quay = await quayWithSigned(1);
    const before = quay.alive('acme/web');
    const run = new Process();
    let report: string | undefined;
    quay.onRequest(({ method, path }) => {
      if (method === 'DELETE') report = reportIn(run.folder);
      else if (report !== undefined && path.includes('onlyActiveTags')) run.child?.kill('SIGKILL');
    });
    const finished = await cleanUp(quay, { tags: 'pr-*' }, { onStart: run.onStart });
    expect(finished.signal).toBe('SIGKILL');
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(reported(report, signatureOf('pr-1'))).toMatchObject({ outcome: null, takenAlongWith: 'pr-1' });
    expect((await undo(quay, report)).exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(before);
  });

  test('are not brought back by undo of a run that was refused, whatever became of them since', async () => {
    const quay = await quayWithSigned(2);
    const run = await cleanUp(quay, { tags: 'pr-*', 'max-deletes': '1' });
    expect(run.exitCode).toBe(1);
    for (const name of ['pr-1', signatureOf('pr-1')]) quay.remove('acme/web', name);
    const undone = await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-2', signatureOf('pr-2')].sort());
    expect(undone.log).toContain('Nothing to restore');
  });

  test.each([
    { name: 'kept by the plan', inputs: {} },
    { name: 'selected', inputs: CLEAN },
  ])('come back by undo when the run was cancelled before the list, $name', async ({ inputs }) => {
    const quay = await quayWithSigned(2, { delayMs: 20 });
    const before = quay.alive('acme/web');
    const run = new Process();
    let deletes = 0;
    quay.onRequest(({ method }) => {
      if (method === 'DELETE' && ++deletes === 2) run.child?.kill('SIGTERM');
    });
    const finished = await cleanUp(
      quay,
      { tags: 'pr-*', concurrency: '1', ...inputs },
      { onStart: run.onStart },
    );
    expect(finished.exitCode).toBe(1);
    expect(quay.alive('acme/web').length).toBeLessThan(before.length);
    await undo(quay, finished.report);
    expect(quay.alive('acme/web')).toEqual(before);
  });

  test('are not lost for undo where the list cannot be read again', async () => {
    const quay = await quayWithSigned(1);
    const before = quay.alive('acme/web');
    quay.fault({ path: /onlyActiveTags/, skip: 1, fault: { kind: 'status', status: 400 } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    quay.clearFaults();
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(before);
  });
});
