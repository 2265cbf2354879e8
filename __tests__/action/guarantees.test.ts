import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import {
  atDelete,
  cleanUp,
  gitHubWith,
  NO,
  quayWithSigned,
  quayWithTags,
  reported,
  reportedTags,
  reportIn,
} from '../support/fixture.ts';
import { addImage, addIndex, signatureOf } from '../support/images.ts';
import { previews } from '../support/quay/tags.ts';
import { folderOf } from '../support/resources.ts';

const PAGE = readFileSync(new URL('../../docs/guarantees.md', import.meta.url), 'utf8');
const SENTENCES = [...PAGE.matchAll(/^- \*\*(.+?)\.\*\*/gm)].map(([, sentence = '']) => sentence);

/** By the words of the page: what shows that they hold. More stands in the tests of each topic. */
const SHOWN: Readonly<Record<string, () => Promise<void>>> = {
  async 'It never deletes by digest'() {
    const quay = await quayWithTags(['pr-1', 'latest']);
    quay.push('acme/web', 'latest', quay.digestOf('acme/web', 'pr-1') ?? '');
    await cleanUp(quay, { tags: 'pr-*' });
    expect(quay.deletesSent()).toEqual(['acme/web:pr-1']);
    expect(quay.alive('acme/web')).toEqual(['latest']);
  },

  async 'It never deletes on a guess'() {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3']);
    await cleanUp(quay, { tags: 'pr-{pr}' }, { github: await gitHubWith({ MERGED: [1], OPEN: [2] }) });
    expect(quay.alive('acme/web')).toEqual(['pr-2', 'pr-3']);
  },

  async 'It never deletes from half a list'() {
    const quay = await quayWithTags(previews(150));
    quay.fault({ path: /page=2/, fault: NO });
    await cleanUp(quay, { tags: 'pr-*' }, { fails: true });
    expect(quay.deletesSent()).toEqual([]);
  },

  async 'A typo deletes nothing'() {
    const quay = await quayWithTags(['main', 'v1.0.0']);
    quay.addRepository('acme/api', { tags: ['pr-1', 'mian'] });
    const repository = 'acme/web\nacme/api';
    for (const tags of ['*', '{branch}']) {
      await cleanUp(quay, { tags }, { github: await gitHubWith(), fails: true });
      expect(quay.deletesSent()).toEqual([]);
    }
    for (const tags of ['{branch}', '*']) {
      const inputs = { repository, tags, 'exclude-tags': 'mian' };
      const run = await cleanUp(quay, inputs, { github: await gitHubWith(), fails: true });
      expect(run.log).toContain('the exclusion "mian" matches no tag here');
      expect(quay.alive('acme/web')).toEqual(['main', 'v1.0.0']);
      expect(quay.alive('acme/api')).toEqual(['mian']);
      quay.addTag('acme/api', { name: 'pr-1' });
    }
  },

  async '`latest` goes only where a line names it'() {
    const quay = await quayWithTags(['latest', 'test-1']);
    await cleanUp(quay, { tags: '*test*\n/est/' });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    await cleanUp(quay, { tags: '{latest,edge}' });
    expect(quay.alive('acme/web')).toEqual([]);
  },

  async 'Wildcards do not select what hangs on an image'() {
    const quay = await quayWithTags(['v1', 'old']);
    const attached = `${signatureOf('x').replace(/\.sig$/, '')}.prefetch`;
    quay.addTag('acme/web', { name: attached });
    await cleanUp(quay, { tags: '*', 'exclude-tags': 'v*' });
    expect(quay.alive('acme/web')).toEqual([attached, 'v1']);
  },

  async 'It makes nothing look used'() {
    const quay = await quayWithTags(['v1']);
    quay.addTag('acme/web', {
      name: 'pr-1',
      digest: addIndex(quay, [addImage(quay, 'amd64'), addImage(quay, 'arm64')]),
    });
    const folder = folderOf({ 'pods.yaml': `image: ${quay.host}/acme/web@sha256:${'0'.repeat(64)}` });
    await cleanUp(quay, { tags: 'pr-*', 'in-use': 'pods.yaml' }, { folder });
    expect(quay.alive('acme/web')).toEqual(['v1']);
    expect(quay.pullsOf('acme/web')).toBe(0);
    expect(
      quay.requests.filter(({ method, path }) => method === 'GET' && path.startsWith('/v2/acme')),
    ).toEqual([]);
  },

  async 'It deletes nothing that a file of `in-use` names'() {
    const quay = await quayWithTags(['v1', 'v2']);
    const folder = folderOf({ 'pods.yaml': `image: ${quay.host}/acme/web:v2` });
    await cleanUp(quay, { tags: 'v*', 'in-use': 'pods.yaml' }, { folder });
    expect(quay.alive('acme/web')).toEqual(['v2']);
  },

  async 'Nothing is deleted that would have to be restored'() {
    const quay = await quayWithSigned(2);
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { tags: 'pr-*', 'exclude-tags': '*.sig' });
    expect(quay.alive('acme/web')).toEqual(before);
    expect(reported(run.report, 'pr-1')?.reason).toContain(signatureOf('pr-1'));
  },

  async 'It deletes nothing that the plan on disk does not name'() {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'main']);
    const plans: string[] = [];
    const keep = atDelete(quay, (_, { temporaryFolder }) => plans.push(reportIn(temporaryFolder) ?? ''));
    await cleanUp(quay, { tags: 'pr-*' }, keep);
    expect(plans).toHaveLength(2);
    for (const plan of plans) {
      expect(reportedTags(plan).map(({ verdict }) => verdict)).toEqual(['delete', 'delete', 'keep']);
      expect(reportedTags(plan).map(({ outcome }) => outcome)).toEqual([null, null, null]);
      expect(JSON.parse(plan).finishedAt).toBeNull();
    }
  },

  async 'It says what you should know before it deletes anything'() {
    const quay = await quayWithTags(['pr-1', 'main']);
    let log = '';
    let before: string | undefined;
    quay.onRequest(/^DELETE/, () => (before ??= log));
    const inputs = { tags: 'pr-*\nprr-*', 'exclude-tags': 'mian' };
    await cleanUp(quay, inputs, { onOutput: (text) => (log += text) });
    expect(before).toContain('::warning::The line `prr-*` of `tags` matches no tag');
    expect(before).toContain('The exclusion `mian` matches no tag.');
  },

  async 'What was deleted is never told as failed'() {
    const quay = await quayWithTags(['pr-1', 'main']);
    quay.lag(Number.POSITIVE_INFINITY);
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
    expect(run.list('failed')).toEqual([]);
    expect(run.list('remaining')).toEqual(['acme/web:main']);
  },

  async 'What was already gone is not told as deleted'() {
    const quay = await quayWithTags(previews(20));
    const runs = await Promise.all([cleanUp(quay, { tags: 'pr-*' }), cleanUp(quay, { tags: 'pr-*' })]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(runs.flatMap((run) => run.list('deleted')).sort()).toEqual(
      previews(20)
        .map(({ name }) => `acme/web:${name}`)
        .sort(),
    );
    expect(runs.flatMap((run) => [...run.list('failed'), ...run.list('remaining')])).toEqual([]);
  },

  async 'It reads no file but those that `in-use`, `plan` and `report` name'() {
    const quay = await quayWithTags(['v1', 'v2']);
    const image = `image: ${quay.host}/acme/web:v1`;
    const folder = folderOf({ '.env': image, 'action.yml': image, 'deployment.yaml': image });
    await cleanUp(quay, { tags: 'v*' }, { folder });
    expect(quay.alive('acme/web')).toEqual([]);
  },
};

test.each(SENTENCES)('%s', (sentence) => SHOWN[sentence]?.() ?? Promise.reject(new Error('Not shown.')));

test('the page has every sentence that is shown', () => {
  expect(Object.keys(SHOWN).filter((sentence) => !SENTENCES.includes(sentence))).toEqual([]);
});
