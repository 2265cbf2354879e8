import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { addImage, addIndex, cosignTag } from '../support/images.ts';
import { digestFor } from '../support/quay/state.ts';
import {
  KEEP_SIGNATURES,
  now,
  Process,
  quayWithSigned,
  reported,
  signatureOf,
  undo,
} from '../support/signed-images.ts';

const NOT_FOUND = JSON.stringify({ status: 404, error_type: 'not_found', title: 'not_found' });

describe('a signature that must stay', () => {
  test('because it is excluded comes back at once, on its digest and with its expiration', async () => {
    const quay = await quayWithSigned(2);
    const expiration = now() + 7 * 86_400;
    const digest = digestFor('pr-7');
    quay.addTags('acme/web', [
      { name: 'pr-7', digest },
      { name: cosignTag(digest), digest: digestFor('expiring signature'), expiration },
    ]);
    const run = await cleanUp(quay, KEEP_SIGNATURES);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', ...['pr-1', 'pr-2', 'pr-7'].map(signatureOf)].sort());
    expect(quay.row('acme/web', cosignTag(digest))).toMatchObject({
      manifest_digest: digestFor('expiring signature'),
      end_ts: expiration,
    });
    expect(run.outputs['deleted-count']).toBe('3');
    expect(run.outputs['remaining-count']).toBe('4');
    expect(reported(run.report, signatureOf('pr-1'))?.outcome).toBe('restored');
    expect(run.log).toContain(
      `acme/web:${signatureOf('pr-1')} was deleted by Quay with its image pr-1, and restored because it must be kept.`,
    );
    expect(run.summary).toContain(
      'Quay deleted 3 signatures of acme/web with their images. They must be kept, so they were restored.',
    );
  });

  test('stays by itself on Quay 3.17, which is looked up once', async () => {
    const quay = await quayWithSigned(5, { version: '3.17' });
    const run = await cleanUp(quay, { ...KEEP_SIGNATURES, concurrency: '1' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toHaveLength(6);
    expect(quay.requests.filter(({ path }) => path.includes('filter_tag_name'))).toHaveLength(1);
    expect(quay.requests.some(({ method }) => method === 'POST')).toBe(false);
  });

  test('because a living multi-arch image holds its image comes back', async () => {
    const quay = await quayWithTags([]);
    const image = addImage(quay, 'amd64');
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: image },
      { name: 'latest', digest: addIndex(quay, [image]) },
      { name: cosignTag(image) },
    ]);
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', cosignTag(image)].sort());
    expect(reported(run.report, cosignTag(image))?.outcome).toBe('restored');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('comes back although a %s ends the run', async (signal) => {
    const quay = await quayWithTags([], { delayMs: 20 });
    const names = ['pr-1', 'pr-2', 'pr-3'];
    const expiration = now() + 7 * 86_400;
    for (const name of names) {
      const digest = digestFor(name);
      quay.addTags('acme/web', [
        { name, digest },
        { name: cosignTag(digest), expiration },
      ]);
    }
    const run = new Process();
    let deletes = 0;
    quay.onRequest(({ method }) => {
      if (method === 'DELETE' && ++deletes === 1) run.child?.kill(signal);
    });
    const finished = await cleanUp(quay, { ...KEEP_SIGNATURES, concurrency: '1' }, { onStart: run.onStart });
    expect(finished.exitCode).toBe(1);
    expect(quay.alive('acme/web').length).toBeLessThan(6);
    for (const name of names)
      expect(quay.row('acme/web', signatureOf(name))).toMatchObject({ end_ts: expiration });
    expect(finished.report).toContain('"outcome":"restored"');
    expect(finished.summary).toMatch(/must be kept, so (it was|they were) restored/);
  });

  test('that cannot be restored is an error, and undo brings it back', async () => {
    const quay = await quayWithSigned(1);
    quay.fault({ method: 'POST', fault: { kind: 'status', status: 400, body: '{"message": "No."}' } });
    const run = await cleanUp(quay, KEEP_SIGNATURES);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('and it could not be restored');
    quay.clearFaults();
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toContain(signatureOf('pr-1'));
  });

  test('comes back also where another run deleted the last tag of its image', async () => {
    const quay = await quayWithSigned(1);
    quay.addTag('acme/web', { name: 'pr-1-again', digest: digestFor('pr-1') });
    quay.fault({
      method: 'DELETE',
      skip: 1,
      times: 1,
      fault: { kind: 'status', status: 404, body: NOT_FOUND },
    });
    let deletes = 0;
    quay.onRequest(({ method }) => {
      if (method !== 'DELETE' || ++deletes !== 2) return;
      for (const name of ['pr-1', 'pr-1-again', signatureOf('pr-1')]) quay.remove('acme/web', name);
    });
    // It comes back at once, and not only when the list is read again.
    quay.fault({ path: /onlyActiveTags=true$/, skip: 1, fault: { kind: 'status', status: 400 } });
    const run = await cleanUp(quay, { ...KEEP_SIGNATURES, concurrency: '1' });
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['latest', signatureOf('pr-1')].sort());
  });

  test.each([
    ['it is excluded', KEEP_SIGNATURES, false],
    ['a multi-arch image holds its image', { tags: 'pr-*' }, true],
  ])('comes back also where a kept tag of its image moved meanwhile, as %s', async (_, inputs, isHeld) => {
    const quay = await quayWithTags([]);
    const image = addImage(quay, 'amd64');
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: image },
      { name: 'latest', digest: image },
      { name: cosignTag(image) },
      ...(isHeld ? [{ name: 'v1', digest: addIndex(quay, [image]) }] : []),
    ]);
    let isPushed = false;
    quay.onRequest(({ method }) => {
      if (isPushed || method !== 'DELETE') return;
      isPushed = true;
      quay.push('acme/web', 'latest', digestFor('newer'));
    });
    const run = await cleanUp(quay, inputs);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toContain(cosignTag(image));
    expect(reported(run.report, cosignTag(image))?.outcome).toBe('restored');
    expect(run.list('remaining')).toContain(`acme/web:${cosignTag(image)}`);
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
  });
});
