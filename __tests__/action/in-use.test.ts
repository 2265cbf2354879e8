import { describe, expect, test } from '@jest/globals';
import { cleanUp, DAY, now, quayWithTags, ROBOT, reported } from '../support/fixture.ts';
import { addImage, addIndex, CLEAN, signatureOf } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { folderOf } from '../support/resources.ts';
import type { FinishedRun } from '../support/run-bundle.ts';

/** Cleans up beside one file, `in-use.yaml`. */
function cleanUpBeside(
  quay: QuaySimulator,
  text: string,
  inputs: Readonly<Record<string, string>> = {},
): Promise<FinishedRun> {
  const folder = folderOf({ 'in-use.yaml': text });
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
      { name: 'pr-1', digest, lastModified: now() - 90 * DAY },
      { name: 'sha-0a1b2c3', digest, lastModified: now() - 90 * DAY },
      { name: 'pr-2', lastModified: now() - 90 * DAY },
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

  test('looks into images over the REST API, which counts no pull, also where pulls are judged', async () => {
    const quay = await quayWithTags([], { version: '3.16' });
    const old = { lastModified: now() - 90 * DAY, pulledAt: null };
    quay.addTags('acme/web', [
      { name: 'pr-1', images: [addImage(quay, 'amd64')], ...old },
      { name: 'pr-2', images: [addImage(quay, 'other')], ...old },
    ]);
    const text = `image: x@${addImage(quay, 'amd64')}`;
    const run = await cleanUpBeside(quay, text, { 'not-pulled-for': '30d' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
    expect(
      quay.requests.filter(({ method, path }) => method !== 'DELETE' && path.startsWith('/v2/acme')),
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

  test('keeps an image with a signature that is in use itself', async () => {
    const quay = await quayWithTags(['latest', 'pr-2']);
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: digestFor('pr-1') },
      { name: signatureOf('pr-1'), digest: digestFor('signature') },
    ]);
    const run = await cleanUpBeside(quay, `sbom: x@${digestFor('signature')}`);
    expect(run.exitCode).toBe(0);
    expect(run.list('deleted')).toEqual(['acme/web:pr-2']);
    expect(reported(run.report, 'pr-1')?.reason).toContain(signatureOf('pr-1'));
  });

  test('takes a glob of files, and several lines', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3']);
    const folder = folderOf({
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

  test.each([
    ['a template', (image: string) => `image: ${image}:{{ .Values.tag }}`, 'helm template'],
    ['a variable', (image: string) => `image: ${image}:\${TAG:-v1}`, 'docker compose config'],
    ['values apart', (image: string) => `image:\n  repository: ${image}\n`, 'helm template'],
    ['a kustomization', (image: string) => `images:\n- name: web\n  newName: ${image}\n`, 'kustomize build'],
  ])(
    'keeps all of a repository whose tag stands in %s, and says so before it deletes',
    async (_, file, tool) => {
      const quay = await quayWithTags(['pr-1', 'latest']);
      quay.addRepository('acme/api');
      quay.addTag('acme/api', { name: 'pr-1' });
      let log = '';
      let before = '';
      quay.onRequest(({ method }) => {
        if (method === 'DELETE') before = log;
      });
      const run = await cleanUp(
        quay,
        { repository: 'acme/web\nacme/api', tags: 'pr-*', 'in-use': 'in-use.yaml' },
        {
          folder: folderOf({ 'in-use.yaml': `# ours\n${file(`${quay.host}/acme/web`)}` }),
          onOutput: (text) => {
            log += text;
          },
        },
      );
      expect(run.exitCode).toBe(0);
      expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
      expect(run.list('deleted')).toEqual(['acme/api:pr-1']);
      expect(before).toMatch(/^::warning::.*in-use\.yaml/m);
      expect(before).toContain(tool);
    },
  );
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
    const run = await cleanUp(quay, { tags: 'pr-*', 'in-use': path }, { folder: folderOf(files) });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(says);
    expect(run.log).not.toMatch(/^ {4}at /m);
    expect(quay.requests).toEqual([]);
  });
});

describe('with a robot account on a private repository', () => {
  test('tags are kept by name, where the files name no digest', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    const run = await cleanUpBeside(quay, `image: ${quay.host}/acme/web:pr-1`, ROBOT);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
  });

  test('nothing is deleted where they name digests, which the list does not show', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    const run = await cleanUpBeside(quay, `image: x@${digestFor('x')}`, ROBOT);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('`in-use` needs their dates, digests or labels. Use an OAuth `token`');
    expect(quay.alive('acme/web')).toEqual(['pr-1', 'pr-2']);
  });
});
