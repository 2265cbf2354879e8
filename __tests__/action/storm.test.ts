import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { JumpingClock } from '../support/clock.ts';
import { cleanUp, clockedQuay, now, quayWithTags, reportedTags, undo } from '../support/fixture.ts';
import { CLEAN, cosignTag, signatureOf } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { previews } from '../support/quay/tags.ts';
import type { FinishedRun } from '../support/run-bundle.ts';

/** A small storm by hand, larger ones where seeds are given. */
const SEEDS = (process.env['STORM_SEEDS'] ?? '1').split(' ').map(Number);
const TAGS = process.env['STORM_SEEDS'] === undefined ? 70 : 1000;

/** What remains, the outputs and the report must tell the same story, and nothing outside the plan may be asked for. */
function expectOneStory(run: FinishedRun, quay: QuaySimulator): void {
  const report = reportedTags(run.report);
  const named = (...outcomes: readonly string[]) =>
    report
      .filter(({ outcome }) => outcome !== null && outcomes.includes(outcome))
      .map(({ name }) => `acme/web:${name}`)
      .sort();
  const planned = report.filter(({ verdict }) => verdict === 'delete').map(({ name }) => `acme/web:${name}`);
  const alive = quay.alive('acme/web').map((name) => `acme/web:${name}`);
  expect(run.log).not.toMatch(/^ {4}at /m);
  expect([...run.list('selected')].sort()).toEqual(planned.sort());
  expect([...run.list('deleted')].sort()).toEqual(named('deleted', 'deleted-with-image'));
  expect([...run.list('failed')].sort()).toEqual(named('failed'));
  expect([...run.list('remaining')].sort()).toEqual(alive);
  expect(alive.filter((name) => named('deleted', 'deleted-with-image', 'gone').includes(name))).toEqual([]);
  expect(quay.deletesSent().filter((name) => !planned.includes(name))).toEqual([]);
}

/** Previews, a tenth of them signed, beside 100 tags that stay, a tenth of them signed. */
function addTags(quay: QuaySimulator): void {
  const going = previews(TAGS);
  const staying = previews(100, { from: 5000 }).map((tag) => ({ ...tag, name: `keep-${tag.name}` }));
  quay.addTags('acme/web', [...going, ...staying]);
  for (const { digest = '' } of [...going, ...staying].filter((_, index) => index % 10 === 0))
    quay.addTag('acme/web', { name: cosignTag(digest), digest: digestFor(`signature of ${digest}`) });
}

describe('a storm', () => {
  test.each(SEEDS.flatMap((seed) => [0, 100, 3000].map((lagMs) => ({ seed, lagMs }))))(
    'of faults on a third of all requests changes nothing of what is deleted and undone (seed $seed, a lag of $lagMs ms)',
    async ({ seed, lagMs }) => {
      const { quay, clock } = await clockedQuay([]);
      addTags(quay);
      const before = quay.alive('acme/web');
      const staying = new Set(before.filter((name) => name.startsWith('keep-')));
      quay.storm({ seed, share: 1 / 3, atMostPerRequest: 2, lagMs });
      const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '50' }, { clock });
      expect(quay.alive('acme/web').filter((name) => !name.startsWith('sha256-'))).toEqual(
        [...staying].sort(),
      );
      expect(quay.alive('acme/web').filter((name) => name.startsWith('sha256-'))).toHaveLength(10);
      expectOneStory(run, quay);
      clock.advance(60_000);
      await undo(quay, run.report, { concurrency: '50' }, { clock });
      expect(quay.alive('acme/web')).toEqual(before);
    },
    120_000,
  );

  test('that does not end for some tags fails the run, and all still agree', async () => {
    const quay = await quayWithTags([]);
    addTags(quay);
    quay.fault({ method: 'DELETE', path: /pr-1\d$/, fault: { kind: 'status', status: 500 } });
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '50' }, { fails: true });
    expect(run.list('failed')).toHaveLength(10);
    expectOneStory(run, quay);
  });

  test.each(SEEDS)('of silence and of single bytes ends, and all told of it is true (%i)', async (seed) => {
    const quay = await quayWithTags(['latest', ...previews(80)]);
    const faults = [
      { kind: 'hang' },
      { kind: 'drip', everyMs: 200 },
      { kind: 'reset-after' },
      { kind: 'html-after', status: 502 },
    ] as const;
    quay.fault({ path: /page=1&/, times: 1, fault: { kind: 'drip', everyMs: 200 } });
    quay.storm({ seed, share: 1 / 8, atMostPerRequest: 1, faults });
    const clock = new JumpingClock();
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '20' }, { clock, fails: 'perhaps' });
    // Three deletions in a row that nobody answers for a minute end the sending.
    const left = quay.alive('acme/web').filter((name) => name !== 'latest');
    expect(run.exitCode).toBe(left.length === 0 ? 0 : 1);
    expect([...run.list('failed')].sort()).toEqual(left.map((name) => `acme/web:${name}`));
    expect(run.list('deleted').length).toBeGreaterThan(0);
    expectOneStory(run, quay);
  });
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
      quay.onRequest(/page=[2-5]&/, (count) => {
        pages = Math.min(count, 8);
        if (count > 8) return;
        for (let left = 1 + chance(seed, pages, 2); left > 0; left -= 1)
          quay.remove('acme/web', `build-${chance(seed, pages * 10 + left, 90)}`);
      });
      quay.storm({ seed, share: 1 / 6, atMostPerRequest: 1 });
      await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
      expect(pages).toBeGreaterThan(0);
      expect(quay.alive('acme/web')).toEqual(expect.arrayContaining(signed.map(signatureOf)));
    },
    60_000,
  );
});
