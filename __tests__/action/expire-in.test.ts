import { describe, expect, test } from '@jest/globals';
import { boundLife, DAY, endOf, HOUR, now, putsOf, reportedExpiry } from '../support/expirations.ts';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { digestFor } from '../support/quay/state.ts';

const LONGEST_LIFE = 104 * 7 * DAY;

describe('expire-in', () => {
  test('keeps a tag that Quay would end earlier than asked, and asks for none of it', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    quay.addTags('acme/web', [
      { name: 'pr-ancient', lastModified: now() - LONGEST_LIFE - DAY },
      { name: 'pr-nearly', lastModified: now() - LONGEST_LIFE + DAY },
    ]);
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(0);
    expect(putsOf(quay)).toEqual(['pr-1']);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-ancient', 'pr-nearly']);
    expect(endOf(quay, 'pr-ancient')).toBeUndefined();
    expect(reportedExpiry(run.report, 'pr-ancient')?.reason).toContain(
      'Quay would expire it earlier than asked',
    );
    expect(run.summary).toContain('Quay would expire it earlier than asked');
    expect(run.outputs['remaining-count']).toBe('4');
  });

  test('begins with the oldest tag, looks at it again, and goes on', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3']);
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(0);
    expect(putsOf(quay)[0]).toBe('pr-3');
    expect([...putsOf(quay)].sort()).toEqual(['pr-1', 'pr-2', 'pr-3']);
    const second = quay.requests.findIndex(({ path, method }) => method === 'PUT' && path.endsWith('pr-2'));
    const look = quay.requests.findIndex(({ path }) => path.includes('filter_tag_name=eq%3Apr-3'));
    expect(look).toBeGreaterThan(0);
    expect(look).toBeLessThan(second);
  });

  test.each([
    {
      name: 'ends early',
      life: 5 * HOUR,
      says: /but it expires at \d{4}-.* UTC\. It was restored at once\./,
    },
    { name: 'is gone at once', life: HOUR, says: /but it is gone already\. It was restored at once\./ },
  ])('stops at a server whose shorter bound the first tag shows: it $name', async ({ life, says }) => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3', 'latest']);
    const digest = quay.digestOf('acme/web', 'pr-3');
    boundLife(quay, life);
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('The registry set an earlier expiration than asked for: acme/web:pr-3');
    expect(run.log).toMatch(says);
    expect(run.log).toContain('No other tag was changed.');
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2', 'pr-3']);
    expect(quay.digestOf('acme/web', 'pr-3')).toBe(digest);
    for (const tag of ['pr-1', 'pr-2', 'pr-3']) expect(endOf(quay, tag)).toBeUndefined();
    expect(putsOf(quay)).toEqual(['pr-3']);
  });

  test('tells the later time that Quay sets for a new tag', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', [
      { name: 'pr-2', lastModified: now() - 30 },
      { name: 'pr-1', lastModified: now() - 60 },
    ]);
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '5min' });
    expect(run.exitCode).toBe(0);
    const end = Number(endOf(quay, 'pr-1'));
    expect(end).toBeGreaterThan(now() + 55 * 60);
    const shown = new Date(end * 1000).toISOString();
    expect(run.summary).toContain(shown.slice(0, 16).replace('T', ' '));
    expect(Date.parse(reportedExpiry(run.report, 'pr-1')?.expiration ?? '')).toBe(end * 1000);
    expect(run.summary).toContain('2 of them will expire later than asked');
    expect(run.log).toContain('2 of them will expire later than asked');
  });

  test('asks by the clock of the registry where that is ahead', async () => {
    const quay = await quayWithTags([], { now: () => Date.now() / 1000 + DAY });
    quay.addTag('acme/web', { name: 'pr-1', lastModified: now() - HOUR });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(0);
    expect(Number(endOf(quay, 'pr-1'))).toBeGreaterThan(now() + 4 * DAY - 60);
  });

  test('takes no signature along, and calls none deleted', async () => {
    const quay = await quayWithTags(['pr-1']);
    const signature = `${digestFor('acme/web:pr-1').replace(':', '-')}.sig`;
    quay.addTag('acme/web', { name: signature });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d', 'exclude-tags': '*.sig' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-1', signature]);
    expect(run.report).not.toContain('takenAlongWith');
  });
});
