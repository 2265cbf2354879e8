import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { Process } from '../support/signed-images.ts';

const HOUR = 3600;
const DAY = 86_400;
const LONGEST_LIFE = 104 * 7 * DAY;
const now = () => Math.floor(Date.now() / 1000);

const endOf = (quay: QuaySimulator, tag: string) => quay.row('acme/web', tag)?.['end_ts'];
const putsOf = (quay: QuaySimulator) =>
  quay.requests.filter(({ method }) => method === 'PUT').map(({ path }) => path.split('/').at(-1));

interface ReportedTag {
  readonly name: string;
  readonly reason: string;
  readonly outcome: string | null;
  readonly expiration: string | null;
}

function reported(report: string | undefined, name: string): ReportedTag | undefined {
  const tags: readonly ReportedTag[] = JSON.parse(report ?? '').repositories[0].tags;
  return tags.find((tag) => tag.name === name);
}

/** A server that lets no tag live longer than so many seconds after it was pushed: it answers, and sets an earlier end. */
function boundLife(quay: QuaySimulator, seconds: number): void {
  quay.onRequest((request) => {
    if (request.method !== 'PUT') return;
    const tag = request.path.split('/').at(-1) ?? '';
    const start = Number(quay.row('acme/web', tag)?.['start_ts']);
    const { expiration } = JSON.parse(request.body);
    const bounded = Math.min(Number(expiration), start + seconds);
    if (bounded <= now()) {
      quay.fault({ method: 'PUT', times: 1, fault: { kind: 'status', status: 201, body: '"Updated"' } });
      quay.remove('acme/web', tag);
    } else Object.assign(request, { body: JSON.stringify({ expiration: bounded }) });
  });
}

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
    expect(reported(run.report, 'pr-ancient')?.reason).toContain('Quay would expire it earlier than asked');
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

  test('takes the next oldest where the oldest has gone', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3']);
    boundLife(quay, 5 * HOUR);
    let removed = false;
    quay.onRequest(({ method }) => {
      if (method === 'PUT' && !removed) {
        removed = true;
        quay.remove('acme/web', 'pr-3');
      }
    });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(1);
    expect(putsOf(quay)).toEqual(['pr-3', 'pr-2']);
    expect(endOf(quay, 'pr-1')).toBeUndefined();
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

  test('gives the tag that it undid the expiration back that it had', async () => {
    const quay = await quayWithTags([]);
    const expiration = now() + 30 * DAY;
    quay.addTag('acme/web', { name: 'pr-1', lastModified: now() - 4 * HOUR, expiration });
    let bounded = false;
    quay.onRequest((request) => {
      if (request.method !== 'PUT' || bounded) return;
      bounded = true;
      Object.assign(request, { body: JSON.stringify({ expiration: now() + HOUR }) });
    });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(1);
    expect(endOf(quay, 'pr-1')).toBe(expiration);
  });

  test('tells the later time that Quay sets for a new tag', async () => {
    const quay = await quayWithTags([]);
    quay.addTag('acme/web', { name: 'pr-1', lastModified: now() - 60 });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '5min' });
    expect(run.exitCode).toBe(0);
    const end = Number(endOf(quay, 'pr-1'));
    expect(end).toBeGreaterThan(now() + 55 * 60);
    const shown = new Date(end * 1000).toISOString();
    expect(run.summary).toContain(shown.slice(0, 16).replace('T', ' '));
    expect(Date.parse(reported(run.report, 'pr-1')?.expiration ?? '')).toBe(end * 1000);
    expect(run.summary).toContain('1 of them will expire later than asked');
    expect(run.log).toContain('1 of them will expire later than asked');
  });

  test('gives up where the first requests fail, and goes on after one that does', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3', 'pr-4', 'pr-5']);
    const refusal = { kind: 'status' as const, status: 400, body: '{"message": "No."}' };
    quay.fault({ method: 'PUT', path: /pr-5$/, fault: refusal });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(1);
    expect(run.list('failed')).toEqual(['acme/web:pr-5']);
    expect(endOf(quay, 'pr-1')).toBeDefined();

    quay.fault({ method: 'PUT', fault: refusal });
    quay.reset();
    const second = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '1d' });
    expect(second.exitCode).toBe(1);
    expect(putsOf(quay)).toHaveLength(3);
    expect(second.list('failed')).toHaveLength(3);
  });

  test('goes on to the next oldest where the first was pushed again meanwhile, and shows nothing', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3']);
    boundLife(quay, 5 * HOUR);
    quay.onRequest(({ path }) => {
      if (path.includes('filter_tag_name=eq%3Apr-3')) quay.push('acme/web', 'pr-3', digestFor('pushed'));
    });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(1);
    expect(putsOf(quay)).toEqual(['pr-3', 'pr-2']);
    expect(run.log).toContain('The registry set an earlier expiration than asked for: acme/web:pr-2');
    expect(quay.digestOf('acme/web', 'pr-3')).toBe(digestFor('pushed'));
    expect(endOf(quay, 'pr-1')).toBeUndefined();
    expect(reported(run.report, 'pr-3')?.outcome).toBe('kept');
  });

  test('calls no tag expiring that was pushed again before the list is read', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    let puts = 0;
    quay.onRequest(({ method, path }) => {
      if (method === 'PUT') puts += 1;
      else if (puts === 2 && path.endsWith('onlyActiveTags=true'))
        quay.push('acme/web', 'pr-1', digestFor('pushed'));
    });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(0);
    expect(endOf(quay, 'pr-1')).toBeUndefined();
    expect(reported(run.report, 'pr-1')).toMatchObject({ outcome: 'kept', expiration: null });
    expect(reported(run.report, 'pr-2')?.outcome).toBe('expiring');
  });

  test('stops where the first cannot be looked at again, and says what became of it', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    quay.fault({
      path: /filter_tag_name/,
      fault: { kind: 'status', status: 400, body: '{"message": "No."}' },
    });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(1);
    expect(putsOf(quay)).toEqual(['pr-2']);
    expect(reported(run.report, 'pr-2')?.outcome).toBe('unknown');
    expect(run.log).toContain('but could not be read back');
    expect(run.log).toContain('No other tag was changed.');
    expect(run.summary).not.toContain('Undo this run');
  });

  test('says so where the tag that it undid does not get the expiration back that it had', async () => {
    const quay = await quayWithTags([]);
    quay.addTag('acme/web', { name: 'pr-1', lastModified: now() - 4 * HOUR, expiration: now() + 30 * DAY });
    let puts = 0;
    quay.onRequest((request) => {
      if (request.method !== 'PUT' || ++puts > 1) return;
      Object.assign(request, { body: JSON.stringify({ expiration: now() + HOUR }) });
    });
    quay.fault({
      method: 'PUT',
      skip: 1,
      fault: { kind: 'status', status: 400, body: '{"message": "No."}' },
    });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(1);
    expect(endOf(quay, 'pr-1')).toBeUndefined();
    expect(run.log).toContain('It was restored at once, but without its expiration');
    expect(run.log).not.toContain('could not be restored');
  });

  test('tells which times are only those that it asked for, where a cancelled run did not read them', async () => {
    const quay = await quayWithTags([], { delayMs: 20 });
    quay.addTags(
      'acme/web',
      ['pr-1', 'pr-2', 'pr-3', 'pr-4'].map((name, index) => ({ name, lastModified: now() - 60 - index })),
    );
    const run = new Process();
    let puts = 0;
    quay.onRequest(({ method }) => {
      if (method === 'PUT' && ++puts === 2) run.child?.kill('SIGTERM');
    });
    const finished = await cleanUp(
      quay,
      { tags: 'pr-*', 'expire-in': '5min', concurrency: '1' },
      { onStart: run.onStart },
    );
    expect(finished.exitCode).toBe(1);
    // The oldest was looked at again.
    const end = Number(endOf(quay, 'pr-4'));
    expect(Date.parse(reported(finished.report, 'pr-4')?.expiration ?? '')).toBe(end * 1000);
    expect(finished.summary).toContain('the times shown are those that were asked for');
    expect(finished.log).toContain('the times shown are those that were asked for');
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
