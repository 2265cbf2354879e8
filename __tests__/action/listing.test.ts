import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags, requestsOf, shown, TOKEN } from '../support/fixture.ts';
import { previews } from '../support/quay/tags.ts';

describe('the list of tags', () => {
  test('of Quay’s documentation holds two living tags among its five rows', async () => {
    const quay = await quayWithTags([]);
    quay.addRepository('acme/docs');
    quay.loadList(
      'acme/docs',
      JSON.parse(readFileSync(new URL('../fixtures/quay-list-example.json', import.meta.url), 'utf8')),
    );
    const run = await cleanUp(quay, { repository: 'acme/docs', tags: 'te*' });
    expect(run.list('deleted')).toEqual(['acme/docs:test']);
    expect(run.list('remaining')).toEqual(['acme/docs:example']);
    expect(requestsOf(quay)).toMatchSnapshot();
  });

  test('is read to its last page before anything is deleted', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', previews(1234));
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
    const firstDelete = quay.requests.findIndex(({ method }) => method === 'DELETE');
    const pagesBefore = quay.requests
      .slice(0, firstDelete)
      .filter(({ path }) => path.includes('onlyActiveTags=true'));
    expect(pagesBefore.length).toBeGreaterThanOrEqual(13);
  });

  test('is the same in whatever order its pages are answered', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', previews(450));
    quay.fault({ path: /page=2&|page=2$/, fault: { kind: 'slow', ms: 150 } });
    quay.fault({ path: /page=3/, fault: { kind: 'slow', ms: 50 } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.outputs['deleted-count']).toBe('450');
    expect(quay.alive('acme/web')).toEqual([]);
  });

  test('counts a tag that is scheduled to expire as alive, and a dead one not at all', async () => {
    const quay = await quayWithTags([]);
    const now = Math.floor(Date.now() / 1000);
    quay.addTag('acme/web', { name: 'pr-1', expiration: now + 3600 });
    quay.addTag('acme/web', { name: 'pr-2', deletedAt: now - 3600, lastModified: now - 7200 });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
  });

  test('goes on where a page in the middle calls itself the last, as it was before a push', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', previews(1000));
    const url = `${quay.url}/api/v1/repository/acme/web/tag/?limit=100&page=3&onlyActiveTags=true`;
    const page = await (await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } })).text();
    quay.fault({
      path: /page=3/,
      fault: {
        kind: 'status',
        status: 200,
        body: page.replace('"has_additional":true', '"has_additional":false'),
      },
    });
    const run = await cleanUp(quay, { tags: 'pr-*', 'dry-run': 'true' });
    expect(run.outputs['selected-count']).toBe('1000');
  });

  test('that lacks a page lets nothing be deleted', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', previews(300));
    quay.fault({ path: /page=2/, fault: { kind: 'status', status: 500 } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(quay.deletesSent()).toEqual([]);
    expect(shown(run, quay)).toMatchSnapshot();
  });

  test.each(['html', 'json', 'garbled'] as const)(
    'that is %s instead is not Quay’s, and lets nothing be deleted',
    async (kind) => {
      const quay = await quayWithTags(['pr-1']);
      quay.fault({ path: /\/tag\//, fault: { kind } });
      const run = await cleanUp(quay, { tags: 'pr-*' });
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('does not look like a Quay registry');
      expect(quay.deletesSent()).toEqual([]);
    },
  );

  test('that never ends lets nothing be deleted', async () => {
    const quay = await quayWithTags([]);
    const body = JSON.stringify({
      tags: [{ name: 'pr-1', start_ts: 1, manifest_digest: 'sha256:0', is_manifest_list: false, size: 1 }],
      page: 1,
      has_additional: true,
    });
    quay.fault({ path: /\/tag\//, fault: { kind: 'status', status: 200, body } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('incomplete');
    expect(quay.deletesSent()).toEqual([]);
  });

  test('of an empty repository is a success with a notice', async () => {
    const quay = await quayWithTags([]);
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(shown(run, quay)).toMatchSnapshot();
  });
});
