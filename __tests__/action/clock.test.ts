import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags } from '../support/fixture.ts';
import { cosignTag } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';

const SET_CLOCK = fileURLToPath(new URL('../support/set-clock.mjs', import.meta.url));

const DAY = 86_400;
const DIFFER = 'The clocks of the runner and the registry differ by';

/** A registry whose clock differs from this machine's by so many seconds, and its time. */
async function quayOff(
  seconds: number,
): Promise<{ readonly quay: QuaySimulator; readonly registryNow: number; readonly runnerNow: number }> {
  const now = () => Date.now() / 1000 + seconds;
  const quay = await quayWithTags([], { now });
  return { quay, registryNow: Math.floor(now()), runnerNow: Math.floor(Date.now() / 1000) };
}

describe('a runner whose clock is a day ahead', () => {
  test('sees the tags that will expire within the day', async () => {
    const { quay, registryNow } = await quayOff(-DAY);
    quay.addTag('acme/web', { name: 'pr-1', expiration: registryNow + 3600, lastModified: registryNow - 60 });
    quay.addTag('acme/web', { name: 'keep', expiration: registryNow + 3600, lastModified: registryNow - 60 });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
    expect(run.list('remaining')).toEqual(['acme/web:keep']);
  });

  test('deletes nothing too early, and says that the clocks differ', async () => {
    const { quay, registryNow } = await quayOff(-DAY);
    quay.addTag('acme/web', { name: 'pr-young', lastModified: registryNow - DAY / 2 });
    quay.addTag('acme/web', { name: 'pr-old', lastModified: registryNow - 2 * DAY });
    const run = await cleanUp(quay, { tags: 'pr-*', 'older-than': '1d' });
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toEqual(['acme/web:pr-old']);
    expect(run.log).toContain(DIFFER);
  });
});

describe('a runner whose clock is a day behind', () => {
  test('deletes nothing too early, and says that the clocks differ', async () => {
    const { quay, registryNow, runnerNow } = await quayOff(DAY);
    quay.addTag('acme/web', { name: 'pr-young', lastModified: runnerNow - DAY / 2 });
    quay.addTag('acme/web', { name: 'pr-old', lastModified: registryNow - 3 * DAY });
    const run = await cleanUp(quay, { tags: 'pr-*', 'older-than': '1d' });
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toEqual(['acme/web:pr-old']);
    expect(run.log).toContain(DIFFER);
  });

  test('does not see the tags that expired within the day', async () => {
    const { quay, registryNow } = await quayOff(DAY);
    quay.addTag('acme/web', { name: 'pr-1', expiration: registryNow - 60, lastModified: registryNow - DAY });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('selected')).toEqual([]);
  });
});

test('a proxy whose clock is a day ahead hides no living tag, whose signature would go', async () => {
  const { quay, registryNow } = await quayOff(0);
  const digest = digestFor('release');
  const row = { start_ts: registryNow - 60, is_manifest_list: false, size: 1 };
  const tags = [
    { ...row, name: 'release', manifest_digest: digest, end_ts: registryNow + 3600 },
    { ...row, name: cosignTag(digest), manifest_digest: digestFor('signature') },
  ];
  quay.addTag('acme/web', { name: cosignTag(digest) });
  const headers = { date: new Date((registryNow + DAY) * 1000).toUTCString() };
  const body = JSON.stringify({ tags, page: 1, has_additional: false });
  quay.fault({ path: /\/tag\/\?/, fault: { kind: 'status', status: 200, headers, body } });
  const run = await cleanUp(quay, { tags: 'pr-*', 'clean-orphaned-signatures': 'true' });
  expect(run.log).toContain(DIFFER);
  expect(quay.deletesSent()).toEqual([]);
  expect(run.list('remaining')).toHaveLength(2);
});

test('a registry that takes two minutes to answer has no wrong clock', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'clock-')), 'clock');
  endsWithTest({ stop: () => rmSync(dirname(file), { recursive: true, force: true }) });
  let passed = 0;
  const letPass = (seconds: number) => {
    passed = seconds;
    writeFileSync(file, String(seconds * 1000));
  };
  letPass(0);
  const quay = await quayWithTags(['pr-1', 'latest'], { now: () => Date.now() / 1000 + passed });
  quay.onRequest(({ path }) => {
    if (path.includes('page=1&') && passed === 0) letPass(120);
  });
  const run = await cleanUp(
    quay,
    { tags: 'pr-*' },
    { nodeArguments: ['--import', SET_CLOCK], environment: { CLOCK_FILE: file } },
  );
  expect(run.exitCode).toBe(0);
  expect(passed).toBe(120);
  expect(run.log).not.toContain(DIFFER);
});

test('clocks that differ by half a minute are worth no word', async () => {
  const { quay, registryNow } = await quayOff(30);
  quay.addTag('acme/web', { name: 'pr-1', lastModified: registryNow - DAY });
  const run = await cleanUp(quay, { tags: 'pr-*' });
  expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
  expect(run.log).not.toContain(DIFFER);
});
