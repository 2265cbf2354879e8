import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';

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
    expect(run.log).toContain('acme/web: `tags` matches every tag ("*"), including `latest` and releases');
    expect(run.log).toContain('the exclusion "latets" matches no tag here');
    expect(run.list('remaining')).toEqual(['acme/web:pr-1', 'acme/web:latest', 'acme/api:latets']);
  });

  test.each(['exclude-tags', 'tags'])('is the same in `%s`', async (input) => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const inputs = input === 'tags' ? { tags: '*\n!latets' } : { tags: '*', 'exclude-tags': 'latets' };
    const run = await cleanUp(quay, inputs);
    expect(run.exitCode).toBe(1);
    expect(quay.deletesSent()).toEqual([]);
  });

  test('is not looked at where there are no tags', async () => {
    const quay = await quayWithTags([]);
    const run = await cleanUp(quay, { tags: '*', 'exclude-tags': 'latets' });
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain('acme/web has no tags');
  });

  test('is refused for a lone {branch} too', async () => {
    const quay = await quayWithTags(['latest']);
    const run = await cleanUp(quay, { tags: '{branch}', 'exclude-tags': 'latets' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('the exclusion "latets" matches no tag here');
    expect(quay.deletesSent()).toEqual([]);
  });
});
