import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags } from '../support/fixture.ts';
import { addImage, addIndex } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import type { FinishedRun } from '../support/run-action.ts';
import { CLEAN, now, ROBOT, signatureOf } from '../support/signed-images.ts';

/** A workspace with files, which ends with the test. */
function workspace(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  endsWithTest({ stop: () => rmSync(folder, { recursive: true, force: true }) });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Cleans up beside one file, `in-use.yaml`. */
function cleanUpBeside(
  quay: QuaySimulator,
  text: string,
  inputs: Readonly<Record<string, string>> = {},
): Promise<FinishedRun> {
  const folder = workspace({ 'in-use.yaml': text });
  return cleanUp(quay, { tags: 'pr-*', 'in-use': 'in-use.yaml', ...inputs }, { folder });
}

describe('in-use', () => {
  test('keeps tags by name and by digest, and says which file names them', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3', 'pr-4']);
    const text = `
      image: "${quay.host}/acme/web:pr-1"
      imageID: docker-pullable://mirror.example/acme/web@${quay.digestOf('acme/web', 'pr-2')}
      image: ${quay.host}/acme/other:pr-3`;
    const run = await cleanUpBeside(quay, text);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-1', 'pr-2']);
    expect(run.summary).toContain('in use: named in in-use.yaml');
    expect(run.list('deleted')).toEqual(['acme/web:pr-3', 'acme/web:pr-4']);
  });

  test('keeps every tag of a digest that runs, whatever rule it meets', async () => {
    const quay = await quayWithTags([]);
    const digest = digestFor('runs');
    quay.addTags('acme/web', [
      { name: 'pr-1', digest, lastModified: now() - 90 * 86_400 },
      { name: 'sha-0a1b2c3', digest, lastModified: now() - 90 * 86_400 },
      { name: 'pr-2', lastModified: now() - 90 * 86_400 },
    ]);
    const run = await cleanUpBeside(quay, `image: other@${digest}`, { tags: 'pr-*\nsha-* older-than=7d' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-1', 'sha-0a1b2c3']);
  });

  test.each(['3.18', '3.13'])(
    'keeps a multi-arch image by the digest of a platform, however deep, on Quay %s',
    async (version) => {
      const quay = await quayWithTags([], { version });
      const [amd64, arm64, other] = [addImage(quay, 'a'), addImage(quay, 'b'), addImage(quay, 'c')];
      quay.addTags('acme/web', [
        { name: 'pr-1', images: [addIndex(quay, [amd64]), arm64] },
        { name: 'pr-2', images: [other] },
      ]);
      const run = await cleanUpBeside(quay, `imageID: mirror.example/x@${amd64}`);
      expect(run.exitCode).toBe(0);
      expect(quay.alive('acme/web')).toEqual(['pr-1']);
    },
  );

  test('reads no manifest where pulls are judged, and keeps what may be in use', async () => {
    const quay = await quayWithTags([], { version: '3.16' });
    const old = { lastModified: now() - 90 * 86_400, pulledAt: null };
    quay.addTags('acme/web', [
      { name: 'pr-1', images: [addImage(quay, 'amd64')], ...old },
      { name: 'pr-2', digest: addImage(quay, 'one'), ...old },
    ]);
    const run = await cleanUpBeside(quay, `image: x@${digestFor('other')}`, { 'not-pulled-for': '30d' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
    expect(run.summary).toContain('may be in use');
    expect(
      quay.requests.filter(({ method, path }) => method === 'GET' && path.includes('/manifests/')),
    ).toEqual([]);
  });

  test('keeps the signature of an image that runs without a tag', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', [
      { name: signatureOf('runs') },
      { name: signatureOf('gone') },
      { name: 'latest' },
    ]);
    const run = await cleanUpBeside(quay, `image: x@${digestFor('runs')}`, CLEAN);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', signatureOf('runs')]);
  });

  test('keeps a signature that is used itself, although its image goes', async () => {
    const quay = await quayWithTags(['latest']);
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: digestFor('pr-1') },
      { name: signatureOf('pr-1'), digest: digestFor('signature') },
    ]);
    const run = await cleanUpBeside(quay, `sbom: x@${digestFor('signature')}`);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', signatureOf('pr-1')]);
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
  });

  test('takes a glob of files, and several lines', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3']);
    const folder = workspace({
      'deploy/web/a.yaml': `image: ${quay.host}/acme/web:pr-1`,
      'deploy/b.yaml': 'kind: Service',
      'pods.json': JSON.stringify({ image: `${quay.host}/acme/web:pr-2` }),
    });
    const run = await cleanUp(quay, { tags: 'pr-*', 'in-use': 'deploy/**/*.yaml\npods.json' }, { folder });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-1', 'pr-2']);
  });

  test('does not narrow a pattern that matches everything', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUpBeside(quay, `image: ${quay.host}/acme/web:pr-1`, { tags: '*' });
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
  });

  test('warns where the files name images, and none of the run', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUpBeside(quay, 'image: quay.io/acme/api:pr-1');
    expect(run.exitCode).toBe(0);
    expect(run.log).toMatch(/^::warning::.*name images, but none of this run/m);
  });

  test('tells of a repository that is named without a tag', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const run = await cleanUpBeside(quay, `repository: ${quay.host}/acme/web\ntag: pr-1\n`);
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.log).toContain('without a tag or digest, which stands for `latest`');
  });
});

describe('a run ends before any request where in-use', () => {
  test.each([
    ['is missing', {}, 'in-use.yaml', 'was not found'],
    ['is a glob that finds none', {}, '*.yaml', 'finds no file'],
    ['names no image', { 'in-use.yaml': 'apiVersion: v1\nitems: []\n' }, 'in-use.yaml', 'names no image'],
    [
      'is what a failed kubectl wrote',
      {
        'in-use.yaml':
          'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
      },
      'in-use.yaml',
      'names no image',
    ],
  ])('%s', async (_, files, path, says) => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*', 'in-use': path }, { folder: workspace(files) });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(says);
    expect(run.log).not.toMatch(/^ {4}at /m);
    expect(quay.requests).toEqual([]);
  });
});

describe('with a robot account on a private repository', () => {
  test('tags are kept by name, where the files name no digest', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    quay.addRobot('acme+ci', ROBOT.password, { 'acme/web': 'write' });
    const run = await cleanUpBeside(quay, `image: ${quay.host}/acme/web:pr-1`, ROBOT);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
  });

  test('nothing is deleted where they name digests, which the list does not show', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    quay.addRobot('acme+ci', ROBOT.password, { 'acme/web': 'write' });
    const run = await cleanUpBeside(quay, `image: x@${digestFor('x')}`, ROBOT);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('`in-use` needs their dates and digests. Use an OAuth `token`');
    expect(quay.alive('acme/web')).toEqual(['pr-1', 'pr-2']);
  });
});
