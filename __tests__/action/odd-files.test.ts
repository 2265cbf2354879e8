import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags, TOKEN } from '../support/fixture.ts';
import { type FinishedRun, runAction } from '../support/run-action.ts';

const onUnix = process.platform === 'win32' ? describe.skip : describe;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'odd-'));
  endsWithTest({ stop: () => rmSync(path, { recursive: true, force: true }) });
  return path;
}

/** A pipe into which nobody writes. */
function pipe(): string {
  const path = join(folder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

async function restoreFrom(report: string): Promise<FinishedRun> {
  const quay = await quayWithTags(['latest']);
  const run = await runAction({ action: 'restore', inputs: { registry: quay.url, token: TOKEN, report } });
  expect(run.exitCode).toBe(1);
  expect(quay.requests).toEqual([]);
  return run;
}

onUnix('what is no file', () => {
  test.each([
    ['a pipe', pipe],
    ['a device without an end', () => '/dev/zero'],
    ['a folder', folder],
  ])('%s is refused as a report, and not waited for', async (_, path) => {
    const run = await restoreFrom(path());
    expect(run.log).toContain('which cannot be read. Give the path of a cleanup');
  });

  test.each([
    ['a pipe', pipe],
    ['a device without an end', () => '/dev/zero'],
  ])('%s says nothing as an event, which keeps every tag', async (_, path) => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const environment = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path() };
    const run = await cleanUp(quay, { tags: 'pr-{pr}' }, { environment });
    expect(run.exitCode).toBe(0);
    expect(quay.deletesSent()).toEqual([]);
  });
});

test.each([
  ['arrays', '['.repeat(200_000) + ']'.repeat(200_000)],
  ['objects', `${'{"version":'.repeat(200_000)}1${'}'.repeat(200_000)}`],
])('a report of %s that are nested without end is refused in words', async (_, text) => {
  const path = join(folder(), 'report.json');
  writeFileSync(path, text);
  const run = await restoreFrom(path);
  expect(run.log).toContain('The report cannot be read');
  expect(run.log).not.toContain('call stack');
});
