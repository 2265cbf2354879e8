import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags, requestsOf } from '../support/fixture.ts';

describe('an OAuth token', () => {
  test('that is wrong for a private repository is refused before anything is listed', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*', token: 'wrong-token-000000' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      `The token was refused by ${quay.host} (401). It may be wrong or expired: create one under Organization → OAuth Applications → Generate Token, with "Read/Write to any accessible repositories".`,
    );
    expect(quay.deletesSent()).toEqual([]);
  });

  test('that is wrong for a public repository lets nothing be deleted', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.addRepository('acme/open', { public: true });
    quay.addTag('acme/open', { name: 'pr-1' });
    const run = await cleanUp(quay, { repository: 'acme/open', tags: 'pr-*', token: 'wrong-token-000000' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('a wrong or expired token looks the same');
    expect(quay.alive('acme/open')).toEqual(['pr-1']);
  });

  test('that the first deletion shows to be wrong stops all further ones', async () => {
    const tags = Array.from({ length: 90 }, (_, index) => `pr-${index}`);
    const quay = await quayWithTags(tags);
    const csrf = {
      kind: 'status' as const,
      status: 403,
      body: '{"error": "CSRF token was invalid or missing."}',
    };
    quay.fault({ method: 'DELETE', fault: csrf });
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '4' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`The token was refused by ${quay.host} (403)`);
    // Each of those in flight is sent again with a new sign-in, and at last over the REST API.
    expect(quay.deletesSent().length).toBeLessThanOrEqual(3 * 4);
    expect(Number(run.outputs['remaining-count'])).toBe(90);
  });

  test('that may only read is told what it lacks', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.addOAuthToken('read-only-token-0000', { scope: 'repo:read' });
    const run = await cleanUp(quay, { tags: 'pr-*', token: 'read-only-token-0000' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`The token can read acme/web on ${quay.host} but not write to it.`);
    expect(quay.deletesSent()).toEqual([]);
  });

  test.each([
    { state: 'MIRROR' as const, says: 'is a mirror' },
    { state: 'READ_ONLY' as const, says: 'is read-only' },
  ])('meets a repository that $says', async ({ state, says }) => {
    const quay = await quayWithTags([]);
    quay.addRepository('acme/still', { state });
    quay.addTag('acme/still', { name: 'pr-1' });
    const run = await cleanUp(quay, { repository: 'acme/still', tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`acme/still ${says}`);
    expect(requestsOf(quay)).toBe('GET /api/v1/repository/acme/still?includeTags=false → 200');
  });

  test.each([
    { name: 'is missing in a namespace of its own', repository: 'acme/missing', says: 'was not found' },
    { name: 'is in a foreign namespace', repository: 'other/web', says: 'insufficient_scope' },
  ])('meets a repository that $name', async ({ repository, says }) => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { repository, tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(says);
    expect(run.log).toContain('`repository`');
  });
});

describe('no credentials', () => {
  test('are enough for a dry run on a public repository', async () => {
    const quay = await quayWithTags([]);
    quay.addRepository('acme/open', { public: true });
    quay.addTag('acme/open', { name: 'pr-1' });
    const run = await cleanUp(quay, { repository: 'acme/open', tags: 'pr-*', token: '', 'dry-run': 'true' });
    expect(run.exitCode).toBe(0);
    expect(run.list('selected')).toEqual(['acme/open:pr-1']);
    expect(run.list('deleted')).toEqual([]);
  });

  test('on a private repository are called missing, and nothing else', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*', token: '', 'dry-run': 'true' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`acme/web cannot be read on ${quay.host} without credentials (401)`);
    expect(run.log).not.toContain('refused');
  });
});
