import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { digestFor } from '../support/quay/state.ts';

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

  test('is not looked at again within the minute', async () => {
    const quay = await quayWithTags(['pr-1']);
    await cleanUp(quay, { tags: 'pr-*', 'older-than': '1s' });
    expect(quay.requests.some(({ path }) => path.includes('filter_tag_name'))).toBe(false);
    expect(quay.alive('acme/web')).toEqual([]);
  });
});
