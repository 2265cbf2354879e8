import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags, TOKEN } from '../support/fixture.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { previews } from '../support/quay/tags.ts';
import { FAST_TIME, type FinishedRun, runAction } from '../support/run-action.ts';

const DAY = 86_400;
const now = () => Math.floor(Date.now() / 1000);

function restore(quay: QuaySimulator, inputs: Readonly<Record<string, string>>): Promise<FinishedRun> {
  return runAction({ action: 'restore', inputs: { registry: quay.url, token: TOKEN, ...inputs } });
}

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  endsWithTest({ stop: () => rmSync(folder, { recursive: true, force: true }) });
  const path = join(folder, 'report.json');
  writeFileSync(path, text);
  return path;
}

describe('restoring', () => {
  test('by a report brings back exactly what that run deleted', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'latest']);
    quay.addTag('acme/web', { name: 'pr-0', deletedAt: now() - 60, lastModified: now() - DAY });
    const digest = quay.digestOf('acme/web', 'pr-1');
    const cleanup = await cleanUp(quay, { tags: 'pr-*' });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    const run = await restore(quay, { report: fileWith(cleanup.report ?? '') });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2']);
    expect(quay.digestOf('acme/web', 'pr-1')).toBe(digest);
    expect(run.list('restored')).toEqual(expect.arrayContaining(['acme/web:pr-1', 'acme/web:pr-2']));
  });

  test('by a report brings back what stood there when the run deleted it, not what it had listed', async () => {
    const quay = await quayWithTags(['latest']);
    const expiration = now() + DAY;
    quay.addTag('acme/web', { name: 'pr-1', digest: digestFor('listed'), expiration });
    let isPushed = false;
    quay.onRequest(({ method }) => {
      if (isPushed || method !== 'DELETE') return;
      isPushed = true;
      quay.push('acme/web', 'pr-1', digestFor('pushed again'));
    });
    const cleanup = await cleanUp(quay, { tags: 'pr-*' });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    await restore(quay, { report: fileWith(cleanup.report ?? '') });
    expect(quay.digestOf('acme/web', 'pr-1')).toBe(digestFor('pushed again'));
    expect(quay.row('acme/web', 'pr-1')?.['end_ts']).toBeUndefined();
  });

  test('by pattern and time brings back the newest dead row of a name', async () => {
    const quay = await quayWithTags(['latest']);
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: digestFor('older'), lastModified: now() - 5 * DAY, deletedAt: now() - 4 * DAY },
      { name: 'pr-1', digest: digestFor('newer'), lastModified: now() - 4 * DAY, deletedAt: now() - 3600 },
      { name: 'pr-2', lastModified: now() - 9 * DAY, deletedAt: now() - 3 * DAY },
      { name: 'pr-3-keep', lastModified: now() - 9 * DAY, deletedAt: now() - 60 },
    ]);
    const run = await restore(quay, { repository: 'acme/web', tags: 'pr-*', 'exclude-tags': '*-keep' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
    expect(quay.digestOf('acme/web', 'pr-1')).toBe(digestFor('newer'));
  });

  test('never touches a name that lives', async () => {
    const quay = await quayWithTags(['pr-1']);
    const cleanup = await cleanUp(quay, { tags: 'pr-*' });
    quay.push('acme/web', 'pr-1', digestFor('pushed again'));
    const run = await restore(quay, { report: fileWith(cleanup.report ?? '') });
    expect(run.exitCode).toBe(0);
    expect(quay.digestOf('acme/web', 'pr-1')).toBe(digestFor('pushed again'));
    expect(quay.requests.some(({ method }) => method === 'POST')).toBe(false);
    expect(run.list('restored')).toEqual([]);
  });

  test('changes nothing in a dry run', async () => {
    const quay = await quayWithTags(['pr-1']);
    const cleanup = await cleanUp(quay, { tags: 'pr-*' });
    const run = await restore(quay, { report: fileWith(cleanup.report ?? ''), 'dry-run': 'true' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
    expect(run.summary).toContain('pr-1');
  });

  test('says of each tag that could not come back why, and goes on', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3']);
    const cleanup = await cleanUp(quay, { tags: 'pr-*' });
    quay.fault({
      method: 'POST',
      path: /pr-1/,
      fault: { kind: 'status', status: 404, body: '{"error_type": "not_found"}' },
    });
    quay.fault({
      method: 'POST',
      path: /pr-2/,
      fault: { kind: 'status', status: 409, body: '{"error_type": "tag_immutable"}' },
    });
    const run = await restore(quay, { report: fileWith(cleanup.report ?? '') });
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['pr-3']);
    expect(run.list('failed')).toHaveLength(2);
    expect(run.log).toContain("the time machine's window is over");
    expect(run.log).toContain('which is immutable (409)');
  });

  test.each([
    { name: 'of a newer version', text: '{"version":2}', says: 'newer version' },
    { name: 'that is not JSON', text: 'hello', says: 'not JSON' },
  ])('refuses a report $name', async ({ text, says }) => {
    const quay = await quayWithTags([]);
    const run = await restore(quay, { report: fileWith(text) });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(says);
    expect(quay.requests).toEqual([]);
  });

  test('takes patterns alone: a condition is refused before the first request', async () => {
    const quay = await quayWithTags([]);
    const run = await restore(quay, { repository: 'acme/web', tags: 'pr-* older-than=7d\nv*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      '`tags`: "pr-* older-than=7d" has conditions, which only a cleanup judges. Write the pattern alone: "pr-*".',
    );
    expect(quay.requests).toEqual([]);
  });

  test('needs to be told what to restore', async () => {
    const quay = await quayWithTags([]);
    const run = await restore(quay, { token: '' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('`token` is required');
    expect(run.log).toContain('`repository` is required');
    expect(run.log).toContain('`tags` is required');
  });
});

test('the progress of a restore counts all repositories together', async () => {
  const quay = await quayWithTags([], { delayMs: 30 });
  for (const repository of ['acme/web', 'acme/api']) {
    if (repository !== 'acme/web') quay.addRepository(repository);
    const dead = previews(40).map((tag) => ({ ...tag, lastModified: now() - DAY, deletedAt: now() - 60 }));
    quay.addTags(repository, dead);
  }
  const run = await runAction({
    ...FAST_TIME,
    action: 'restore',
    inputs: {
      registry: quay.url,
      token: TOKEN,
      repository: 'acme/web\nacme/api',
      tags: 'pr-*',
      concurrency: '2',
    },
  });
  expect(run.exitCode).toBe(0);
  const lines = [...run.log.matchAll(/^Restored (\d+) of (\d+) tags/gm)];
  expect(lines.at(-1)?.[2]).toBe('80');
  const done = lines.map(([, count]) => Number(count));
  expect(done.length).toBeGreaterThan(2);
  expect(done).toEqual(done.toSorted((one, other) => one - other));
});

describe('expire-in', () => {
  test('sets an expiration instead of deleting, never later than it is, and keeps immutable tags', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const soon = now() + 7200;
    quay.addTags('acme/web', [
      { name: 'pr-2', expiration: soon },
      { name: 'pr-3', immutable: true },
    ]);
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toHaveLength(4);
    expect(quay.deletesSent()).toEqual([]);
    expect(Number(quay.row('acme/web', 'pr-1')?.['end_ts'])).toBeGreaterThan(now() + 3 * DAY - 120);
    expect(quay.row('acme/web', 'pr-2')?.['end_ts']).toBe(soon);
    expect(run.list('deleted')).toEqual([]);
    expect(run.summary).toMatch(/expire/i);
    expect(run.summary).not.toMatch(/^Deleted/m);
  });
});
