import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { digestFor } from '../support/quay/state.ts';
import { CLEAN, signatureOf } from '../support/signed-images.ts';

const FAST_CLOCK = fileURLToPath(new URL('../support/fast-clock.mjs', import.meta.url));

describe('a tag that is pushed again while a run is going on', () => {
  test('stays when more than a minute has passed since the listing', async () => {
    const quay = await quayWithTags([]);
    const old = Math.floor(Date.now() / 1000) - 365 * 86_400;
    quay.addTags('acme/web', [
      { name: 'moved', lastModified: old },
      { name: 'same', lastModified: old },
      { name: 'gone', lastModified: old },
    ]);
    // The list is answered late: by the fast clock, minutes later.
    quay.fault({ path: /page=1&/, times: 1, fault: { kind: 'slow', ms: 600 } });
    let listings = 0;
    quay.onRequest(({ path }) => {
      if (!path.includes('filter_tag_name') || listings++ > 0) return;
      quay.push('acme/web', 'moved', digestFor('pushed again'));
      quay.remove('acme/web', 'gone');
    });
    const run = await cleanUp(
      quay,
      { tags: '*', 'older-than': '30d', concurrency: '1' },
      { nodeArguments: ['--import', FAST_CLOCK] },
    );
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['moved']);
    expect(quay.deletesSent()).toEqual(['acme/web:same']);
    expect(run.report).toContain('pushed again during this run');
  });

  test('stays when it is a signature of an image that has come back', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', [{ name: signatureOf('again') }, { name: signatureOf('gone') }]);
    quay.fault({ path: /page=1&/, times: 1, fault: { kind: 'slow', ms: 600 } });
    let isPushed = false;
    quay.onRequest(({ method, path }) => {
      if (isPushed || !(method === 'DELETE' || path.includes('filter_tag_name'))) return;
      isPushed = true;
      quay.push('acme/web', 'pr-1', digestFor('again'));
      quay.push('acme/web', signatureOf('again'), digestFor('signed again'));
    });
    const run = await cleanUp(
      quay,
      { tags: 'pr-*', concurrency: '1', ...CLEAN },
      { nodeArguments: ['--import', FAST_CLOCK] },
    );
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-1', signatureOf('again')]);
  });

  test('is not looked at again within the minute', async () => {
    const quay = await quayWithTags(['pr-1']);
    await cleanUp(quay, { tags: 'pr-*', 'older-than': '1s' });
    expect(quay.requests.some(({ path }) => path.includes('filter_tag_name'))).toBe(false);
    expect(quay.alive('acme/web')).toEqual([]);
  });
});

describe('a tag that is pushed again before its expiration is set', () => {
  /** Pushes `pr-1`, the oldest, again minutes after it was listed: at the first request about it, or only at its PUT. */
  async function expireWhilePushed(inputs: Readonly<Record<string, string>>, at: 'first' | 'PUT') {
    const quay = await quayWithTags([]);
    const old = Math.floor(Date.now() / 1000) - 30 * 86_400;
    quay.addTags('acme/web', [
      { name: 'pr-1', lastModified: old },
      { name: 'pr-2', lastModified: old + 86_400 },
    ]);
    quay.fault({ path: /page=1&/, times: 1, fault: { kind: 'slow', ms: 600 } });
    let isPushed = false;
    quay.onRequest(({ method, path }) => {
      const isFirst = at === 'first' && path.includes('filter_tag_name');
      if (isPushed || !(isFirst || method === 'PUT')) return;
      isPushed = true;
      quay.push('acme/web', 'pr-1', digestFor('pushed again'));
    });
    const run = await cleanUp(
      quay,
      { tags: 'pr-*', 'expire-in': '2d', ...inputs },
      { nodeArguments: ['--import', FAST_CLOCK] },
    );
    const end = quay.row('acme/web', 'pr-1')?.['end_ts'];
    const reported = JSON.parse(run.report ?? '').repositories[0].tags.find(
      ({ name }: { readonly name: string }) => name === 'pr-1',
    );
    return { run, end, reported };
  }

  test('gets none, also where it is the oldest, which comes first', async () => {
    const { run, end, reported } = await expireWhilePushed({ 'older-than': '7d' }, 'first');
    expect(run.exitCode).toBe(0);
    expect(end).toBeUndefined();
    expect(reported).toMatchObject({ outcome: 'kept', detail: 'pushed again during this run' });
  });

  test('is not said to be kept where it got one in the last moment', async () => {
    const { run, end, reported } = await expireWhilePushed({ 'older-than': '7d' }, 'PUT');
    expect(run.exitCode).toBe(1);
    expect(end).toBeDefined();
    expect(reported.outcome).toBe('failed');
    expect(run.log).toContain('Quay will expire the new push at ');
  });

  test('expires like any other where its name alone is judged', async () => {
    const { run, end, reported } = await expireWhilePushed({}, 'PUT');
    expect(run.exitCode).toBe(0);
    expect(end).toBeDefined();
    expect(reported.outcome).toBe('expiring');
  });
});
