import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, HOUR, now, quayWithTags, reported, requestsOf, shown, TOKEN } from '../support/fixture.ts';
import { CLEAN, signatureOf } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
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
    quay.addTags('acme/web', previews(450));
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
    const firstDelete = quay.requests.findIndex(({ method }) => method === 'DELETE');
    const pagesBefore = quay.requests
      .slice(0, firstDelete)
      .filter(({ path }) => path.includes('onlyActiveTags=true'));
    expect(pagesBefore.length).toBeGreaterThanOrEqual(5);
  });

  test('counts a tag that is scheduled to expire as alive, and a dead one not at all', async () => {
    const quay = await quayWithTags([]);
    quay.addTag('acme/web', { name: 'pr-1', expiration: now() + HOUR });
    quay.addTag('acme/web', { name: 'pr-2', deletedAt: now() - HOUR, lastModified: now() - 2 * HOUR });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
  });

  test('goes on where a page in the middle calls itself the last, as it was before a push', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', previews(1000));
    const url = `${quay.url}/api/v1/repository/acme/web/tag/?limit=100&page=2&onlyActiveTags=true`;
    const page = await (await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } })).text();
    quay.fault({
      path: /page=2/,
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

describe('keep-n-most-recent', () => {
  test('keeps the newest as the registry orders them, although they were pushed within one second', async () => {
    const quay = await quayWithTags([]);
    const second = now() - 3600;
    // By name, pr-1 and pr-10 would come first.
    const order = [16, 15, 13, 11, 2, 10, 1, 12, 14, 3];
    quay.addTags(
      'acme/web',
      order.map((number, index) => ({ name: `pr-${number}`, lastModified: second + 0.9 - index * 0.05 })),
    );
    const run = await cleanUp(quay, { tags: 'pr-*', 'keep-n-most-recent': '3' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-13', 'pr-15', 'pr-16']);
  });

  test('keeps that order over many pages', async () => {
    const quay = await quayWithTags([]);
    const second = now() - 3600;
    const name = (index: number) => `pr-${(index * 137) % 450}`;
    // Hundreds within a second, and the newest of them on the second page and later.
    quay.addTags(
      'acme/web',
      Array.from({ length: 450 }, (_, index) => ({
        name: name(index),
        lastModified: second + (449 - index) / 500,
      })),
    );
    const run = await cleanUp(quay, { tags: 'pr-*', 'keep-n-most-recent': '230' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(Array.from({ length: 230 }, (_, index) => name(index)).sort());
  });
});

describe('a list that changes while it is read', () => {
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
    // With it its signature would go, whose image may still exist.
    expect(reported(run.report, 'pr-1')?.verdict).toBe('keep');
    expect(quay.alive('acme/web')).toContain(signatureOf('pr-1'));
    expect(quay.alive('acme/web')).toContain(signatureOf('long gone'));
    expect(reported(run.report, signatureOf('long gone'))?.reason).toBe(
      'its image may still exist: the list changed while it was read',
    );
  });
});

const digest = (index: number) => `sha256:${index.toString(16).padStart(64, '0')}`;

interface Row {
  readonly name: string;
  readonly manifest_digest: string;
}

/** A whole list on one page, which no Quay answers, as JSON. */
function pageOf(rows: readonly Row[]): string {
  const common = { start_ts: 1_700_000_000, is_manifest_list: false, size: 1 };
  return JSON.stringify({
    tags: rows.map((row) => ({ ...common, ...row })),
    page: 1,
    has_additional: false,
  });
}

async function dryRunOn(rows: readonly Row[], inputs: Readonly<Record<string, string>>) {
  const quay = await quayWithTags([]);
  quay.fault({ path: /\/tag\//, fault: { kind: 'status', status: 200, body: pageOf(rows) } });
  return cleanUp(quay, { 'dry-run': 'true', ...inputs });
}

describe('more than anybody has', () => {
  test('8,000 signatures, each on the one before, are judged without running out of memory', async () => {
    const chain = Array.from({ length: 8000 }, (_, index) => ({
      name: index === 0 ? 'latest' : `sha256-${digest(index - 1).slice(7)}.sig`,
      manifest_digest: digest(index),
    }));
    const inputs = { tags: 'pr-*', 'clean-orphaned-signatures': 'true' };
    const living = await dryRunOn(chain, inputs);
    expect(living.exitCode).toBe(0);
    expect(living.outputs['selected-count']).toBe('0');
    const dead = await dryRunOn(chain.slice(1), inputs);
    expect(dead.exitCode).toBe(0);
    expect(Number(dead.outputs['selected-count'])).toBeGreaterThan(0);
  });

  test('130,000 names that no tag can have are kept, and told in a few lines', async () => {
    const rows = Array.from({ length: 130_000 }, (_, index) => ({
      name: `../${index}`,
      manifest_digest: digest(index),
    }));
    const run = await dryRunOn([{ name: 'pr-1', manifest_digest: digest(1) }, ...rows], { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('selected')).toEqual(['acme/web:pr-1']);
    expect(run.log).toContain('acme/web lists a tag named "../0", which is not a valid name.');
    expect(run.log).toContain('acme/web lists 129,995 more tags with an invalid name. They are kept.');
  });

  test('130,000 orphaned signatures on one page are listed and judged', async () => {
    const rows = Array.from({ length: 130_000 }, (_, index) => ({
      name: `sha256-${digest(index).slice(7)}.sig`,
      manifest_digest: digest(200_000 + index),
    }));
    const run = await dryRunOn(rows, { tags: 'pr-*', 'clean-orphaned-signatures': 'true' });
    expect(run.log).not.toContain('call stack');
    expect(run.exitCode).toBe(0);
    expect(run.outputs['selected-count']).toBe('130000');
  });
});

describe('9,000 remaining tags with long names', () => {
  test('leave a summary that GitHub takes, and say where the whole list is', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.addTags(
      'acme/web',
      Array.from({ length: 9000 }, (_, index) => ({
        name: `${String(index).padStart(6, '0')}-${'x'.repeat(121)}`,
      })),
    );
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(Buffer.byteLength(run.summary)).toBeLessThan(1024 * 1024);
    expect(run.summary).toContain('report');
    expect(run.outputs['remaining']).toBe('');
    expect(run.outputs['remaining-count']).toBe('9000');
    expect(run.log).toMatch(/^::warning::.*`remaining`.*`report`/m);
  });
});
