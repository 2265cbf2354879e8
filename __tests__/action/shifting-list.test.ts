import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { CLEAN, now, reported, signatureOf } from '../support/signed-images.ts';

describe('a list that shifts while it is read', () => {
  /** 250 tags, newest first, with one at a place. */
  async function busyQuay(): Promise<QuaySimulator> {
    const quay = await quayWithTags([]);
    const start = now() - 10_000;
    quay.addTags(
      'acme/web',
      Array.from({ length: 250 }, (_, index) =>
        index === 100
          ? { name: 'release', digest: digestFor('release'), lastModified: start - index }
          : { name: `build-${index}`, digest: digestFor(`build-${index}`), lastModified: start - index },
      ),
    );
    quay.addTag('acme/web', { name: signatureOf('release'), lastModified: start - 1000 });
    quay.addTag('acme/web', { name: signatureOf('long gone'), lastModified: start - 1001 });
    return quay;
  }

  test('costs no signature of a living image', async () => {
    const quay = await busyQuay();
    let removed = false;
    quay.onRequest(({ path }) => {
      if (removed || !path.includes('page=2')) return;
      removed = true;
      quay.remove('acme/web', 'build-3');
    });
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.exitCode).toBe(0);
    expect(removed).toBe(true);
    expect(quay.alive('acme/web')).toContain(signatureOf('release'));
    expect(quay.alive('acme/web')).not.toContain(signatureOf('long gone'));
  });

  test('costs no signature of an image that a tag came to stand for since', async () => {
    const quay = await busyQuay();
    let lists = 0;
    quay.onRequest(({ path }) => {
      if (path.includes('page=1&') && ++lists === 2) quay.push('acme/web', 'build-3', digestFor('long gone'));
    });
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.exitCode).toBe(0);
    expect(lists).toBeGreaterThan(1);
    expect(quay.alive('acme/web')).toContain(signatureOf('long gone'));
  });

  test('keeps every signature where no two readings agree', async () => {
    const quay = await busyQuay();
    quay.addTag('acme/web', { name: signatureOf('build-101'), lastModified: now() - 20_000 });
    let lists = 0;
    let reading = 0;
    quay.onRequest(({ path }) => {
      if (path.includes('page=1&') && ++lists === 2) quay.push('acme/web', 'new', digestFor('new'));
      if (!path.includes('page=2&')) return;
      reading += 1;
      // The first reading misses two rows, the second shows one of them, and the third the other.
      const going = [['build-0', 'build-1'], ['build-2']][reading - 1] ?? [];
      for (const name of going) quay.remove('acme/web', name);
    });
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: digestFor('pr-1'), lastModified: now() - 20_001 },
      { name: signatureOf('pr-1'), lastModified: now() - 20_002 },
    ]);
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.exitCode).toBe(0);
    expect(reading).toBeGreaterThanOrEqual(3);
    expect(quay.alive('acme/web').filter((name) => name.startsWith('pr-'))).toEqual([]);
    // Quay took it along with its image.
    expect(quay.alive('acme/web')).toContain(signatureOf('pr-1'));
    expect(quay.alive('acme/web')).toContain(signatureOf('long gone'));
    expect(reported(run.report, signatureOf('long gone'))?.reason).toBe(
      'its image may still exist: the list changed while it was read',
    );
  });
});
