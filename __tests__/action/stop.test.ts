import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { previews } from '../support/quay/tags.ts';
import type { FinishedRun } from '../support/run-action.ts';
import { undo } from '../support/signed-images.ts';

const schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'));
const isReport = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

async function slowQuay(): Promise<QuaySimulator> {
  const quay = await quayWithTags([], { delayMs: 20 });
  quay.addTags('acme/web', previews(90));
  return quay;
}

describe('a cancelled workflow', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'stops the deletions at a %s, and still tells what it did',
    async (signal) => {
      const quay = await slowQuay();
      let kill: () => void = () => undefined;
      let afterSignal = 0;
      let signalled = false;
      quay.onRequest(({ method }) => {
        if (method !== 'DELETE') return;
        if (signalled) afterSignal += 1;
        if (quay.deletesSent().length === 10) {
          kill();
          setTimeout(() => {
            signalled = true;
          }, 100);
        }
      });
      const run = await cleanUp(
        quay,
        { tags: 'pr-*', concurrency: '2' },
        {
          onStart: (child) => {
            kill = () => child.kill(signal);
          },
        },
      );
      expect(run.exitCode).toBe(1);
      expect(afterSignal).toBe(0);
      expect(quay.deletesSent().length).toBeLessThan(90);
      expect(run.list('deleted')).toHaveLength(90 - quay.alive('acme/web').length);
      expect(run.summary).toContain('cancelled');
      expect(isReport(JSON.parse(run.report ?? ''))).toBe(true);
    },
  );

  test('does not wait for an answer that does not come, and does not know what came of it', async () => {
    const { run, quay } = await cancelledInFlight(5);
    expect(run.report?.match(/"outcome":"unknown"/g)).toHaveLength(2);
    expect(run.report).not.toContain('"outcome":"failed"');
    expect(run.list('failed')).toEqual([]);
    expect(run.log).toContain('Whether 2 tags were deleted is unknown.');
    // One of them had been deleted: undoing the run looks, and brings it back with what is known to be gone.
    const [one = '', other = ''] = quay
      .deletesSent()
      .slice(1)
      .map((name) => name.replace('acme/web:', ''));
    quay.remove('acme/web', one);
    const kept = quay.digestOf('acme/web', other);
    quay.clearFaults();
    quay.reset();
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toHaveLength(5);
    expect(quay.digestOf('acme/web', other)).toBe(kept);
    expect(quay.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  // The REST API stands in for the v2 API although the run was stopped, and says that nothing was sent.
  test('does not know either what came of deletions over the v2 API', async () => {
    const { run } = await cancelledInFlight(90);
    expect(run.report?.match(/"outcome":"unknown"/g)).toHaveLength(2);
  });
});

/** A run of which two deletions are never answered, cancelled while it waits for them. */
async function cancelledInFlight(
  tags: number,
): Promise<{ readonly run: FinishedRun; readonly quay: QuaySimulator }> {
  const quay = await quayWithTags([], { delayMs: 20 });
  quay.addTags('acme/web', previews(tags));
  quay.fault({ method: 'DELETE', skip: 1, fault: { kind: 'hang' } });
  let kill: () => void = () => undefined;
  quay.onRequest(({ method }) => {
    if (method === 'DELETE' && quay.deletesSent().length === 3) kill();
  });
  const run = await cleanUp(
    quay,
    { tags: 'pr-*', concurrency: '2' },
    {
      onStart: (child) => {
        kill = () => child.kill('SIGINT');
      },
    },
  );
  expect(run.exitCode).toBe(1);
  return { run, quay };
}

describe('a time budget', () => {
  test('succeeds with a warning and what is left', async () => {
    const quay = await quayWithTags([], { delayMs: 250 });
    quay.addTags('acme/web', previews(80));
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '2', 'time-budget': '4s' });
    expect(run.exitCode).toBe(0);
    expect(run.log).toMatch(/^::warning::The time budget of 4s was reached\./m);
    expect(quay.alive('acme/web').length).toBeGreaterThan(0);
    expect(Number(run.outputs['remaining-count'])).toBe(quay.alive('acme/web').length);
    expect(Number(run.outputs['deleted-count'])).toBe(80 - quay.alive('acme/web').length);
    expect(run.list('failed')).toEqual([]);
  });
});

describe('the report', () => {
  test('holds the whole plan before the first deletion, and the outcomes afterwards', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'latest']);
    let folder = '';
    const before: string[] = [];
    quay.onRequest(({ method }) => {
      if (method !== 'DELETE' || before.length > 0) return;
      for (const name of readdirSync(folder)) {
        const path = join(folder, name, 'report.json');
        if (existsSync(path)) before.push(readFileSync(path, 'utf8'));
      }
    });
    const run = await cleanUp(
      quay,
      { tags: 'pr-*' },
      {
        onStart: (_, temporaryFolder) => {
          folder = temporaryFolder;
        },
      },
    );
    const plan = JSON.parse(before[0] ?? '');
    expect(isReport(plan)).toBe(true);
    expect(plan.finishedAt).toBeNull();
    expect(plan.repositories[0].tags).toHaveLength(3);
    expect(
      plan.repositories[0].tags.filter(({ verdict }: { verdict: string }) => verdict === 'delete'),
    ).toHaveLength(2);
    const after = JSON.parse(run.report ?? '');
    expect(isReport(after)).toBe(true);
    expect(after.repositories[0].tags.map(({ outcome }: { outcome: string | null }) => outcome)).toEqual([
      'deleted',
      'deleted',
      null,
    ]);
  });
});
