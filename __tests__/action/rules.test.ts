import { describe, expect, test } from '@jest/globals';
import { cleanUp, DAY, now, quayWithTags } from '../support/fixture.ts';
import { previews } from '../support/quay/tags.ts';

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
});

describe('an exclusion that is the only thing that narrows `*`', () => {
  test('is refused where it matches no tag, and works where it does', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    quay.addRepository('acme/api');
    quay.addTags('acme/api', [{ name: 'pr-1' }, { name: 'latets' }]);
    const run = await cleanUp(quay, {
      repository: 'acme/web\nacme/api',
      tags: '*',
      'exclude-tags': 'latets',
    });
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
    expect(quay.alive('acme/api')).toEqual(['latets']);
    expect(run.log).toContain('acme/web: `tags` matches every tag ("*"), releases included');
    expect(run.log).toContain('the exclusion "latets" matches no tag here');
    expect(run.list('remaining')).toEqual(['acme/web:pr-1', 'acme/web:latest', 'acme/api:latets']);
  });

  test('is not looked at where there are no tags', async () => {
    const quay = await quayWithTags([]);
    const run = await cleanUp(quay, { tags: '*', 'exclude-tags': 'latets' });
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain('acme/web has no tags');
  });
});
