import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags, requestsOf, shown } from '../support/fixture.ts';
import type { Fault } from '../support/quay/faults.ts';
import { previews } from '../support/quay/tags.ts';

const DELETE_PR_1 = { method: 'DELETE', path: /pr-1$/ };

describe('deleting', () => {
  test('takes exactly the tags that match, and shows what it did', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-12', 'pr-123', 'latest', 'v1.0.0', 'my-pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-1\npr-12*', 'exclude-tags': 'v*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'my-pr-1', 'v1.0.0']);
    expect(shown(run, quay)).toMatchSnapshot();
    expect(requestsOf(quay)).toMatchSnapshot();
  });

  test('takes the tag alone, and leaves the others on its digest', async () => {
    const quay = await quayWithTags([]);
    const digest = `sha256:${'a'.repeat(64)}`;
    quay.addTags('acme/web', [
      { name: 'pr-2', digest },
      { name: 'latest', digest },
      { name: 'v2.0.0', digest },
    ]);
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'v2.0.0']);
    expect(quay.requests.some(({ path }) => path.includes('sha256'))).toBe(false);
  });

  test('changes nothing in a dry run, and says what would remain', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const run = await cleanUp(quay, { tags: 'pr-*', 'dry-run': 'true' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
    expect(run.list('selected')).toEqual(['acme/web:pr-1']);
    expect(run.list('deleted')).toEqual([]);
    expect(run.list('remaining')).toEqual(['acme/web:latest']);
    expect(run.summary).toContain('Would delete');
  });

  test('never has more requests in flight than it may', async () => {
    const quay = await quayWithTags([], { delayMs: 5 });
    quay.addTags('acme/web', previews(90));
    await cleanUp(quay, { tags: 'pr-*', concurrency: '3' });
    expect(quay.alive('acme/web')).toEqual([]);
    expect(quay.stats.maxInFlight).toBeLessThanOrEqual(3);
  });

  test('counts a tag that somebody else deleted as done', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    quay.onRequest(({ method }) => {
      if (method === 'DELETE') quay.remove('acme/web', 'pr-1');
    });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toHaveLength(2);
  });

  test('keeps an immutable tag, with that reason', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.addTag('acme/web', { name: 'pr-2', immutable: true });
    quay.fault({
      ...DELETE_PR_1,
      fault: { kind: 'status', status: 409, body: '{"error_type": "tag_immutable"}' },
    });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.deletesSent()).toEqual(['acme/web:pr-1']);
    expect(quay.alive('acme/web')).toEqual(['pr-1', 'pr-2']);
    expect(run.report).toContain('"kept"');
  });

  const HEALING: readonly Fault[] = [
    ...[408, 429, 500, 502, 503, 504, 520].map((status) => ({ kind: 'status' as const, status })),
    { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
    { kind: 'status', status: 503, headers: { 'retry-after': new Date(Date.now() + 1000).toUTCString() } },
    { kind: 'reset-before' },
    { kind: 'truncated' },
  ];
  test.each(HEALING)('goes on after $kind $status, which heals', async (fault) => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    quay.fault({ ...DELETE_PR_1, times: 2, fault });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toHaveLength(2);
    expect(quay.alive('acme/web')).toEqual([]);
  });

  test('counts a tag whose deletion was answered by a lost answer as deleted by this run', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.fault({ ...DELETE_PR_1, times: 1, fault: { kind: 'reset-after' } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.report).toContain('"outcome":"deleted"');
    expect(requestsOf(quay)).toContain('DELETE /api/v1/repository/acme/web/tag/pr-1 → 404');
  });

  test('does not retry what a mirror refuses', async () => {
    const quay = await quayWithTags(['pr-1']);
    const body = JSON.stringify({ message: 'Repository is in read only or mirror mode: acme/web' });
    quay.fault({ method: 'DELETE', fault: { kind: 'status', status: 503, body } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(quay.deletesSent()).toHaveLength(1);
    expect(run.log).toContain('read-only or a mirror');
  });

  test('tells of a tag that fails, and goes on with the rest', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3', 'latest']);
    quay.fault({ ...DELETE_PR_1, fault: { kind: 'status', status: 400, body: '{"message": "No."}' } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.list('failed')).toEqual(['acme/web:pr-1']);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
    expect(shown(run, quay)).toMatchSnapshot();
  });

  test('believes the list more than the answers', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.fault({ method: 'DELETE', fault: { kind: 'status', status: 204 } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.list('failed')).toEqual(['acme/web:pr-1']);
    expect(run.log).toContain('but still lists it');
  });

  test('ends in an error within seconds on a regex that backtracks without end', async () => {
    const quay = await quayWithTags([`${'a'.repeat(127)}b`]);
    const run = await cleanUp(quay, { tags: '/^(a+)+$/' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('(a+)+');
    expect(quay.deletesSent()).toEqual([]);
  });

  test('of more than a hundred tags goes over the registry API, where it is faster', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', previews(150));
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(
      quay.requests.filter(({ method, path }) => method === 'DELETE' && path.startsWith('/v2/')),
    ).toHaveLength(150);
  });

  test('falls back to the REST API where the registry API cannot delete by tag', async () => {
    const quay = await quayWithTags([], { version: '3.12' });
    quay.addTags('acme/web', previews(150));
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
  });
});
