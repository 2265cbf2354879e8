import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags, TOKEN } from '../support/fixture.ts';
import { addImage, cosignTag } from '../support/images.ts';
import { startQuay } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { previews } from '../support/quay/tags.ts';

const DAY = 86_400;
const now = () => Math.floor(Date.now() / 1000);

describe('conditions', () => {
  test('older-than keeps what is newer', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', [
      { name: 'old', lastModified: now() - 31 * DAY },
      { name: 'new', lastModified: now() - 29 * DAY },
    ]);
    const run = await cleanUp(quay, { tags: '*', 'older-than': '30d' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['new']);
    expect(run.report).toContain('newer than 30d');
  });

  test('keep-n-most-recent keeps exactly so many of the matching tags in each repository', async () => {
    const quay = await quayWithTags([]);
    quay.addRepository('acme/api');
    for (const repository of ['acme/web', 'acme/api'])
      quay.addTags(repository, [...previews(15), { name: 'latest', lastModified: 1 }]);
    const run = await cleanUp(quay, {
      repository: 'acme/web\nacme/api',
      tags: 'pr-*',
      'keep-n-most-recent': '10',
    });
    expect(run.exitCode).toBe(0);
    for (const repository of ['acme/web', 'acme/api']) {
      expect(quay.alive(repository)).toEqual(
        [
          'latest',
          ...previews(15)
            .slice(5)
            .map(({ name }) => name),
        ].sort(),
      );
    }
  });

  test('not-pulled-for asks for the last pull of the tags in question alone', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', [
      { name: 'pulled', lastModified: now() - 90 * DAY, pulledAt: now() - DAY },
      { name: 'forgotten', lastModified: now() - 90 * DAY, pulledAt: now() - 60 * DAY },
      { name: 'never', lastModified: now() - 90 * DAY },
      { name: 'never-but-new', lastModified: now() - DAY },
      { name: 'excluded', lastModified: now() - 90 * DAY },
    ]);
    const run = await cleanUp(quay, { tags: '*', 'exclude-tags': 'excluded', 'not-pulled-for': '30d' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['excluded', 'never-but-new', 'pulled']);
    expect(quay.requests.filter(({ path }) => path.includes('pull_statistics'))).toHaveLength(3);
  });

  test('not-pulled-for keeps everything where statistics are off, and says so once', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3'], { pullStatistics: false });
    const run = await cleanUp(quay, { tags: 'pr-*', 'not-pulled-for': '1h' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toHaveLength(3);
    expect(run.summary.match(/does not say when/g)).toHaveLength(1);
  });

  test.each(['2', '50%'])('max-deletes %s stops a larger plan, and shows it', async (limit) => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3', 'latest']);
    const run = await cleanUp(quay, { tags: 'pr-*', 'max-deletes': limit });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('The plan deletes 3 tags');
    expect(quay.deletesSent()).toEqual([]);
    expect(run.list('selected')).toHaveLength(3);
    expect(run.summary).toContain('pr-2');
    expect(run.report).toContain('"verdict":"delete"');
  });

  test('an exclusion that matches nothing is pointed out', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*', 'exclude-tags': 'V*' });
    expect(run.exitCode).toBe(0);
    expect(run.summary).toContain('The exclusion `V*` matches no tag');
  });

  test('orphaned signatures go with their image, and never those of a living one', async () => {
    const quay = await quayWithTags([]);
    const signature = (image: string) => `${digestFor(image).replace(':', '-')}.sig`;
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: digestFor('pr-1') },
      { name: 'latest', digest: digestFor('latest') },
    ]);
    quay.addTags('acme/web', [{ name: signature('pr-1') }, { name: signature('latest') }]);
    const run = await cleanUp(quay, { tags: 'pr-*', 'clean-orphaned-signatures': 'true' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', signature('latest')].sort());
  });

  test.each([
    { credentials: 'an OAuth token', inputs: {} },
    {
      credentials: 'a robot account',
      inputs: { token: '', username: 'acme+ci', password: 'robot-password-1' },
    },
  ])(
    'signatures in a multi-arch image stay with it, and others go, with $credentials',
    async ({ inputs }) => {
      const quay = endsWithTest(await startQuay());
      quay.addRepository('acme/web', { public: true });
      quay.addOAuthToken(TOKEN);
      quay.addRobot('acme+ci', 'robot-password-1', { 'acme/web': 'write' });
      const signature = (image: string) => cosignTag(digestFor(image));
      const amd64 = addImage(quay, 'amd64');
      quay.addTags('acme/web', [
        { name: 'pr-1', digest: digestFor('pr-1') },
        { name: 'latest', images: [amd64, addImage(quay, 'arm64')] },
        { name: signature('pr-1') },
        { name: cosignTag(amd64) },
        { name: signature('long gone') },
      ]);
      const run = await cleanUp(quay, { tags: 'pr-*', 'clean-orphaned-signatures': 'true', ...inputs });
      expect(run.exitCode).toBe(0);
      expect(quay.alive('acme/web')).toEqual(['latest', cosignTag(amd64)].sort());
      expect(JSON.parse(run.report ?? '').repositories[0].tags).toContainEqual(
        expect.objectContaining({ name: cosignTag(amd64), reason: 'signature of latest, which is kept' }),
      );
    },
  );

  test('signatures stay where nobody can tell what a multi-arch image consists of', async () => {
    const quay = await quayWithTags([]);
    const signature = `${digestFor('long gone').replace(':', '-')}.sig`;
    quay.addTags('acme/web', [{ name: 'pr-1' }, { name: 'main', manifestList: true }, { name: signature }]);
    const run = await cleanUp(quay, { tags: 'pr-*', 'clean-orphaned-signatures': 'true' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['main', signature].sort());
  });
});

describe('many repositories', () => {
  test('are found by a glob over all pages, without mirrors', async () => {
    const quay = await quayWithTags(['pr-1']);
    for (let index = 0; index < 130; index += 1) {
      quay.addRepository(`acme/previews-${index}`);
      quay.addTag(`acme/previews-${index}`, { name: 'pr-1' });
    }
    quay.addRepository('acme/previews-mirror', { state: 'MIRROR' });
    const run = await cleanUp(quay, { repository: 'acme/previews-*', tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['deleted-count']).toBe('130');
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
    expect(run.summary).toContain('acme/previews-mirror');
  });

  test('that no glob matches are an error', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { repository: 'acme/nothing-*', tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('No repository matches `acme/nothing-*`');
  });

  test('fall into shards that share them out without rest', async () => {
    const quay = await quayWithTags([]);
    for (let index = 0; index < 20; index += 1) {
      quay.addRepository(`acme/service-${index}`);
      quay.addTag(`acme/service-${index}`, { name: 'pr-1' });
    }
    const runs = await Promise.all(
      ['1/3', '2/3', '3/3'].map((shard) =>
        cleanUp(quay, { repository: 'acme/service-*', tags: 'pr-*', shard, 'dry-run': 'true' }),
      ),
    );
    const selected = runs.flatMap((run) => run.list('selected'));
    expect(new Set(selected).size).toBe(20);
    expect(selected).toHaveLength(20);
  });

  test('that fail do not stop the others', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.addRepository('acme/api');
    quay.addTag('acme/api', { name: 'pr-1' });
    const run = await cleanUp(quay, { repository: 'acme/missing\nacme/web\nacme/api', tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('acme/missing was not found');
    expect(run.list('deleted')).toHaveLength(2);
  });
});
