import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { previews } from '../support/quay/tags.ts';

describe('deletions with an OAuth token', () => {
  test.each([
    { count: 5, api: '/api/v1/' },
    { count: 6, api: '/v2/' },
  ])('of $count tags go over $api', async ({ count, api }) => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', previews(count));
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    const deletes = quay.requests.filter(({ method }) => method === 'DELETE');
    expect(deletes).toHaveLength(count);
    expect(deletes.every(({ path }) => path.startsWith(api))).toBe(true);
    expect(quay.requests.some(({ path }) => path.startsWith('/v2/auth'))).toBe(api === '/v2/');
  });

  test('over v2 that get no answer are this run’s, although REST finds them gone', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', previews(6));
    quay.fault({ method: 'DELETE', path: /^\/v2\//, fault: { kind: 'reset-after' } });
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '1' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
    expect(run.report).not.toContain('"gone"');
  });
});
