import { describe, expect, test } from '@jest/globals';
import { JumpingClock } from '../support/clock.ts';
import { cleanUp, DAY, now, quayWithTags, ROBOT, reported, reportIn, undo } from '../support/fixture.ts';
import {
  addImage,
  addIndex,
  addSigned,
  CLEAN,
  cosignTag,
  KEEP_SIGNATURES,
  quayWithSigned,
  signatureOf,
} from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';

const REFUSED = { kind: 'status', status: 400, body: '{"message": "No."}' } as const;

describe('signatures that Quay deletes with their image', () => {
  test.each([
    { name: 'few', count: 2, inputs: {} },
    { name: 'many', count: 12, inputs: {} },
    { name: 'few and selected', count: 2, inputs: CLEAN },
    { name: 'many and selected', count: 12, inputs: CLEAN },
  ])('are counted, told, and brought back by undo, when they are $name', async ({ count, inputs }) => {
    const quay = await quayWithSigned(count);
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { tags: 'pr-*', ...inputs });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.outputs['deleted-count']).toBe(String(2 * count));
    expect(run.list('remaining')).toEqual(['acme/web:latest']);
    expect(reported(run.report, signatureOf('pr-1'))).toMatchObject({ outcome: 'deleted-with-image' });
    expect(run.summary).toContain(`Quay deleted ${count} of them with their images.`);
    expect((await undo(quay, run.report)).exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(before);
    expect(quay.digestOf('acme/web', signatureOf('pr-1'))).toBe(digestFor('signature of pr-1'));
  });

  test.each([100, 3000])('are known although the list lags by %i ms', async (lag) => {
    const clock = new JumpingClock();
    const quay = await quayWithSigned(2, { now: () => clock.time() / 1000 });
    clock.watch(quay);
    clock.advance(60_000);
    quay.lag(lag);
    const run = await cleanUp(quay, { tags: 'pr-*' }, { clock });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['deleted-count']).toBe('4');
    expect(run.list('remaining')).toEqual(['acme/web:latest']);
  });

  test.each([
    ['lags for longer than ten seconds', (quay: QuaySimulator) => quay.lag(60_000)],
    [
      'cannot be read again',
      (quay: QuaySimulator) => quay.fault({ path: /onlyActiveTags/, skip: 1, fault: REFUSED }),
    ],
  ])('are unknown where the list %s, and undo looks at each of them', async (_, disturb) => {
    const clock = new JumpingClock();
    const quay = await quayWithSigned(2, { now: () => clock.time() / 1000 });
    clock.watch(quay);
    clock.advance(100_000);
    const before = quay.alive('acme/web');
    disturb(quay);
    const run = await cleanUp(quay, { tags: 'pr-*' }, { clock });
    expect([...run.list('deleted')].sort()).toEqual(['acme/web:pr-1', 'acme/web:pr-2']);
    expect(run.list('failed')).toEqual([]);
    expect(reported(run.report, signatureOf('pr-1'))?.outcome).toBe('unknown');
    quay.clearFaults();
    await undo(quay, run.report, {}, { clock });
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
    expect(run.list('deleted')).not.toContain(`acme/web:${signatureOf('long gone')}`);
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', signatureOf('pr-1')].sort());
  });

  test('stay on Quay 3.17, and every count is right; they go where they are cleaned', async () => {
    const quay = await quayWithSigned(3, { version: '3.17' });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['deleted-count']).toBe('3');
    expect(run.outputs['remaining-count']).toBe('4');
    expect(run.summary).not.toContain('with their images');
    expect(quay.alive('acme/web')).toHaveLength(4);
    const cleaned = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(cleaned.outputs['deleted-count']).toBe('3');
    expect(quay.alive('acme/web')).toEqual(['latest']);
  });

  test('stay while another tag of their image does', async () => {
    const quay = await quayWithSigned(1);
    quay.addTag('acme/web', { name: 'main', digest: digestFor('pr-1') });
    const run = await cleanUp(quay, KEEP_SIGNATURES);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'main', signatureOf('pr-1')].sort());
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
    expect(run.report).not.toContain('takenAlongWith');
  });

  test('stay where they are immutable', async () => {
    const quay = await quayWithTags(['latest']);
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: digestFor('pr-1') },
      { name: signatureOf('pr-1'), immutable: true },
    ]);
    const run = await cleanUp(quay, KEEP_SIGNATURES);
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
    expect(quay.alive('acme/web')).toEqual(['latest', signatureOf('pr-1')].sort());
  });

  test('are named in the plan before anything is deleted, by which a killed run is undone', async () => {
    const quay = await quayWithSigned(1);
    const before = quay.alive('acme/web');
    let plan: string | undefined;
    await cleanUp(
      quay,
      { tags: 'pr-*' },
      {
        onStart: ({ temporaryFolder }) =>
          quay.onRequest(({ method }) => {
            if (method === 'DELETE') plan ??= reportIn(temporaryFolder);
          }),
      },
    );
    expect(reported(plan, signatureOf('pr-1'))).toMatchObject({ outcome: null, takenAlongWith: 'pr-1' });
    expect((await undo(quay, plan)).exitCode).toBe(0);
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
    const quay = await quayWithSigned(2);
    const before = quay.alive('acme/web');
    const run = await cleanUp(
      quay,
      { tags: 'pr-*', concurrency: '1', ...inputs },
      {
        onStart: (running) =>
          quay.onRequest(({ method }) => {
            if (method === 'DELETE' && quay.deletesSent().length === 2) running.signal();
          }),
      },
    );
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web').length).toBeLessThan(before.length);
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(before);
  });
});

describe('what hangs on an image', () => {
  test('goes by its own pattern alone, once its image is gone', async () => {
    const quay = await quayWithSigned(1);
    const hanging = (image: string) => ['', '.prefetch'].map((suffix) => cosignTag(digestFor(image), suffix));
    for (const image of ['pr-1', 'latest', 'long gone'])
      quay.addTags(
        'acme/web',
        hanging(image).map((name) => ({ name })),
      );
    await cleanUp(quay, { tags: '*', 'exclude-tags': 'latest', ...CLEAN });
    const left = ['pr-1', 'latest', 'long gone'].flatMap(hanging);
    expect(quay.alive('acme/web')).toEqual(['latest', ...left].sort());
    await cleanUp(quay, { tags: 'sha256-*' });
    expect(quay.alive('acme/web')).toEqual(['latest', ...hanging('latest')].sort());
  });
});

describe.each(['3.17', '3.18'])('signatures that are cleaned, on Quay %s,', (version) => {
  test('go with their images, and those of living ones stay', async () => {
    const quay = await quayWithSigned(1, { version });
    const [amd64, gone] = [addImage(quay, 'amd64'), addImage(quay, 'gone')];
    const inner = addIndex(quay, [amd64]);
    quay.addTags('acme/web', [
      { name: 'release', images: [inner] },
      ...[amd64, inner, gone, digestFor('latest')].map((digest) => ({ name: cosignTag(digest) })),
    ]);
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.exitCode).toBe(0);
    const living = [amd64, inner, digestFor('latest')].map((digest) => cosignTag(digest));
    expect(quay.alive('acme/web')).toEqual(['latest', 'release', ...living].sort());
    expect(reported(run.report, cosignTag(amd64))?.reason).toContain('release');
  });

  test('stay where the tag of their image could not be deleted', async () => {
    const quay = await quayWithSigned(2, { version });
    quay.fault({ method: 'DELETE', path: /pr-1$/, fault: REFUSED });
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', signatureOf('pr-1')]);
    expect(reported(run.report, signatureOf('pr-1'))?.outcome).toBe('kept');
    expect(reported(run.report, signatureOf('pr-1'))?.detail).toContain('pr-1');
  });

  test('stay where a multi-arch image that may hold their image could not be deleted', async () => {
    const quay = await quayWithTags(['latest'], { version });
    const image = addImage(quay, 'amd64');
    quay.addTags('acme/web', [{ name: 'pr-1', images: [image] }, { name: cosignTag(image) }]);
    quay.fault({ method: 'DELETE', path: /pr-1$/, fault: REFUSED });
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', cosignTag(image)]);
  });

  test('get no expiration where the tag of their image got none', async () => {
    const quay = await quayWithSigned(2, { version });
    quay.addTag('acme/web', { name: signatureOf('pr-1'), lastModified: now() - 9 * DAY });
    quay.fault({ method: 'PUT', path: /pr-1$/, fault: REFUSED });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '2d', ...CLEAN });
    expect(run.exitCode).toBe(1);
    expect(quay.row('acme/web', signatureOf('pr-1'))?.['end_ts']).toBeUndefined();
    expect(quay.row('acme/web', signatureOf('pr-2'))?.['end_ts']).toBeDefined();
  });

  test('are deleted after all images, so that a run that is stopped leaves none without', async () => {
    const quay = await quayWithSigned(4, { version });
    await cleanUp(quay, { tags: 'pr-*', concurrency: '1', ...CLEAN });
    const isSignature = quay.deletesSent().map((tag) => tag.includes(':sha256-'));
    expect(isSignature).toEqual([...isSignature].sort((one, other) => Number(one) - Number(other)));
    expect(quay.alive('acme/web')).toEqual(['latest']);
  });
});

test('signatures stay where nobody can tell what a multi-arch image consists of', async () => {
  const quay = await quayWithTags([]);
  quay.addTags('acme/web', [
    { name: 'pr-1' },
    { name: 'main', manifestList: true },
    { name: signatureOf('long gone') },
  ]);
  const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
  expect(run.exitCode).toBe(0);
  expect(quay.alive('acme/web')).toEqual(['main', signatureOf('long gone')].sort());
});

test('looking into images counts no pull', async () => {
  const quay = await quayWithTags([]);
  const images = [addImage(quay, 'amd64'), addImage(quay, 'arm64')];
  quay.addTags('acme/web', [
    { name: 'latest', images },
    { name: 'pr-1', digest: addImage(quay, 'pr-1') },
    { name: signatureOf('long gone') },
  ]);
  const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
  expect(run.exitCode).toBe(0);
  expect(quay.alive('acme/web')).toEqual(['latest']);
  expect(quay.pullsOf('acme/web')).toBe(0);
});

describe.each(['3.17', '3.18'])('a protected signature keeps its image, on Quay %s,', (version) => {
  test('because an exclusion names it, which a hint says once, before anything is deleted', async () => {
    const quay = await quayWithSigned(3, { version });
    quay.addTag('acme/web', { name: 'pr-4' });
    let log = '';
    let before = '';
    quay.onRequest(({ method }) => {
      if (method === 'DELETE') before = log;
    });
    const run = await cleanUp(quay, KEEP_SIGNATURES, {
      onOutput: (text) => {
        log += text;
      },
    });
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toEqual(['acme/web:pr-4']);
    expect(quay.alive('acme/web')).toHaveLength(7);
    expect(reported(run.report, 'pr-1')?.reason).toContain(signatureOf('pr-1'));
    expect(reported(run.report, 'pr-1')?.reason).toContain('*.sig');
    expect(before.match(/3 tags are kept for their signatures/g)).toHaveLength(1);
    expect(quay.requests.some(({ method }) => method === 'POST')).toBe(false);
  });

  test('because a multi-arch image that is kept holds its image', async () => {
    const quay = await quayWithTags(['pr-2'], { version });
    const image = addImage(quay, 'amd64');
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: image },
      { name: 'latest', digest: addIndex(quay, [image]) },
      { name: cosignTag(image) },
    ]);
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toEqual(['acme/web:pr-2']);
    expect(reported(run.report, 'pr-1')?.reason).toContain(cosignTag(image));
    expect(reported(run.report, 'pr-1')?.reason).toContain('latest');
  });
});

test('an exclusion that matches a signature by chance does not protect it from going with its image', async () => {
  const quay = await quayWithSigned(2);
  const run = await cleanUp(quay, { tags: 'pr-*', 'exclude-tags': '/^(?!pr-)/' });
  expect(run.exitCode).toBe(0);
  expect(quay.alive('acme/web')).toEqual(['latest']);
  expect(run.outputs['deleted-count']).toBe('4');
});

describe('a multi-arch image and the image of its platform, in one plan,', () => {
  async function quayWithIndex(): Promise<QuaySimulator> {
    const quay = await quayWithTags(['latest']);
    const image = addImage(quay, 'amd64');
    quay.addTags('acme/web', [
      { name: 'pr-1-amd64', digest: image, lastModified: now() - 9 * DAY },
      { name: 'pr-1', digest: addIndex(quay, [image]) },
      { name: cosignTag(image) },
    ]);
    return quay;
  }

  test('go in that order, with the signature', async () => {
    const quay = await quayWithIndex();
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.deletesSent()).toEqual(['acme/web:pr-1', 'acme/web:pr-1-amd64']);
    expect(run.outputs['deleted-count']).toBe('3');
    expect(run.list('remaining')).toEqual(['acme/web:latest']);
  });

  test('both stay where the multi-arch image cannot be deleted', async () => {
    const quay = await quayWithIndex();
    const before = quay.alive('acme/web');
    quay.fault({ method: 'DELETE', path: /pr-1$/, fault: REFUSED });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(before);
    expect(run.list('failed')).toEqual(['acme/web:pr-1']);
    expect(reported(run.report, 'pr-1-amd64')).toMatchObject({ outcome: 'kept' });
  });
});

describe('a robot account', () => {
  test('keeps an image on a public repository whose signature an exclusion names', async () => {
    const quay = await quayWithTags([]);
    quay.addRepository('acme/web', { public: true });
    addSigned(quay, 2);
    const before = quay.alive('acme/web');
    const kept = await cleanUp(quay, { ...ROBOT, ...KEEP_SIGNATURES });
    expect(kept.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(before);
    expect(reported(kept.report, 'pr-1')?.reason).toContain(signatureOf('pr-1'));
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.outputs['deleted-count']).toBe('4');
  });

  test('keeps everything in a private repository where an exclusion names signatures, if there are any', async () => {
    const quay = await quayWithSigned(2);
    quay.addTag('acme/web', { name: 'pr-9' });
    const run = await cleanUp(quay, { ...ROBOT, ...KEEP_SIGNATURES });
    expect(run.exitCode).toBe(0);
    expect(quay.deletesSent()).toEqual([]);
    expect(reported(run.report, 'pr-9')?.reason).toContain('*.sig');
    for (const image of ['pr-1', 'pr-2']) quay.remove('acme/web', signatureOf(image));
    await cleanUp(quay, { ...ROBOT, ...KEEP_SIGNATURES });
    expect(quay.alive('acme/web')).toEqual(['latest']);
  });

  test('tells in a private repository what Quay deleted with its image, and undo brings it back', async () => {
    const quay = await quayWithSigned(2);
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['deleted-count']).toBe('4');
    expect(run.outputs['remaining-count']).toBe('1');
    expect(quay.pullsOf('acme/web')).toBe(0);
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(before);
  });

  test('counts what went also where the deletion of the image got no answer', async () => {
    const quay = await quayWithTags([]);
    // Names come in the order of the alphabet: the signature before its image.
    quay.addTags('acme/web', [{ name: 'web-1', digest: digestFor('web') }, { name: signatureOf('web') }]);
    quay.fault({ method: 'DELETE', fault: { kind: 'reset-after' } });
    const run = await cleanUp(quay, { ...ROBOT, tags: 'web-*' });
    expect(quay.alive('acme/web')).toEqual([]);
    expect(run.outputs['deleted-count']).toBe('2');
    expect(run.outputs['remaining-count']).toBe('0');
  });

  test('keeps in a private repository the signature of a tag that stays, and lets go what has no image left', async () => {
    const quay = await quayWithTags([]);
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
