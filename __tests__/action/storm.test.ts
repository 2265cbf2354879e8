import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags } from '../support/fixture.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { previews } from '../support/quay/tags.ts';
import type { FinishedRun } from '../support/run-action.ts';

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
