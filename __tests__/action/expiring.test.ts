import { describe, expect, test } from '@jest/globals';
import { JumpingClock } from '../support/clock.ts';
import { cleanUp, DAY, HOUR, now, quayWithTags, reported } from '../support/fixture.ts';
import { CLEAN, signatureOf } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';

/** When a tag of `acme/web` ends, in Unix seconds. */
const endOf = (quay: QuaySimulator, tag: string) => quay.row('acme/web', tag)?.['end_ts'];

/** The tags for which an expiration was asked, in order. */
const putsOf = (quay: QuaySimulator) =>
  quay.requests.filter(({ method }) => method === 'PUT').map(({ path }) => path.split('/').at(-1));

/** A server that lets no tag live longer than so many seconds after it was pushed: it answers, and sets an earlier end. */
function boundLife(quay: QuaySimulator, seconds: number): void {
  quay.onRequest((request) => {
    if (request.method !== 'PUT') return;
    const tag = request.path.split('/').at(-1) ?? '';
    const start = Number(quay.row('acme/web', tag)?.['start_ts']);
    const { expiration } = JSON.parse(request.body);
    if (expiration === null) return;
    const bounded = Math.min(Number(expiration), start + seconds);
    if (bounded <= now()) {
      quay.fault({ method: 'PUT', times: 1, fault: { kind: 'status', status: 201, body: '"Updated"' } });
      quay.remove('acme/web', tag);
    } else Object.assign(request, { body: JSON.stringify({ expiration: bounded }) });
  });
}

const LONGEST_LIFE = 104 * 7 * DAY;

describe('expire-in', () => {
  test('sets an expiration instead of deleting, never later than it is, and keeps immutable tags', async () => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const soon = now() + 7200;
    quay.addTags('acme/web', [
      { name: 'pr-2', expiration: soon },
      { name: 'pr-3', immutable: true },
    ]);
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toHaveLength(4);
    expect(quay.deletesSent()).toEqual([]);
    expect(Number(quay.row('acme/web', 'pr-1')?.['end_ts'])).toBeGreaterThan(now() + 3 * DAY - 120);
    expect(quay.row('acme/web', 'pr-2')?.['end_ts']).toBe(soon);
    expect(run.list('deleted')).toEqual([]);
    expect(run.summary).toMatch(/expire/i);
    expect(run.summary).not.toMatch(/^Deleted/m);
  });

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

  test.each([
    {
      name: 'ends early',
      life: 5 * HOUR,
      says: /but it expires at \d{4}-.* UTC\. (Its expiration was set back to what it was \(none\)|It was restored at once)\./,
    },
    {
      name: 'is gone at once',
      life: HOUR,
      says: /but it is gone already\. (Its expiration was set back to what it was \(none\)|It was restored at once)\./,
    },
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
    expect(new Set(putsOf(quay))).toEqual(new Set(['pr-3']));
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
    expect(Date.parse(reported(run.report, 'pr-1')?.expiration ?? '')).toBe(end * 1000);
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

describe('expire-in, where something goes wrong in between', () => {
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
    expect(new Set(putsOf(quay))).toEqual(new Set(['pr-3', 'pr-2']));
    expect(endOf(quay, 'pr-1')).toBeUndefined();
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
    expect(new Set(putsOf(quay))).toEqual(new Set(['pr-3', 'pr-2']));
    expect(run.log).toContain('The registry set an earlier expiration than asked for: acme/web:pr-2');
    expect(quay.digestOf('acme/web', 'pr-3')).toBe(digestFor('pushed'));
    expect(endOf(quay, 'pr-1')).toBeUndefined();
    expect(reported(run.report, 'pr-3')?.outcome).toBe('kept');
  });

  test('fails for each tag that the list shows to end earlier than asked', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3', 'pr-4']);
    const early = now() + 5 * HOUR;
    quay.onRequest((request) => {
      if (request.method !== 'PUT' || !request.path.endsWith('pr-1')) return;
      Object.assign(request, { body: JSON.stringify({ expiration: early }) });
    });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(1);
    expect(run.list('failed')).toEqual(['acme/web:pr-1']);
    expect(run.log).toContain('The registry set an earlier expiration than asked for.');
    expect(reported(run.report, 'pr-3')?.outcome).toBe('expiring');
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

  test('says so where the first tag does not get the expiration back that it had', async () => {
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
    expect(run.log).toContain('Its expiration could not be set back to what it was');
  });

  test('tells which times are only those that it asked for, where a cancelled run did not read them', async () => {
    const quay = await quayWithTags([], { delayMs: 20 });
    quay.addTags(
      'acme/web',
      ['pr-1', 'pr-2', 'pr-3', 'pr-4'].map((name, index) => ({ name, lastModified: now() - 60 - index })),
    );
    let signal = () => {};
    let puts = 0;
    quay.onRequest(({ method }) => {
      if (method === 'PUT' && ++puts === 2) signal();
    });
    const finished = await cleanUp(
      quay,
      { tags: 'pr-*', 'expire-in': '5min', concurrency: '1' },
      {
        onStart: (run) => {
          signal = () => run.signal();
        },
      },
    );
    expect(finished.exitCode).toBe(1);
    // The oldest was looked at again.
    const end = Number(endOf(quay, 'pr-4'));
    expect(Date.parse(reported(finished.report, 'pr-4')?.expiration ?? '')).toBe(end * 1000);
    expect(finished.summary).toContain('the times shown are those that were asked for');
    expect(finished.log).toContain('the times shown are those that were asked for');
  });
});

/** A Quay whose list takes two minutes, and the clock of it and the run. */
async function slowlyListedQuay(): Promise<{ readonly quay: QuaySimulator; readonly clock: JumpingClock }> {
  const clock = new JumpingClock();
  const quay = await quayWithTags([], { now: () => clock.time() / 1000 });
  clock.watch(quay);
  let isListed = false;
  quay.onRequest(({ path }) => {
    if (isListed || !path.includes('page=1&')) return;
    isListed = true;
    clock.advance(120_000);
  });
  return { quay, clock };
}

describe('a tag that is pushed again while a run is going on', () => {
  test('stays when more than a minute has passed since the listing', async () => {
    const { quay, clock } = await slowlyListedQuay();
    const old = now() - 365 * DAY;
    quay.addTags('acme/web', [
      { name: 'moved', lastModified: old },
      { name: 'same', lastModified: old },
      { name: 'gone', lastModified: old },
    ]);
    let listings = 0;
    quay.onRequest(({ path }) => {
      if (!path.includes('filter_tag_name') || listings++ > 0) return;
      quay.push('acme/web', 'moved', digestFor('pushed again'));
      quay.remove('acme/web', 'gone');
    });
    const run = await cleanUp(quay, { tags: '*', 'older-than': '30d', concurrency: '1' }, { clock });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['moved']);
    expect(quay.deletesSent()).toEqual(['acme/web:same']);
    expect(run.report).toContain('pushed again since it was listed');
  });

  test('stays when it is a signature of an image that has come back', async () => {
    const { quay, clock } = await slowlyListedQuay();
    quay.addTags('acme/web', [{ name: signatureOf('again') }, { name: signatureOf('gone') }]);
    let isPushed = false;
    quay.onRequest(({ method, path }) => {
      if (isPushed || !(method === 'DELETE' || path.includes('filter_tag_name'))) return;
      isPushed = true;
      quay.push('acme/web', 'pr-1', digestFor('again'));
      quay.push('acme/web', signatureOf('again'), digestFor('signed again'));
    });
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '1', ...CLEAN }, { clock });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-1', signatureOf('again')]);
  });

  test('is not looked at again within the minute', async () => {
    const quay = await quayWithTags(['pr-1']);
    await cleanUp(quay, { tags: 'pr-*', 'older-than': '1s' });
    expect(quay.requests.some(({ path }) => path.includes('filter_tag_name'))).toBe(false);
    expect(quay.alive('acme/web')).toEqual([]);
  });
});

describe('a tag that is pushed again before its expiration is set', () => {
  /** Pushes `pr-1`, the oldest, again minutes after it was listed: at the first request about it, or only at its PUT. */
  async function expireWhilePushed(inputs: Readonly<Record<string, string>>, at: 'first' | 'PUT') {
    const { quay, clock } = await slowlyListedQuay();
    const old = now() - 30 * DAY;
    quay.addTags('acme/web', [
      { name: 'pr-1', lastModified: old },
      { name: 'pr-2', lastModified: old + DAY },
    ]);
    let isPushed = false;
    quay.onRequest(({ method, path }) => {
      const isFirst = at === 'first' && path.includes('filter_tag_name');
      if (isPushed || !(isFirst || method === 'PUT')) return;
      isPushed = true;
      quay.push('acme/web', 'pr-1', digestFor('pushed again'));
    });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '2d', ...inputs }, { clock });
    const end = quay.row('acme/web', 'pr-1')?.['end_ts'];
    const reported = JSON.parse(run.report ?? '').repositories[0].tags.find(
      ({ name }: { readonly name: string }) => name === 'pr-1',
    );
    return { run, end, reported };
  }

  test('gets none, also where it is the oldest, which comes first', async () => {
    const { run, end, reported } = await expireWhilePushed({ 'older-than': '7d' }, 'first');
    expect(run.exitCode).toBe(0);
    expect(end).toBeUndefined();
    expect(reported).toMatchObject({ outcome: 'kept', detail: 'pushed again since it was listed' });
  });

  test('is not said to be kept where it got one in the last moment', async () => {
    const { run, end, reported } = await expireWhilePushed({ 'older-than': '7d' }, 'PUT');
    expect(run.exitCode).toBe(1);
    expect(end).toBeDefined();
    expect(reported.outcome).toBe('failed');
    expect(run.log).toContain('Quay will expire the new push at ');
  });

  test('expires like any other where its name alone is judged', async () => {
    const { run, end, reported } = await expireWhilePushed({}, 'PUT');
    expect(run.exitCode).toBe(0);
    expect(end).toBeDefined();
    expect(reported.outcome).toBe('expiring');
  });
});
