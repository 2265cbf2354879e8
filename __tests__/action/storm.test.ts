import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags } from '../support/fixture.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { previews } from '../support/quay/tags.ts';
import { FAST_TIME, type FinishedRun } from '../support/run-action.ts';
import { CLEAN, now, Process, reportIn, signatureOf } from '../support/signed-images.ts';

const FULL_DISK = fileURLToPath(new URL('../support/full-disk.mjs', import.meta.url));

/** A small storm by hand, larger ones where seeds are given. */
const SEEDS = (process.env['STORM_SEEDS'] ?? '1').split(' ').map(Number);
const TAGS = process.env['STORM_SEEDS'] === undefined ? 150 : 1000;

interface ReportedTag {
  readonly name: string;
  readonly verdict: string;
  readonly outcome: string | null;
}

/** What remains, the outputs and the report must tell the same story, and nothing outside the plan may be asked for. */
function expectOneStory(run: FinishedRun, quay: QuaySimulator): void {
  const report: readonly ReportedTag[] = JSON.parse(run.report ?? '').repositories[0].tags;
  const named = (tags: readonly ReportedTag[]) => tags.map(({ name }) => `acme/web:${name}`).sort();
  const planned = named(report.filter(({ verdict }) => verdict === 'delete'));
  const gone = named(report.filter(({ outcome }) => outcome === 'deleted' || outcome === 'gone'));
  const alive = quay.alive('acme/web').map((name) => `acme/web:${name}`);
  expect([...run.list('selected')].sort()).toEqual(planned);
  expect([...run.list('deleted')].sort()).toEqual(gone);
  expect([...run.list('failed')].sort()).toEqual(named(report.filter(({ outcome }) => outcome === 'failed')));
  expect([...run.list('remaining')].sort()).toEqual(alive);
  expect(alive.filter((name) => gone.includes(name))).toEqual([]);
  expect(quay.deletesSent().filter((name) => !planned.includes(name))).toEqual([]);
}

async function stormyQuay(
  tls: boolean,
): Promise<{ readonly quay: QuaySimulator; readonly environment: Readonly<Record<string, string>> }> {
  const quay = await quayWithTags([], { tls });
  quay.addTags('acme/web', [
    ...previews(TAGS),
    ...previews(200, { from: 5000 }).map((tag) => ({ ...tag, name: `keep-${tag.name}` })),
  ]);
  if (!tls) return { quay, environment: {} };
  const folder = mkdtempSync(join(tmpdir(), 'storm-'));
  endsWithTest({ stop: () => rmSync(folder, { recursive: true, force: true }) });
  writeFileSync(join(folder, 'ca.pem'), quay.ca);
  return { quay, environment: { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') } };
}

describe('a storm', () => {
  test.each(
    SEEDS.flatMap((seed) => [
      { seed, tls: false },
      { seed, tls: true },
    ]),
  )(
    'of faults on a third of all requests changes nothing of what is deleted (seed $seed, HTTP/2 $tls)',
    async ({ seed, tls }) => {
      const { quay, environment } = await stormyQuay(tls);
      quay.storm({ seed, share: 1 / 3, atMostPerRequest: 2 });
      const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '50' }, { environment });
      expect(run.log).not.toMatch(/^ {4}at /m);
      expect(run.exitCode).toBe(0);
      expect(quay.alive('acme/web').every((name) => name.startsWith('keep-'))).toBe(true);
      expect(quay.alive('acme/web')).toHaveLength(200);
      expectOneStory(run, quay);
    },
    120_000,
  );

  test('that does not end for some tags fails the run, and all still agree', async () => {
    const { quay, environment } = await stormyQuay(false);
    quay.fault({ method: 'DELETE', path: /pr-1\d$/, fault: { kind: 'status', status: 500 } });
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '50' }, { environment });
    expect(run.exitCode).toBe(1);
    expect(run.list('failed')).toHaveLength(10);
    expectOneStory(run, quay);
  }, 120_000);
});

describe('a storm of silence', () => {
  test.each(SEEDS)(
    'and of single bytes ends, and all that is told of it is true (seed %i)',
    async (seed) => {
      const quay = await quayWithTags(['latest']);
      quay.addTags('acme/web', previews(80));
      const faults = [
        { kind: 'hang' },
        { kind: 'drip', everyMs: 200 },
        { kind: 'reset-after' },
        { kind: 'html-after', status: 502 },
      ] as const;
      quay.fault({ path: /page=1&/, times: 1, fault: { kind: 'drip', everyMs: 200 } });
      quay.storm({ seed, share: 1 / 8, atMostPerRequest: 1, faults });
      const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '20' }, FAST_TIME);
      // Three deletions in a row that nobody answers for a minute end the sending.
      const left = quay.alive('acme/web').filter((name) => name !== 'latest');
      expect([...run.list('failed')].sort()).toEqual(left.map((name) => `acme/web:${name}`));
      expect(run.exitCode).toBe(left.length === 0 ? 0 : 1);
      expect(run.list('deleted').length).toBeGreaterThan(0);
      expectOneStory(run, quay);
    },
    60_000,
  );
});

/** A number from 0 up to a limit, by chance, the same for the same seed and place. */
function chance(seed: number, place: number, below: number): number {
  return createHash('sha256').update(`${seed} ${place}`).digest().readUInt32BE(0) % below;
}

describe('a storm of others who delete while the list is read', () => {
  test.each(SEEDS)(
    'costs no signature of a living image (seed %i)',
    async (seed) => {
      const quay = await quayWithTags([]);
      const start = now() - 10_000;
      const builds = Array.from({ length: 90 }, (_, index) => `build-${index}`);
      const signed = Array.from({ length: 250 }, (_, index) => `release-${index}`);
      for (const [index, name] of [...builds, ...signed].entries())
        quay.addTag('acme/web', { name, digest: digestFor(name), lastModified: start - index });
      for (const name of [...signed, 'long gone'])
        quay.addTag('acme/web', { name: signatureOf(name), lastModified: start - 1000 });
      let pages = 0;
      quay.onRequest(({ path }) => {
        if (!/page=[2-5]&/.test(path) || pages >= 8) return;
        pages += 1;
        for (let count = 1 + chance(seed, pages, 2); count > 0; count -= 1)
          quay.remove('acme/web', `build-${chance(seed, pages * 10 + count, 90)}`);
      });
      quay.storm({ seed, share: 1 / 6, atMostPerRequest: 1 });
      const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
      expect(run.exitCode).toBe(0);
      expect(pages).toBeGreaterThan(0);
      expect(quay.alive('acme/web')).toEqual(expect.arrayContaining(signed.map(signatureOf)));
    },
    60_000,
  );
});

describe('a disk that fills up', () => {
  test.each([0, 900, 9000, 14_000, 20_000, 24_000])(
    'after %i bytes lets nothing be deleted that the plan on it does not name',
    async (bytes) => {
      const quay = await quayWithTags(['latest']);
      quay.addTags('acme/web', previews(40));
      const running = new Process();
      let plan: string | undefined;
      quay.onRequest(({ method }) => {
        if (method === 'DELETE') plan ??= reportIn(running.folder);
      });
      const run = await cleanUp(
        quay,
        { tags: 'pr-*' },
        {
          onStart: running.onStart,
          nodeArguments: ['--import', FULL_DISK],
          environment: { DISK_BYTES: String(bytes) },
        },
      );
      expect(run.exitCode).toBe(1);
      expect(run.log).not.toMatch(/^ {4}at |^node:/m);
      expect(run.log.match(/^::error::/gm)).toHaveLength(1);
      expect(run.log).toContain('ENOSPC');
      const planned: readonly ReportedTag[] = plan ? JSON.parse(plan).repositories[0].tags : [];
      const named = planned
        .filter(({ verdict }) => verdict === 'delete')
        .map(({ name }) => `acme/web:${name}`);
      expect(quay.deletesSent().filter((name) => !named.includes(name))).toEqual([]);
      expect(run.log).toContain(named.length === 0 ? 'so nothing was deleted' : 'Deleted 40 of 41 tags');
    },
  );
});
