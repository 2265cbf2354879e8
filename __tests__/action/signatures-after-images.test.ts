import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { addImage, cosignTag } from '../support/images.ts';
import { digestFor } from '../support/quay/state.ts';
import { CLEAN, now, quayWithSigned, reported, signatureOf } from '../support/signed-images.ts';

const REFUSED = { kind: 'status', status: 400, body: '{"message": "No."}' } as const;

describe.each(['3.17', '3.18'])('signatures that are cleaned, on Quay %s,', (version) => {
  test('stay where the tag of their image could not be deleted', async () => {
    const quay = await quayWithSigned(2, { version });
    quay.fault({ method: 'DELETE', path: /pr-1$/, fault: REFUSED });
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', signatureOf('pr-1')]);
    expect(reported(run.report, signatureOf('pr-1'))).toMatchObject({
      outcome: 'kept',
      detail: 'it may belong to pr-1, which may have stayed',
    });
    expect(run.list('remaining')).toContain(`acme/web:${signatureOf('pr-1')}`);
  });

  test('stay where a multi-arch image that may hold their image could not be deleted', async () => {
    const quay = await quayWithTags(['latest'], { version });
    const image = addImage(quay, 'amd64');
    quay.addTags('acme/web', [
      { name: 'pr-1', images: [image] },
      { name: 'pr-1-amd64', digest: digestFor('another') },
      { name: cosignTag(image) },
    ]);
    quay.fault({ method: 'DELETE', path: /pr-1$/, fault: REFUSED });
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', cosignTag(image)]);
  });

  test('get no expiration where the tag of their image got none', async () => {
    const quay = await quayWithSigned(2, { version });
    quay.addTag('acme/web', { name: signatureOf('pr-1'), lastModified: now() - 9 * 86_400 });
    quay.fault({ method: 'PUT', path: /pr-1$/, fault: REFUSED });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '2d', ...CLEAN });
    expect(run.exitCode).toBe(1);
    expect(quay.row('acme/web', signatureOf('pr-1'))?.['end_ts']).toBeUndefined();
    expect(quay.row('acme/web', signatureOf('pr-2'))?.['end_ts']).toBeDefined();
  });

  test('are deleted after all images, so that a run that is stopped leaves none without', async () => {
    const quay = await quayWithTags(['latest'], { version });
    const names = ['pr-1', 'pr-2', 'pr-3', 'pr-4'];
    for (const [index, name] of names.entries())
      quay.addTags('acme/web', [
        { name, digest: digestFor(name), lastModified: now() - 5000 - 2 * index },
        { name: signatureOf(name), lastModified: now() - 4999 - 2 * index },
      ]);
    await cleanUp(quay, { tags: 'pr-*', concurrency: '1', ...CLEAN });
    const isSignature = quay.deletesSent().map((tag) => tag.includes(':sha256-'));
    expect(isSignature).toEqual([...isSignature].sort((one, other) => Number(one) - Number(other)));
    expect(quay.alive('acme/web')).toEqual(['latest']);
  });
});
