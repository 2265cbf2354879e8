import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { digestFor } from '../support/quay/state.ts';
import {
  KEEP_SIGNATURES,
  now,
  quayWithSigned,
  ROBOT,
  reported,
  signatureOf,
  undo,
} from '../support/signed-images.ts';

const REFUSED = { kind: 'status', status: 400, body: '{"message": "No."}' } as const;
/** The wait before another attempt is random: so it is none. */
const NO_BACKOFF = ['--import', 'data:text/javascript,Math.random=()=>0'];

describe('a signature that must stay and could not be looked at', () => {
  test('is told to be there where the list shows it', async () => {
    const quay = await quayWithSigned(2, { version: '3.17' });
    quay.fault({ path: /filter_tag_name/, fault: REFUSED });
    const run = await cleanUp(quay, KEEP_SIGNATURES);
    expect(run.exitCode).toBe(0);
    expect(run.outputs['deleted-count']).toBe('2');
    expect(run.outputs['remaining-count']).toBe('3');
    expect(reported(run.report, signatureOf('pr-1'))?.outcome).toBeNull();
    expect(run.log).not.toContain('could not be');
  });

  test('comes back once the list shows that it is gone', async () => {
    const quay = await quayWithSigned(1);
    quay.fault({ path: /filter_tag_name/, times: 1, fault: REFUSED });
    const run = await cleanUp(quay, KEEP_SIGNATURES);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', signatureOf('pr-1')].sort());
    expect(reported(run.report, signatureOf('pr-1'))?.outcome).toBe('restored');
  });

  test('counts as restored where it was, although the answer to that was lost', async () => {
    const quay = await quayWithSigned(1);
    quay.fault({ method: 'POST', fault: { kind: 'garbled' } });
    const run = await cleanUp(quay, KEEP_SIGNATURES, { nodeArguments: NO_BACKOFF });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', signatureOf('pr-1')].sort());
    expect(reported(run.report, signatureOf('pr-1'))?.outcome).toBe('restored');
    expect(run.outputs['deleted-count']).toBe('1');
    expect(run.outputs['remaining-count']).toBe('2');
  });

  test('comes back at once also where the deletion of its image got no answer', async () => {
    const quay = await quayWithSigned(1);
    quay.fault({ method: 'DELETE', fault: { kind: 'reset-after' } });
    quay.fault({ path: /onlyActiveTags=true$/, skip: 1, fault: REFUSED });
    await cleanUp(quay, KEEP_SIGNATURES, { nodeArguments: NO_BACKOFF });
    expect(quay.alive('acme/web')).toEqual(['latest', signatureOf('pr-1')].sort());
  });

  test('is called unknown where the list cannot be read either, and undo brings it back', async () => {
    const quay = await quayWithSigned(1);
    quay.fault({ path: /filter_tag_name/, fault: REFUSED });
    quay.fault({ path: /onlyActiveTags=true$/, skip: 1, fault: REFUSED });
    const run = await cleanUp(quay, KEEP_SIGNATURES);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      `Quay may have deleted acme/web:${signatureOf('pr-1')} with its image pr-1. It could not be`,
    );
    expect(run.log).not.toContain('it could not be restored');
    expect(reported(run.report, signatureOf('pr-1'))?.outcome).toBe('unknown');
    quay.clearFaults();
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', signatureOf('pr-1')].sort());
  });
});

test('a signature comes back without its expiration where that cannot be set, which is told', async () => {
  const quay = await quayWithTags([]);
  const digest = digestFor('pr-1');
  quay.addTags('acme/web', [
    { name: 'pr-1', digest },
    { name: signatureOf('pr-1'), expiration: now() + 86_400 },
  ]);
  quay.fault({ method: 'PUT', fault: REFUSED });
  const run = await cleanUp(quay, KEEP_SIGNATURES);
  expect(run.exitCode).toBe(0);
  expect(quay.alive('acme/web')).toEqual([signatureOf('pr-1')]);
  expect(run.summary).toContain('was restored without its expiration');
});

test('of two tags of one image, the first deletion restores nothing', async () => {
  const quay = await quayWithSigned(1);
  quay.addTag('acme/web', { name: 'pr-1-again', digest: digestFor('pr-1') });
  const run = await cleanUp(quay, { ...KEEP_SIGNATURES, concurrency: '1' });
  expect(run.exitCode).toBe(0);
  expect(quay.alive('acme/web')).toEqual(['latest', signatureOf('pr-1')].sort());
  const sent = quay.requests.map(({ method }) => method);
  expect(sent.indexOf('POST')).toBeGreaterThan(sent.lastIndexOf('DELETE'));
  expect(quay.requests.filter(({ path }) => path.includes('filter_tag_name'))).toHaveLength(1);
});

test('what Quay took along is counted where the deletion of its image got no answer', async () => {
  const quay = await quayWithTags([]);
  quay.addRobot(ROBOT.username, ROBOT.password, { 'acme/web': 'write' });
  // Names come in the order of the alphabet: the signature before its image.
  quay.addTags('acme/web', [{ name: 'web-1', digest: digestFor('web') }, { name: signatureOf('web') }]);
  quay.fault({ method: 'DELETE', fault: { kind: 'reset-after' } });
  const run = await cleanUp(quay, { ...ROBOT, tags: 'web-*' }, { nodeArguments: NO_BACKOFF });
  expect(quay.alive('acme/web')).toEqual([]);
  expect(run.outputs['deleted-count']).toBe('2');
  expect(run.outputs['remaining-count']).toBe('0');
});
