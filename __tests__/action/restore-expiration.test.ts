import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags, TOKEN } from '../support/fixture.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { type FinishedRun, runAction } from '../support/run-action.ts';

const HOUR = 3600;
const DAY = 86_400;
const now = () => Math.floor(Date.now() / 1000);
const endOf = (quay: QuaySimulator, tag: string) => quay.row('acme/web', tag)?.['end_ts'];

function restore(
  quay: QuaySimulator,
  report: string | undefined,
  inputs: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<FinishedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  endsWithTest({ stop: () => rmSync(folder, { recursive: true, force: true }) });
  const path = join(folder, 'report.json');
  writeFileSync(path, report ?? '');
  return runAction({
    action: 'restore',
    environment,
    inputs: { registry: quay.url, token: TOKEN, report: path, ...inputs },
  });
}

/** The same report of a run that began and ended earlier. */
function withExpiration(report: string | undefined, tag: string, expiration: number): string {
  const parsed = JSON.parse(report ?? '');
  for (const entry of parsed.repositories[0].tags)
    if (entry.name === tag) entry.expiration = new Date(expiration * 1000).toISOString();
  return JSON.stringify(parsed);
}

/** A run that deleted `pr-1`, which was to expire. */
async function deleted(expiration: number): Promise<{
  readonly quay: QuaySimulator;
  readonly report: string | undefined;
}> {
  const quay = await quayWithTags(['pr-2', 'latest']);
  quay.addTag('acme/web', { name: 'pr-1', lastModified: now() - DAY, expiration });
  const { report } = await cleanUp(quay, { tags: 'pr-*' });
  expect(quay.alive('acme/web')).toEqual(['latest']);
  return { quay, report };
}

describe('an expiration', () => {
  test('comes back with its tag, and only with that', async () => {
    const expiration = now() + 9 * DAY;
    const { quay, report } = await deleted(expiration);
    const run = await restore(quay, report);
    expect(run.exitCode).toBe(0);
    expect(endOf(quay, 'pr-1')).toBe(expiration);
    expect(endOf(quay, 'pr-2')).toBeUndefined();
    expect(run.summary).toContain('Expires (UTC)');
    expect(run.log).not.toContain('::warning');
  });

  test('that has passed does not, which is said', async () => {
    const { quay, report } = await deleted(now() + 9 * DAY);
    const run = await restore(quay, withExpiration(report, 'pr-1', now() - HOUR));
    expect(run.exitCode).toBe(0);
    expect(endOf(quay, 'pr-1')).toBeUndefined();
    expect(run.log).toContain('UTC) has passed, so it does not expire now');
    expect(run.summary).toContain('has passed, so it does not expire now');
    expect(quay.requests.some(({ method }) => method === 'PUT')).toBe(false);
  });

  test('within the hour is an hour from now, which is said', async () => {
    const { quay, report } = await deleted(now() + 9 * DAY);
    const run = await restore(quay, withExpiration(report, 'pr-1', now() + 600));
    expect(run.exitCode).toBe(0);
    expect(Number(endOf(quay, 'pr-1'))).toBeGreaterThan(now() + HOUR - 120);
    expect(run.log).toContain('Quay will expire it an hour from now');
  });

  test('of many tags that cannot be set is ten warnings, and the rest stands in a group of the log', async () => {
    const quay = await quayWithTags([]);
    const expiration = now() + 9 * DAY;
    const names = Array.from({ length: 13 }, (_, index) => `pr-${index}`);
    quay.addTags(
      'acme/web',
      names.map((name) => ({ name, lastModified: now() - DAY, expiration })),
    );
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    quay.fault({ method: 'PUT', fault: { kind: 'status', status: 400, body: '{"message": "No."}' } });
    const run = await restore(quay, report);
    expect(run.list('restored')).toHaveLength(13);
    expect(run.log.match(/^::warning::/gm)).toHaveLength(10);
    expect(run.log).toMatch(/^::group::3 more warnings\n(acme\/web:pr-.*\n){3}::endgroup::$/m);
  });

  test('that cannot be set is a warning, and the tag is restored', async () => {
    const { quay, report } = await deleted(now() + 9 * DAY);
    quay.fault({ method: 'PUT', fault: { kind: 'status', status: 400, body: '{"message": "No."}' } });
    const run = await restore(quay, report);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2']);
    expect(run.list('restored')).toHaveLength(2);
    expect(run.list('failed')).toEqual([]);
    expect(run.log).toMatch(/^::warning::acme\/web:pr-1: Its expiration .* could not be set/m);
    expect(run.summary).toContain('could not be set');
  });

  test('cannot be known by pattern, which is said', async () => {
    const { quay } = await deleted(now() + 9 * DAY);
    const run = await restore(quay, undefined, { report: '', repository: 'acme/web', tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2']);
    expect(run.log).toContain('Restoring from a report sets their expirations again.');
  });
});

describe('a report', () => {
  async function twoRepositories(): Promise<{
    readonly quay: QuaySimulator;
    readonly report: string | undefined;
  }> {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-30']);
    quay.addRepository('acme/api');
    quay.addTag('acme/api', { name: 'pr-1' });
    const { report } = await cleanUp(quay, { repository: 'acme/*', tags: 'pr-*' });
    return { quay, report };
  }

  test.each([
    { inputs: { repository: 'acme/web' }, web: ['pr-1', 'pr-2', 'pr-30'], api: [] },
    { inputs: { tags: 'pr-?' }, web: ['pr-1', 'pr-2'], api: ['pr-1'] },
    { inputs: { 'exclude-tags': 'pr-1' }, web: ['pr-2', 'pr-30'], api: [] },
    { inputs: { repository: 'acme/web', tags: 'pr-?', 'exclude-tags': 'pr-1' }, web: ['pr-2'], api: [] },
  ])('is narrowed by $inputs', async ({ inputs, web, api }) => {
    const { quay, report } = await twoRepositories();
    const run = await restore(quay, report, inputs);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(web);
    expect(quay.alive('acme/api')).toEqual(api);
  });

  test('that has no such repository says so', async () => {
    const { quay, report } = await twoRepositories();
    const run = await restore(quay, report, { repository: 'acme/wbe\nacme/api' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/api')).toEqual(['pr-1']);
    expect(run.log).toContain('The report names no repository acme/wbe');
    expect(run.summary).toContain('The report names no repository acme/wbe');
  });

  test('brings nothing back that it does not name, whatever the pattern', async () => {
    const { quay, report } = await twoRepositories();
    quay.addTag('acme/web', { name: 'pr-4', lastModified: now() - DAY, deletedAt: now() - 60 });
    await restore(quay, report, { tags: 'pr-*' });
    expect(quay.alive('acme/web')).toEqual(['pr-1', 'pr-2', 'pr-30']);
  });

  test('without signatures brings those back that no exclusion names', async () => {
    const quay = await quayWithTags([]);
    const signature = `${digestFor('pr-1').replace(':', '-')}.sig`;
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: digestFor('pr-1') },
      { name: signature },
      { name: 'pr-2' },
    ]);
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    await restore(quay, report, { 'exclude-tags': 'pr-2' });
    expect(quay.alive('acme/web')).toEqual(['pr-1', signature]);
  });

  test.each([
    { of: 'a dry run', inputs: { 'dry-run': 'true' }, says: 'The report is from a dry run' },
    { of: 'expire-in', inputs: { 'expire-in': '3d' }, says: 'The report is from a run with `expire-in`' },
  ])('of $of says why there is nothing to do', async ({ inputs, says }) => {
    const quay = await quayWithTags(['pr-1']);
    const { report } = await cleanUp(quay, { tags: 'pr-*', ...inputs });
    quay.reset();
    const run = await restore(quay, report);
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain(says);
    expect(run.summary).toContain('The report is from');
    expect(quay.requests).toEqual([]);
  });
});

describe('restoring', () => {
  test('leaves a tag alone that was pushed after the history was read, and shows its digest', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    quay.onRequest(({ path }) => {
      if (path.includes('filter_tag_name=eq%3Apr-1')) quay.push('acme/web', 'pr-1', digestFor('pushed'));
    });
    const run = await restore(quay, report);
    expect(run.exitCode).toBe(0);
    expect(quay.digestOf('acme/web', 'pr-1')).toBe(digestFor('pushed'));
    expect(run.list('restored')).toEqual(['acme/web:pr-2']);
    expect(run.summary).toContain('Existing tags, unchanged');
    expect(run.summary).toContain(digestFor('pushed').slice(7, 19));
  });

  test('shows the digest that exists of a tag that was pushed before', async () => {
    const quay = await quayWithTags(['pr-1']);
    const digest = quay.digestOf('acme/web', 'pr-1') ?? '';
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    quay.push('acme/web', 'pr-1', digestFor('pushed'));
    const run = await restore(quay, report);
    expect(run.summary).toContain(digestFor('pushed').slice(7, 19));
    expect(run.summary).not.toContain(digest.slice(7, 19));
  });

  test('that was refused retries nothing more', async () => {
    const quay = await quayWithTags(['pr-1']);
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    quay.reset();
    quay.fault({
      path: /onlyActiveTags/,
      fault: { kind: 'status', status: 401, body: '{"message": "No."}' },
    });
    quay.fault({ path: /\/tag\/\?/, fault: { kind: 'status', status: 500 } });
    const run = await restore(quay, report, {}, { RUNNER_DEBUG: '1' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`The token was refused by ${quay.host} (401)`);
    // A retry on the closed connection would reach no server, and stands in the log alone.
    expect(run.log).toMatch(/::debug::GET .*attempt 1/);
    expect(run.log).not.toMatch(/attempt [2-9]/);
  });

  test('ends at once when nothing listens there', async () => {
    const quay = await quayWithTags(['pr-1']);
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    await quay.stop();
    const run = await restore(quay, report);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(quay.host);
    expect(run.log).not.toMatch(/^\s+at .*:\d+/m);
  });
});
