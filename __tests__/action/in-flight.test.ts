import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { previews } from '../support/quay/tags.ts';

describe('the number of requests in flight with the default inputs', () => {
  test('grows with a server that is far away, within 100', async () => {
    const quay = await quayWithTags([], { delayMs: 120 });
    quay.addTags('acme/web', previews(160));
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.stats.maxInFlight).toBeGreaterThan(20);
    expect(quay.stats.maxInFlight).toBeLessThanOrEqual(100);
  });

  test('does not grow with a server that answers more slowly the more it is asked', async () => {
    const quay = await quayWithTags([], { version: '3.12', bcryptMs: 40, cpus: 1 });
    quay.addTags('acme/web', previews(60));
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
    expect(quay.stats.maxInFlight).toBeLessThan(16);
  });
});
