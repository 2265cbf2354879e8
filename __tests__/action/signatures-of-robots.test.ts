import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { cosignTag } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import {
  addSigned,
  KEEP_SIGNATURES,
  quayWithSigned,
  ROBOT,
  reported,
  signatureOf,
  undo,
} from '../support/signed-images.ts';

describe('a robot account', () => {
  async function publicQuay(): Promise<QuaySimulator> {
    const quay = await quayWithTags([]);
    quay.addRepository('acme/web', { public: true });
    quay.addRobot('acme+ci', ROBOT.password, { 'acme/web': 'write' });
    addSigned(quay, 2);
    return quay;
  }

  test('keeps an image on a public repository that would take an excluded signature along', async () => {
    const quay = await publicQuay();
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { ...ROBOT, ...KEEP_SIGNATURES });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(before);
    expect(quay.deletesSent()).toEqual([]);
    expect(reported(run.report, 'pr-1')?.reason).toContain('an OAuth token can restore it');
  });

  test('deletes on a public repository what takes along only signatures that may go', async () => {
    const quay = await publicQuay();
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.outputs['deleted-count']).toBe('4');
  });

  test('refuses a private repository whose signatures an exclusion protects, and says how to go on', async () => {
    const quay = await quayWithSigned(2);
    const run = await cleanUp(quay, { ...ROBOT, ...KEEP_SIGNATURES });
    expect(run.exitCode).toBe(1);
    expect(quay.deletesSent()).toEqual([]);
    expect(run.log).toContain('Use an OAuth `token`, or leave the exclusion out');
  });

  test('goes on where an exclusion protects only what Quay takes along nowhere', async () => {
    const quay = await quayWithSigned(0);
    const digest = digestFor('pr-1');
    quay.addTags('acme/web', [{ name: 'pr-1', digest }, { name: cosignTag(digest, '') }]);
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*', 'exclude-tags': 'sha256-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', cosignTag(digest, '')].sort());
  });

  test('goes on in a private repository that has no signatures', async () => {
    const quay = await quayWithSigned(0);
    quay.addTag('acme/web', { name: 'pr-1' });
    const run = await cleanUp(quay, { ...ROBOT, ...KEEP_SIGNATURES });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest']);
  });

  test('tells in a private repository what Quay took along, and undo brings it back', async () => {
    const quay = await quayWithSigned(2);
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['deleted-count']).toBe('4');
    expect(run.outputs['remaining-count']).toBe('1');
    expect(run.summary).toContain('deleted by Quay with its image');
    expect(
      quay.requests.some(({ method, path }) => method !== 'DELETE' && path.includes('/manifests/')),
    ).toBe(false);
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(before);
  });

  test('keeps in a private repository the signature of a tag that stays, and lets go what has no image left', async () => {
    const quay = await quayWithTags([]);
    quay.addRobot('acme+ci', ROBOT.password, { 'acme/web': 'write' });
    quay.addTags('acme/web', [
      { name: 'v1.0', digest: digestFor('v1.0') },
      { name: signatureOf('v1.0') },
      { name: 'pr-1' },
    ]);
    const inputs = { ...ROBOT, tags: 'pr-*\nsha256-*' };
    const run = await cleanUp(quay, inputs);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([signatureOf('v1.0'), 'v1.0']);
    expect(reported(run.report, signatureOf('v1.0'))?.reason).toContain('v1.0');
    quay.remove('acme/web', 'v1.0');
    quay.addTags('acme/web', [{ name: signatureOf('v1.0') }, { name: 'pr-2' }]);
    await cleanUp(quay, inputs);
    expect(quay.alive('acme/web')).toEqual([]);
  });
});
