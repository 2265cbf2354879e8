import { describe, expect, test } from '@jest/globals';
import {
  atDelete,
  cleanUp,
  clockedQuay,
  DAY,
  NO,
  now,
  quayWithSigned,
  quayWithTags,
  ROBOT,
  reported,
  reportIn,
  undo,
} from '../support/fixture.ts';
import {
  addImage,
  addIndex,
  addSigned,
  CLEAN,
  cosignTag,
  KEEP_SIGNATURES,
  signatureOf,
} from '../support/images.ts';
import { digestFor } from '../support/quay/state.ts';

describe('signatures that Quay deletes with their image', () => {
  test.each([
    { name: 'few', count: 2, inputs: {} },
    { name: 'many and selected', count: 12, inputs: CLEAN },
  ])('are counted, told, and brought back by undo, when they are $name', async ({ count, inputs }) => {
    const quay = await quayWithSigned(count);
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { tags: 'pr-*', ...inputs });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.outputs['deleted-count']).toBe(String(2 * count));
    expect(run.list('remaining')).toEqual(['acme/web:latest']);
    expect(reported(run.report, signatureOf('pr-1'))).toMatchObject({ outcome: 'deleted-with-image' });
    expect(run.summary).toContain(`Quay deleted ${count} of them with their images.`);
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(before);
    expect(quay.digestOf('acme/web', signatureOf('pr-1'))).toBe(digestFor('signature of pr-1'));
  });

  test.each([
    { list: 'lags by three seconds', lag: 3000, outcome: 'deleted-with-image' },
    { list: 'lags for longer than ten seconds', lag: 60_000, outcome: 'unknown' },
    { list: 'cannot be read again', lag: 0, outcome: 'unknown' },
  ])('where the list $list, are told as known, and undo looks at each of them', async ({ lag, outcome }) => {
    const { quay, clock } = await clockedQuay([]);
    addSigned(quay, 2);
    const before = quay.alive('acme/web');
    if (lag > 0) quay.lag(lag);
    else quay.fault({ path: /onlyActiveTags/, skip: 1, fault: NO });
    const run = await cleanUp(quay, { tags: 'pr-*' }, { clock, fails: outcome === 'unknown' });
    expect(run.list('deleted')).toEqual(expect.arrayContaining(['acme/web:pr-1', 'acme/web:pr-2']));
    expect(run.list('failed')).toEqual([]);
    expect(reported(run.report, signatureOf('pr-1'))?.outcome).toBe(outcome);
    quay.clearFaults();
    await undo(quay, run.report, {}, { clock });
    expect(quay.alive('acme/web')).toEqual(before);
  });

  test('stay on Quay 3.17, and every count is right; they go where they are cleaned', async () => {
    const quay = await quayWithSigned(3, { version: '3.17' });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect([run.outputs['deleted-count'], run.outputs['remaining-count']]).toEqual(['3', '4']);
    expect(run.summary).not.toContain('with their images');
    expect(quay.alive('acme/web')).toHaveLength(4);
    const cleaned = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(cleaned.outputs['deleted-count']).toBe('3');
    expect(quay.alive('acme/web')).toEqual(['latest']);
  });

  test('are named in the plan before anything is deleted, by which a killed run is undone', async () => {
    const quay = await quayWithSigned(1);
    const before = quay.alive('acme/web');
    let plan: string | undefined;
    const keep = atDelete(quay, (_, { temporaryFolder }) => (plan ??= reportIn(temporaryFolder)));
    await cleanUp(quay, { tags: 'pr-*' }, keep);
    expect(reported(plan, signatureOf('pr-1'))).toMatchObject({ outcome: null, takenAlongWith: 'pr-1' });
    await undo(quay, plan);
    expect(quay.alive('acme/web')).toEqual(before);
  });

  test('are not brought back by undo of a run that was refused, whatever became of them since', async () => {
    const quay = await quayWithSigned(2);
    const run = await cleanUp(quay, { tags: 'pr-*', 'max-deletes': '1' }, { fails: true });
    expect(run.log).toContain('The plan deletes 2 tags');
    expect(quay.deletesSent()).toEqual([]);
    expect(run.list('selected')).toHaveLength(2);
    expect(run.summary).toContain('pr-2');
    expect(reported(run.report, 'pr-1')?.verdict).toBe('delete');
    for (const name of ['pr-1', signatureOf('pr-1')]) quay.remove('acme/web', name);
    const undone = await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-2', signatureOf('pr-2')].sort());
    expect(undone.log).toContain('Nothing to restore');
  });
});

describe.each(['3.17', '3.18'])('signatures that are cleaned, on Quay %s,', (version) => {
  test('go with their images, and those of living ones stay', async () => {
    const quay = await quayWithSigned(1, { version });
    const [amd64, gone] = [addImage(quay, 'amd64'), addImage(quay, 'gone')];
    const inner = addIndex(quay, [amd64]);
    const living = [amd64, inner, digestFor('latest')].map((digest) => cosignTag(digest));
    quay.addTags('acme/web', [
      { name: 'release', images: [inner] },
      ...[...living, cosignTag(gone)].map((name) => ({ name })),
    ]);
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(quay.alive('acme/web')).toEqual(['latest', 'release', ...living].sort());
    expect(reported(run.report, cosignTag(amd64))?.reason).toContain('release');
    expect(quay.pullsOf('acme/web')).toBe(0);
  });

  test('stay where their image could not be deleted, nor the multi-arch image that may hold it', async () => {
    const quay = await quayWithSigned(2, { version });
    const image = addImage(quay, 'amd64');
    quay.addTags('acme/web', [{ name: 'pr-9', images: [image] }, { name: cosignTag(image) }]);
    quay.fault({ method: 'DELETE', path: /pr-[19]$/, fault: NO });
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN }, { fails: true });
    const left = ['latest', 'pr-1', 'pr-9', signatureOf('pr-1'), cosignTag(image)];
    expect(quay.alive('acme/web')).toEqual(left.sort());
    expect(reported(run.report, signatureOf('pr-1'))).toMatchObject({
      outcome: 'kept',
      detail: expect.stringContaining('pr-1'),
    });
  });

  test('get no expiration where the tag of their image got none', async () => {
    const quay = await quayWithSigned(2, { version });
    quay.addTag('acme/web', { name: signatureOf('pr-1'), lastModified: now() - 9 * DAY });
    quay.fault({ method: 'PUT', path: /pr-1$/, fault: NO });
    await cleanUp(quay, { tags: 'pr-*', 'expire-in': '2d', ...CLEAN }, { fails: true });
    expect(quay.row('acme/web', signatureOf('pr-1'))?.['end_ts']).toBeUndefined();
    expect(quay.row('acme/web', signatureOf('pr-2'))?.['end_ts']).toBeDefined();
  });
});

test('images are kept for their protected signatures, which one line tells, and not for those matched by chance', async () => {
  const quay = await quayWithSigned(3);
  quay.addTag('acme/web', { name: 'pr-4' });
  const run = await cleanUp(quay, KEEP_SIGNATURES);
  expect(quay.deletesSent()).toEqual(['acme/web:pr-4']);
  expect(run.log.match(/3 tags are kept for their signatures/g)).toHaveLength(1);
  await cleanUp(quay, { tags: 'pr-*', 'exclude-tags': '/^(?!pr-)/' });
  expect(quay.alive('acme/web')).toEqual(['latest']);
});

test.each([{ isRefused: false }, { isRefused: true }])(
  'a multi-arch image and the image of its platform go in that order, with the signature, or both stay: %j',
  async ({ isRefused }) => {
    const quay = await quayWithTags(['latest']);
    const image = addImage(quay, 'amd64');
    quay.addTags('acme/web', [
      { name: 'pr-1-amd64', digest: image, lastModified: now() - 9 * DAY },
      { name: 'pr-1', digest: addIndex(quay, [image]) },
      { name: cosignTag(image) },
    ]);
    const before = quay.alive('acme/web');
    if (isRefused) quay.fault({ method: 'DELETE', path: /pr-1$/, fault: NO });
    const run = await cleanUp(quay, { tags: 'pr-*' }, { fails: isRefused });
    expect(quay.deletesSent()).toEqual(
      isRefused ? ['acme/web:pr-1'] : ['acme/web:pr-1', 'acme/web:pr-1-amd64'],
    );
    expect(quay.alive('acme/web')).toEqual(isRefused ? before : ['latest']);
    expect(run.list('deleted')).toHaveLength(isRefused ? 0 : 3);
    expect(run.list('failed')).toHaveLength(isRefused ? 1 : 0);
  },
);

test('a robot account keeps everything in a private repository where an exclusion names signatures, if there are any', async () => {
  const quay = await quayWithSigned(2);
  quay.addTag('acme/web', { name: 'pr-9' });
  const run = await cleanUp(quay, { ...ROBOT, ...KEEP_SIGNATURES });
  expect(quay.deletesSent()).toEqual([]);
  expect(reported(run.report, 'pr-9')?.reason).toContain('*.sig');
  for (const image of ['pr-1', 'pr-2']) quay.remove('acme/web', signatureOf(image));
  await cleanUp(quay, { ...ROBOT, ...KEEP_SIGNATURES });
  expect(quay.alive('acme/web')).toEqual(['latest']);
});
