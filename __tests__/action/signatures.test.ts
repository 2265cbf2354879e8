import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags, TOKEN } from '../support/fixture.ts';
import { addImage, addIndex, cosignTag } from '../support/images.ts';
import type { QuayOptions, QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { type FinishedRun, runAction } from '../support/run-action.ts';

const now = () => Math.floor(Date.now() / 1000);
const CLEAN = { 'clean-orphaned-signatures': 'true' };
const KEEP_SIGNATURES = { tags: 'pr-*', 'exclude-tags': '*.sig' };
const ROBOT = { token: '', username: 'acme+ci', password: 'robot-password-0123456789' };

/** `acme/web` with `latest` and so many signed previews. */
async function quayWithSigned(count: number, options: QuayOptions = {}): Promise<QuaySimulator> {
  const quay = await quayWithTags([], options);
  quay.addRobot('acme+ci', ROBOT.password, { 'acme/web': 'write' });
  addSigned(quay, count);
  return quay;
}

function addSigned(quay: QuaySimulator, count: number): void {
  quay.addTag('acme/web', { name: 'latest', digest: digestFor('latest') });
  for (let number = 1; number <= count; number += 1) {
    const digest = digestFor(`pr-${number}`);
    quay.addTags('acme/web', [
      { name: `pr-${number}`, digest },
      { name: cosignTag(digest), digest: digestFor(`signature of pr-${number}`) },
    ]);
  }
}

const signatureOf = (name: string) => cosignTag(digestFor(name));

interface ReportedTag {
  readonly name: string;
  readonly reason: string;
  readonly outcome: string | null;
  readonly takenAlongWith?: string;
}

function reported(report: string | undefined, name: string): ReportedTag | undefined {
  const tags: readonly ReportedTag[] = JSON.parse(report ?? '').repositories[0].tags;
  return tags.find((tag) => tag.name === name);
}

/** Runs the restore action on a report. */
function undo(quay: QuaySimulator, report: string | undefined): Promise<FinishedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  endsWithTest({ stop: () => rmSync(folder, { recursive: true, force: true }) });
  const path = join(folder, 'report.json');
  writeFileSync(path, report ?? '');
  return runAction({ action: 'restore', inputs: { registry: quay.url, token: TOKEN, report: path } });
}

/** The report that a run has written so far. */
function reportIn(folder: string): string | undefined {
  const path = readdirSync(folder)
    .map((name) => join(folder, name, 'report.json'))
    .find((file) => existsSync(file));
  return path && readFileSync(path, 'utf8');
}

/** What a test does to the process while a request is on its way. */
class Process {
  child: ChildProcess | undefined;
  folder = '';
  readonly onStart = (child: ChildProcess, folder: string) => {
    this.child = child;
    this.folder = folder;
  };
}

describe('signatures that Quay deletes with their image', () => {
  test.each([
    { name: 'few', count: 2 },
    { name: 'many', count: 12 },
  ])('are counted, told, and brought back by undo, when they are $name', async ({ count }) => {
    const quay = await quayWithSigned(count);
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.outputs['deleted-count']).toBe(String(2 * count));
    expect(run.outputs['remaining-count']).toBe('1');
    expect(reported(run.report, signatureOf('pr-1'))).toMatchObject({
      outcome: 'deleted-with-image',
      takenAlongWith: 'pr-1',
    });
    expect(run.summary).toContain(`Quay deleted ${count} of them with their images.`);
    expect(run.summary).toContain('deleted by Quay with its image `pr-1`');
    expect((await undo(quay, run.report)).exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(before);
    expect(quay.digestOf('acme/web', signatureOf('pr-1'))).toBe(digestFor('signature of pr-1'));
  });

  test.each([1, 12])('are this run’s with clean-orphaned-signatures too, of %s images', async (count) => {
    const quay = await quayWithSigned(count);
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.outputs['deleted-count']).toBe(String(2 * count));
    expect(run.report).not.toContain('"gone"');
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(before);
  });

  test('are others’ where others had deleted them, and undo leaves those alone', async () => {
    const quay = await quayWithSigned(1);
    quay.addTag('acme/web', { name: signatureOf('long gone') });
    quay.onRequest(({ method }) => {
      if (method === 'DELETE') quay.remove('acme/web', signatureOf('long gone'));
    });
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(reported(run.report, signatureOf('long gone'))?.outcome).toBe('gone');
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', signatureOf('pr-1')].sort());
  });

  test('stay on Quay 3.17, and every count is right', async () => {
    const quay = await quayWithSigned(3, { version: '3.17' });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['deleted-count']).toBe('3');
    expect(run.outputs['remaining-count']).toBe('4');
    expect(run.summary).not.toContain('with their images');
    expect(quay.alive('acme/web')).toHaveLength(4);
  });

  test('go on Quay 3.17 where they are cleaned', async () => {
    const quay = await quayWithSigned(3, { version: '3.17' });
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.outputs['deleted-count']).toBe('6');
    expect(quay.alive('acme/web')).toEqual(['latest']);
  });

  test('are named in the plan before anything is deleted, and undo finds them after a kill', async () => {
    const quay = await quayWithSigned(1);
    const before = quay.alive('acme/web');
    const run = new Process();
    let report: string | undefined;
    quay.onRequest(({ method, path }) => {
      if (method === 'DELETE') report = reportIn(run.folder);
      else if (report !== undefined && path.includes('onlyActiveTags')) run.child?.kill('SIGKILL');
    });
    const finished = await cleanUp(quay, { tags: 'pr-*' }, { onStart: run.onStart });
    expect(finished.signal).toBe('SIGKILL');
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(reported(report, signatureOf('pr-1'))).toMatchObject({ outcome: null, takenAlongWith: 'pr-1' });
    expect((await undo(quay, report)).exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(before);
  });

  test.each([
    { name: 'kept by the plan', inputs: {} },
    { name: 'selected', inputs: CLEAN },
  ])('come back by undo when the run was cancelled before the list, $name', async ({ inputs }) => {
    const quay = await quayWithSigned(2, { delayMs: 20 });
    const before = quay.alive('acme/web');
    const run = new Process();
    let deletes = 0;
    quay.onRequest(({ method }) => {
      if (method === 'DELETE' && ++deletes === 2) run.child?.kill('SIGTERM');
    });
    const finished = await cleanUp(
      quay,
      { tags: 'pr-*', concurrency: '1', ...inputs },
      { onStart: run.onStart },
    );
    expect(finished.exitCode).toBe(1);
    expect(quay.alive('acme/web').length).toBeLessThan(before.length);
    await undo(quay, finished.report);
    expect(quay.alive('acme/web')).toEqual(before);
  });

  test('are not lost for undo where the list cannot be read again', async () => {
    const quay = await quayWithSigned(1);
    const before = quay.alive('acme/web');
    quay.fault({ path: /onlyActiveTags/, skip: 1, fault: { kind: 'status', status: 400 } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    quay.clearFaults();
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(before);
  });
});

describe('a signature that must stay', () => {
  test('because it is excluded comes back at once, on its digest and with its expiration', async () => {
    const quay = await quayWithSigned(2);
    const expiration = now() + 7 * 86_400;
    const digest = digestFor('pr-7');
    quay.addTags('acme/web', [
      { name: 'pr-7', digest },
      { name: cosignTag(digest), digest: digestFor('expiring signature'), expiration },
    ]);
    const run = await cleanUp(quay, KEEP_SIGNATURES);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', ...['pr-1', 'pr-2', 'pr-7'].map(signatureOf)].sort());
    expect(quay.row('acme/web', cosignTag(digest))).toMatchObject({
      manifest_digest: digestFor('expiring signature'),
      end_ts: expiration,
    });
    expect(run.outputs['deleted-count']).toBe('3');
    expect(run.outputs['remaining-count']).toBe('4');
    expect(reported(run.report, signatureOf('pr-1'))?.outcome).toBe('restored');
    expect(run.log).toContain(
      `acme/web:${signatureOf('pr-1')} was deleted by Quay with its image pr-1, and was restored: it must stay.`,
    );
    expect(run.summary).toContain(
      'Quay deleted 3 signatures of acme/web with their images. They must stay, and were restored.',
    );
  });

  test('stays by itself on Quay 3.17, which is looked up once', async () => {
    const quay = await quayWithSigned(5, { version: '3.17' });
    const run = await cleanUp(quay, { ...KEEP_SIGNATURES, concurrency: '1' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toHaveLength(6);
    expect(quay.requests.filter(({ path }) => path.includes('filter_tag_name'))).toHaveLength(1);
    expect(quay.requests.some(({ method }) => method === 'POST')).toBe(false);
  });

  test('because a living multi-arch image holds its image comes back', async () => {
    const quay = await quayWithTags([]);
    const image = addImage(quay, 'amd64');
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: image },
      { name: 'latest', digest: addIndex(quay, [image]) },
      { name: cosignTag(image) },
    ]);
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', cosignTag(image)].sort());
    expect(reported(run.report, cosignTag(image))?.outcome).toBe('restored');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('comes back although a %s ends the run', async (signal) => {
    const quay = await quayWithSigned(3, { delayMs: 20 });
    const run = new Process();
    let deletes = 0;
    quay.onRequest(({ method }) => {
      if (method === 'DELETE' && ++deletes === 1) run.child?.kill(signal);
    });
    const finished = await cleanUp(quay, { ...KEEP_SIGNATURES, concurrency: '1' }, { onStart: run.onStart });
    expect(finished.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(expect.arrayContaining(['pr-1', 'pr-2', 'pr-3'].map(signatureOf)));
    expect(quay.alive('acme/web').length).toBeLessThan(7);
    expect(finished.report).toContain('"outcome":"restored"');
  });

  test('that cannot be restored is an error, and undo brings it back', async () => {
    const quay = await quayWithSigned(1);
    quay.fault({ method: 'POST', fault: { kind: 'status', status: 400, body: '{"message": "No."}' } });
    const run = await cleanUp(quay, KEEP_SIGNATURES);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('and it could not be restored');
    quay.clearFaults();
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toContain(signatureOf('pr-1'));
  });

  test('comes back also where another run deleted the last tag of its image', async () => {
    const quay = await quayWithSigned(1);
    quay.addTag('acme/web', { name: 'pr-1-again', digest: digestFor('pr-1') });
    quay.fault({
      method: 'DELETE',
      skip: 1,
      times: 1,
      fault: { kind: 'status', status: 404, body: NOT_FOUND },
    });
    let deletes = 0;
    quay.onRequest(({ method }) => {
      if (method !== 'DELETE' || ++deletes !== 2) return;
      for (const name of ['pr-1', 'pr-1-again', signatureOf('pr-1')]) quay.remove('acme/web', name);
    });
    // It comes back at once, and not only when the list is read again.
    quay.fault({ path: /onlyActiveTags=true$/, skip: 1, fault: { kind: 'status', status: 400 } });
    const run = await cleanUp(quay, { ...KEEP_SIGNATURES, concurrency: '1' });
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['latest', signatureOf('pr-1')].sort());
  });
});

const NOT_FOUND = JSON.stringify({ status: 404, error_type: 'not_found', title: 'not_found' });

describe('a robot account', () => {
  async function publicQuay(): Promise<QuaySimulator> {
    const quay = await quayWithTags([]);
    quay.addRepository('acme/web', { public: true });
    quay.addRobot('acme+ci', ROBOT.password, { 'acme/web': 'write' });
    addSigned(quay, 2);
    return quay;
  }

  test('keeps an image on a public repository that would take an excluded signature along', async () => {
    const quay = await publicQuay();
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { ...ROBOT, ...KEEP_SIGNATURES });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(before);
    expect(quay.deletesSent()).toEqual([]);
    expect(reported(run.report, 'pr-1')?.reason).toContain('an OAuth token can restore it');
  });

  test('deletes on a public repository what takes along only signatures that may go', async () => {
    const quay = await publicQuay();
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.outputs['deleted-count']).toBe('4');
  });

  test('refuses a private repository whose signatures an exclusion protects, and says how to go on', async () => {
    const quay = await quayWithSigned(2);
    const run = await cleanUp(quay, { ...ROBOT, ...KEEP_SIGNATURES });
    expect(run.exitCode).toBe(1);
    expect(quay.deletesSent()).toEqual([]);
    expect(run.log).toContain('Use an OAuth `token`, or leave the exclusion out');
  });

  test('goes on in a private repository that has no signatures', async () => {
    const quay = await quayWithSigned(0);
    quay.addTag('acme/web', { name: 'pr-1' });
    const run = await cleanUp(quay, { ...ROBOT, ...KEEP_SIGNATURES });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest']);
  });

  test('tells in a private repository what Quay took along, and undo brings it back', async () => {
    const quay = await quayWithSigned(2);
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['deleted-count']).toBe('4');
    expect(run.outputs['remaining-count']).toBe('1');
    expect(run.summary).toContain('deleted by Quay with its image');
    expect(
      quay.requests.some(({ method, path }) => method !== 'DELETE' && path.includes('/manifests/')),
    ).toBe(false);
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toEqual(before);
  });
});

describe('images in multi-arch images', () => {
  test.each(['3.18', '3.17'])(
    'keep their signatures, also in an index within an index, on Quay %s',
    async (version) => {
      const quay = await quayWithTags([], { version });
      const [amd64, arm64, gone] = [addImage(quay, 'amd64'), addImage(quay, 'arm64'), addImage(quay, 'gone')];
      const inner = addIndex(quay, [amd64]);
      quay.addTags('acme/web', [
        { name: 'latest', images: [inner, arm64] },
        ...[amd64, arm64, inner, gone].map((digest) => ({ name: cosignTag(digest) })),
      ]);
      const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
      expect(run.exitCode).toBe(0);
      expect(quay.alive('acme/web')).toEqual(
        ['latest', ...[amd64, arm64, inner].map((digest) => cosignTag(digest))].sort(),
      );
    },
  );

  test('are read by digest, so that no tag looks pulled', async () => {
    const quay = await quayWithTags([]);
    const images = [addImage(quay, 'amd64'), addImage(quay, 'arm64')];
    quay.addTags('acme/web', [
      { name: 'latest', images },
      { name: 'pr-1', digest: addImage(quay, 'pr-1') },
      { name: signatureOf('long gone') },
    ]);
    const pulls = () => Promise.all(['latest', 'pr-1'].map((tag) => pullsOf(quay, tag)));
    const run = await cleanUp(quay, { tags: 'none-*', ...CLEAN });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
    expect(quay.requests.filter(({ path }) => path.includes('/manifests/sha256:'))).toHaveLength(2);
    expect(await pulls()).toEqual([NO_PULLS, NO_PULLS]);
  });

  test('are not read where pulls are judged', async () => {
    const quay = await quayWithTags([]);
    const old = now() - 90 * 86_400;
    const digest = addImage(quay, 'pr-1');
    quay.addTags('acme/web', [
      { name: 'latest', images: [addImage(quay, 'amd64')], lastModified: old, pulledAt: now() },
      { name: 'pr-1', digest, lastModified: old },
      { name: cosignTag(digest), lastModified: old },
    ]);
    const run = await cleanUp(quay, { tags: '*', ...CLEAN, 'not-pulled-for': '30d' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', cosignTag(digest)].sort());
    expect(quay.requests.some(({ method, path }) => method === 'GET' && path.includes('/manifests/'))).toBe(
      false,
    );
  });
});

const NO_PULLS = [0, 0];

async function pullsOf(quay: QuaySimulator, tag: string): Promise<readonly unknown[]> {
  const url = new URL(`/api/v1/repository/acme/web/tag/${tag}/pull_statistics`, quay.url);
  const response = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
  const body = JSON.parse(await response.text());
  return [body.tag_pull_count, body.manifest_pull_count];
}

describe('a list that shifts while it is read', () => {
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
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.exitCode).toBe(0);
    expect(reading).toBe(3);
    expect(quay.deletesSent()).toEqual([]);
    expect(reported(run.report, signatureOf('long gone'))?.reason).toBe(
      'its image may still exist: the list changed while it was read',
    );
  });
});
