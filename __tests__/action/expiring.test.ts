import { describe, expect, test } from '@jest/globals';
import {
  cleanUp,
  clockedQuay,
  DAY,
  HOUR,
  NO,
  now,
  quayWithTags,
  type Run,
  reported,
} from '../support/fixture.ts';
import { CLEAN, signatureOf } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';

/** When a tag of `acme/web` ends, in Unix seconds. */
const endOf = (quay: QuaySimulator, tag: string) => quay.row('acme/web', tag)?.['end_ts'];

/** The tags for which an expiration was asked, in order. */
const putsOf = (quay: QuaySimulator) =>
  quay.requests.filter(({ method }) => method === 'PUT').map(({ path }) => path.split('/').at(-1));

const expire = (quay: QuaySimulator, inputs: Readonly<Record<string, string>> = {}, run: Run = {}) =>
  cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d', ...inputs }, run);

/** A server that lets no tag live longer than so many seconds after it was pushed: it answers, and sets an earlier end. */
function boundLife(quay: QuaySimulator, seconds: number): void {
  quay.onRequest(/^PUT/, (_, request) => {
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

/** A server that sets at first another expiration than it was asked for. */
function setInstead(quay: QuaySimulator, expiration: number): void {
  quay.onRequest(/^PUT/, (count, request) => {
    if (count === 1) Object.assign(request, { body: JSON.stringify({ expiration }) });
  });
}

/** Lets something happen at the first request whose method and path are such. */
function onceAt(quay: QuaySimulator, request: RegExp, happen: () => void): void {
  quay.onRequest(request, (count) => count === 1 && happen());
}

const LONGEST_LIFE = 104 * 7 * DAY;

describe('expire-in', () => {
  test('sets an expiration instead of deleting, never later than it is; what cannot have it stays, and no signature goes', async () => {
    const soon = now() + 7200;
    const quay = await quayWithTags([
      'pr-1',
      'latest',
      { name: 'pr-2', expiration: soon },
      { name: 'pr-3', immutable: true },
      signatureOf('acme/web:pr-1'),
      { name: 'pr-nearly', lastModified: now() - LONGEST_LIFE + DAY },
      { name: 'pr-ancient', lastModified: now() - LONGEST_LIFE - DAY },
    ]);
    const run = await expire(quay, { 'exclude-tags': '*.sig' });
    expect(quay.alive('acme/web')).toHaveLength(7);
    expect(quay.deletesSent()).toEqual([]);
    expect(putsOf(quay)).toEqual(['pr-1']);
    expect(Number(endOf(quay, 'pr-1'))).toBeGreaterThan(now() + 3 * DAY - 120);
    expect([endOf(quay, 'pr-2'), endOf(quay, 'pr-ancient')]).toEqual([soon, undefined]);
    expect(reported(run.report, 'pr-ancient')?.reason).toContain('Quay would expire it earlier than asked');
    expect(run.list('deleted')).toEqual([]);
    expect(run.outputs['remaining-count']).toBe('7');
    expect(run.report).not.toContain('takenAlongWith');
    expect(run.summary).toMatch(/expire/i);
    expect(run.summary).not.toMatch(/^Deleted/m);
  });

  test('begins with the oldest tag, looks at it again, and goes on', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3']);
    await expire(quay);
    expect(putsOf(quay)[0]).toBe('pr-3');
    expect([...putsOf(quay)].sort()).toEqual(['pr-1', 'pr-2', 'pr-3']);
    const second = quay.requests.findIndex(({ path, method }) => method === 'PUT' && path.endsWith('pr-2'));
    const look = quay.requests.findIndex(({ path }) => path.includes('filter_tag_name=eq%3Apr-3'));
    expect(look).toBeGreaterThan(0);
    expect(look).toBeLessThan(second);
  });

  test.each([
    { name: 'ends early', life: 5 * HOUR, says: 'but it expires at \\d{4}-.* UTC\\.' },
    { name: 'is gone at once', life: HOUR, says: 'but it is gone already\\.' },
  ])('stops at a server whose shorter bound the first tag shows: it $name', async ({ life, says }) => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3', 'latest']);
    boundLife(quay, life);
    const run = await expire(quay, {}, { fails: true });
    expect(run.log).toContain('The registry set an earlier expiration than asked for: acme/web:pr-3');
    const undone = '(Its expiration was set back to what it was \\(none\\)|It was restored at once)\\.';
    expect(run.log).toMatch(new RegExp(`${says} ${undone}`));
    expect(run.log).toContain('No other tag was changed.');
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2', 'pr-3']);
    expect(quay.digestOf('acme/web', 'pr-3')).toBe(digestFor('acme/web:pr-3'));
    for (const tag of ['pr-1', 'pr-2', 'pr-3']) expect(endOf(quay, tag)).toBeUndefined();
    expect(new Set(putsOf(quay))).toEqual(new Set(['pr-3']));
  });

  test.each([59, 61])('waits a minute for a list that is %i s behind to show the first', async (lag) => {
    const { quay, clock } = await clockedQuay(['pr-1', 'pr-2'], { lagMs: lag * 1000 });
    const isInTime = lag < 60;
    const run = await expire(quay, {}, { clock, fails: 'perhaps' });
    expect(putsOf(quay)).toEqual(isInTime ? ['pr-2', 'pr-1'] : ['pr-2']);
    expect(run.log.includes('shows no change after 60 s')).toBe(!isInTime);
  });

  test('tells the later time that Quay sets for a new tag', async () => {
    const quay = await quayWithTags(
      [30, 60].map((age, index) => ({ name: `pr-${2 - index}`, lastModified: now() - age })),
    );
    const run = await expire(quay, { 'expire-in': '5min' });
    const end = Number(endOf(quay, 'pr-1'));
    expect(end).toBeGreaterThan(now() + 55 * 60);
    expect(run.summary).toContain(new Date(end * 1000).toISOString().slice(0, 16).replace('T', ' '));
    expect(Date.parse(reported(run.report, 'pr-1')?.expiration ?? '')).toBe(end * 1000);
    for (const text of [run.summary, run.log])
      expect(text).toContain('2 of them will expire later than asked');
  });

  test('asks by the clock of the registry where that is ahead', async () => {
    const quay = await quayWithTags(['pr-1'], { now: () => Date.now() / 1000 + DAY });
    await expire(quay);
    expect(Number(endOf(quay, 'pr-1'))).toBeGreaterThan(now() + 4 * DAY - 60);
  });
});

describe('expire-in, where something goes wrong in between', () => {
  test.each<[string, RegExp, (quay: QuaySimulator) => void]>([
    ['has gone', /^PUT/, (quay) => quay.remove('acme/web', 'pr-3')],
    ['was pushed again', /eq%3Apr-3/, (quay) => quay.push('acme/web', 'pr-3', digestFor('pushed'))],
  ])('takes the next oldest where the oldest %s meanwhile, and shows nothing', async (_, at, disturb) => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3']);
    boundLife(quay, 5 * HOUR);
    onceAt(quay, at, () => disturb(quay));
    const run = await expire(quay, {}, { fails: true });
    expect(new Set(putsOf(quay))).toEqual(new Set(['pr-3', 'pr-2']));
    expect(run.log).toContain('The registry set an earlier expiration than asked for: acme/web:pr-2');
    expect(endOf(quay, 'pr-1')).toBeUndefined();
    expect(['gone', 'kept']).toContain(reported(run.report, 'pr-3')?.outcome);
  });

  test.each([{ isRefused: false }, { isRefused: true }])(
    'gives the tag that it undid the expiration back that it had, or says that it could not: %j',
    async ({ isRefused }) => {
      const expiration = now() + 30 * DAY;
      const quay = await quayWithTags([{ name: 'pr-1', lastModified: now() - 4 * HOUR, expiration }]);
      setInstead(quay, now() + HOUR);
      if (isRefused) quay.fault({ method: 'PUT', skip: 1, fault: NO });
      const run = await expire(quay, {}, { fails: true });
      if (!isRefused) expect(endOf(quay, 'pr-1')).toBe(expiration);
      const said = 'Its expiration could not be set back to what it was';
      expect(run.log.includes(said)).toBe(isRefused);
    },
  );

  test('gives up where the first requests fail, and goes on after one that does', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3', 'pr-4', 'pr-5']);
    quay.fault({ method: 'PUT', path: /pr-5$/, fault: NO });
    const run = await expire(quay, {}, { fails: true });
    expect(run.list('failed')).toEqual(['acme/web:pr-5']);
    expect(endOf(quay, 'pr-1')).toBeDefined();

    quay.fault({ method: 'PUT', fault: NO });
    quay.reset();
    const second = await expire(quay, { 'expire-in': '1d' }, { fails: true });
    expect(putsOf(quay)).toHaveLength(3);
    expect(second.list('failed')).toHaveLength(3);
  });

  test('stops where the first cannot be looked at again, and says what became of it', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    quay.fault({ path: /filter_tag_name/, fault: NO });
    const run = await expire(quay, {}, { fails: true });
    expect(putsOf(quay)).toEqual(['pr-2']);
    expect(reported(run.report, 'pr-2')?.outcome).toBe('unknown');
    expect(run.log).toContain('but could not be read back');
    expect(run.log).toContain('No other tag was changed.');
    expect(run.summary).not.toContain('Undo this run');
  });

  test('tells which times are only those that it asked for, where a cancelled run did not read them', async () => {
    const tags = [1, 2, 3, 4].map((number) => ({ name: `pr-${number}`, lastModified: now() - 60 - number }));
    const quay = await quayWithTags(tags, { delayMs: 20 });
    const inputs = { tags: 'pr-*', 'expire-in': '5min', concurrency: '1' };
    const finished = await cleanUp(quay, inputs, {
      onStart: (run) => quay.onRequest(/^PUT/, (count) => count === 2 && run.signal()),
      fails: true,
    });
    // The oldest was looked at again.
    const end = Number(endOf(quay, 'pr-4'));
    expect(Date.parse(reported(finished.report, 'pr-4')?.expiration ?? '')).toBe(end * 1000);
    for (const text of [finished.summary, finished.log])
      expect(text).toContain('the times shown are those that were asked for');
  });
});

/** A Quay whose list takes two minutes, and the clock of it and the run. */
async function slowlyListedQuay(tags: Parameters<typeof quayWithTags>[0]) {
  const { quay, clock } = await clockedQuay(tags);
  onceAt(quay, /page=1&/, () => clock.advance(120_000));
  return { quay, clock };
}

describe('a tag that is pushed again while a run is going on', () => {
  test('stays when more than a minute has passed since the listing', async () => {
    const old = now() - 365 * DAY;
    const { quay, clock } = await slowlyListedQuay(
      ['moved', 'same', 'gone'].map((name) => ({ name, lastModified: old })),
    );
    onceAt(quay, /filter_tag_name/, () => {
      quay.push('acme/web', 'moved', digestFor('pushed again'));
      quay.remove('acme/web', 'gone');
    });
    const run = await cleanUp(quay, { tags: '*', 'older-than': '30d', concurrency: '1' }, { clock });
    expect(quay.alive('acme/web')).toEqual(['moved']);
    expect(quay.deletesSent()).toEqual(['acme/web:same']);
    expect(run.report).toContain('pushed again since it was listed');
  });

  test('stays when it is a signature of an image that has come back', async () => {
    const { quay, clock } = await slowlyListedQuay([signatureOf('again'), signatureOf('gone')]);
    onceAt(quay, /^DELETE|filter_tag_name/, () => {
      quay.push('acme/web', 'pr-1', digestFor('again'));
      quay.push('acme/web', signatureOf('again'), digestFor('signed again'));
    });
    await cleanUp(quay, { tags: 'pr-*', concurrency: '1', ...CLEAN }, { clock });
    expect(quay.alive('acme/web')).toEqual(['pr-1', signatureOf('again')]);
  });

  test('is not looked at again within the minute', async () => {
    const quay = await quayWithTags(['pr-1']);
    await cleanUp(quay, { tags: 'pr-*', 'older-than': '1s' });
    expect(quay.requests.some(({ path }) => path.includes('filter_tag_name'))).toBe(false);
    expect(quay.alive('acme/web')).toEqual([]);
  });

  const judged = { 'older-than': '7d' };

  test.each([
    ['gets no expiration', judged, /^PUT|filter_tag_name/, 'kept'],
    ['is not said to be kept where it got one in the last moment', judged, /^PUT/, 'failed'],
    ['expires like any other where its name alone is judged', {}, /^PUT/, 'expiring'],
  ] as const)('%s', async (_, inputs, at, outcome) => {
    const { quay, clock } = await slowlyListedQuay([
      { name: 'pr-2', lastModified: now() - 29 * DAY },
      { name: 'pr-1', lastModified: now() - 30 * DAY },
    ]);
    onceAt(quay, at, () => quay.push('acme/web', 'pr-1', digestFor('pushed again')));
    const run = await expire(quay, { 'expire-in': '2d', ...inputs }, { clock, fails: outcome === 'failed' });
    expect(endOf(quay, 'pr-1') === undefined).toBe(outcome === 'kept');
    expect(reported(run.report, 'pr-1')?.outcome).toBe(outcome);
    if (outcome === 'kept')
      expect(reported(run.report, 'pr-1')?.detail).toBe('pushed again since it was listed');
    expect(run.log.includes('Quay will expire the new push at ')).toBe(outcome === 'failed');
    // A new push shows nothing of what the server does to an old one: the next oldest is looked at.
    expect(quay.requests.some(({ path }) => path.includes('filter_tag_name=eq%3Apr-2'))).toBe(true);
  });
});
