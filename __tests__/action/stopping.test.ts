import { describe, expect, test } from '@jest/globals';
import { type Clock, SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { JumpingClock } from '../support/clock.ts';
import {
  atDelete,
  cleanUp,
  clockedQuay,
  DAY,
  gitHubWith,
  HOUR,
  now,
  quayWithTags,
  type Run,
  reportedTags,
  undo,
} from '../support/fixture.ts';
import { CLEAN, cosignTag } from '../support/images.ts';
import type { Fault } from '../support/quay/faults.ts';
import { digestFor } from '../support/quay/state.ts';
import { previews } from '../support/quay/tags.ts';
import { until } from '../support/resources.ts';

/** Whatever waits by this clock waits for ever. */
const STOPPED_CLOCK: Clock = { ...SYSTEM_CLOCK, after: () => () => {} };

describe('a cancelled run', () => {
  test.each([5, 90])('of %i tags waits for no answer, whose outcome is unknown; undo looks', async (tags) => {
    const quay = await quayWithTags(previews(tags));
    quay.fault({ method: 'DELETE', skip: 1, fault: { kind: 'hang' } });
    const cancel = atDelete(quay, (count, { signal }) => count === 3 && signal());
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '2' }, { ...cancel, fails: true });
    const outcomes = reportedTags(run.report).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'unknown')).toHaveLength(2);
    expect(run.list('failed')).toEqual([]);
    expect(run.log).toContain('Whether 2 tags were deleted is unknown.');
    expect(run.summary).toContain('cancelled');
    expect(quay.deletesSent().length).toBeLessThanOrEqual(4);
    // One of them had been deleted: undoing the run brings it back, with what is known to be gone.
    const unanswered = quay.deletesSent().slice(1);
    const [one = '', other = ''] = unanswered.map((name) => name.replace('acme/web:', ''));
    quay.remove('acme/web', one);
    const kept = quay.row('acme/web', other)?.['start_ts'];
    quay.clearFaults();
    await undo(quay, run.report);
    expect(quay.alive('acme/web')).toHaveLength(tags);
    expect(quay.row('acme/web', other)?.['start_ts']).toBe(kept);
  });
});

/** Who may never give a whole answer, what asks them, what the log says then, and how many tags were listed by then. */
const ASKED = [
  { who: 'GitHub', path: /graphql/, inputs: {}, says: 'GitHub did not answer', listed: '2' },
  {
    who: 'the OIDC endpoint',
    path: /oidc/,
    inputs: { token: '', username: 'acme+ci' },
    says: 'OIDC tokens did not answer',
    listed: '',
  },
  { who: 'the registry', path: /\/tag\//, inputs: {}, says: 'did not answer in time', listed: '' },
];

/** A world in which one of them answers nothing, or a byte at a time, and the run that asks it. */
async function silentWorld({ path, inputs }: (typeof ASKED)[number], kind: string) {
  const quay = await quayWithTags(['pr-1', 'latest']);
  const github = await gitHubWith({ CLOSED: [1] });
  const drip = kind === 'drip' && ({ kind: 'drip', everyMs: 100 } as const);
  quay.fault({ path, fault: drip || { kind: 'hang' } });
  github.meet(drip || { kind: 'silent' }, { path });
  const asked = () => [...quay.requests.map((request) => request.path), ...github.requests];
  const world = { github, environment: github.oidcEnvironment, fails: true };
  return {
    quay,
    isAsked: () => asked().some((one) => path.test(one)),
    start: (run: Run) => cleanUp(quay, { tags: 'pr-{pr}', ...inputs }, { ...run, ...world }),
  };
}

describe.each(ASKED)('$who that never gives a whole answer', (asked) => {
  const { who, says, listed } = asked;
  describe.each(['silent', 'drip'])('(%s)', (kind) => {
    test('ends the run by itself', async () => {
      const { quay, start } = await silentWorld(asked, kind);
      const run = await start({ clock: new JumpingClock() });
      expect(run.log).toContain(says);
      expect(run.outputs['remaining-count']).toBe(listed);
      expect(quay.deletesSent()).toEqual([]);
      expect(quay.requests.filter(({ path }) => path.includes('/tag/')).length).toBeLessThanOrEqual(5);
    });

    test('does not hold a run that is cancelled', async () => {
      const { quay, start, isAsked } = await silentWorld(asked, kind);
      let signal = () => {};
      const clock = who === 'the registry' ? new JumpingClock() : STOPPED_CLOCK;
      const began = clock.elapsed();
      const running = start({ clock, onStart: (run) => (signal = () => run.signal()) });
      await until(isAsked);
      signal();
      const run = await running;
      expect(run.log).toContain('The run was cancelled');
      expect(run.outputs['remaining-count']).toBe(listed);
      expect(quay.deletesSent()).toEqual([]);
      expect(clock.elapsed() - began).toBeLessThan(60_000);
    });
  });
});

test.each([3, 40])('a registry that swallows %i deletions ends the run, and still lists', async (count) => {
  const quay = await quayWithTags(['latest', ...previews(count)]);
  quay.fault({ method: 'DELETE', fault: { kind: 'hang' } });
  const clock = new JumpingClock();
  const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '4' }, { clock, fails: true });
  expect(run.log).toContain('Deleted 0 of');
  expect(run.list('failed')).toHaveLength(count);
  expect(run.list('remaining')).toHaveLength(count + 1);
  // A minute's worth of requests, however many tags there are.
  expect(quay.deletesSent().length).toBeLessThanOrEqual(8);
});

describe('a time budget that ends before there is a plan fails the run in time', () => {
  const later = { 'retry-after': '86400' };

  test.each<[Fault, Readonly<Record<string, string>>]>([
    [{ kind: 'hang' }, {}],
    [{ kind: 'hang' }, { repository: 'acme/*' }],
    [{ kind: 'drip', everyMs: 100 }, {}],
    [{ kind: 'status', status: 429, headers: later }, {}],
    [{ kind: 'status', status: 503, headers: later }, {}],
    [{ kind: 'status', status: 429 }, {}],
  ])('where the registry answers %j to %j', async (fault, inputs) => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    quay.fault({ fault });
    const clock = new JumpingClock();
    const began = clock.elapsed();
    const run = await cleanUp(quay, { tags: 'pr-*', 'time-budget': '2s', ...inputs }, { clock, fails: true });
    expect(run.log).toContain('The time budget of 2s was reached before the plan was complete.');
    expect(run.log).not.toContain('aborted');
    expect(run.outputs['remaining']).toBe('');
    expect(quay.deletesSent()).toEqual([]);
    expect(clock.elapsed() - began).toBeLessThan(60_000);
  });
});

describe('a time budget that ends while tags are deleted', () => {
  test('succeeds with a warning and what is left', async () => {
    const quay = await quayWithTags(previews(80));
    // What waits for its retry is no failure.
    quay.fault({
      method: 'DELETE',
      path: /pr-2$/,
      fault: { kind: 'status', status: 503, headers: { 'retry-after': '60' } },
    });
    const clock = new JumpingClock(quay);
    quay.onRequest(/^DELETE/, () => clock.advance(100));
    const run = await cleanUp(quay, { tags: 'pr-*', concurrency: '2', 'time-budget': '4s' }, { clock });
    expect(run.log).toMatch(/^::warning::The time budget of 4s was reached\./m);
    const { length } = quay.alive('acme/web');
    expect(length).toBeGreaterThan(0);
    expect(Number(run.outputs['remaining-count'])).toBe(length);
    expect(Number(run.outputs['deleted-count'])).toBe(80 - length);
    // What was deleted is looked for in a new list.
    expect(quay.requests.filter(({ path }) => path.includes('page=1&'))).toHaveLength(2);
    expect(run.list('failed')).toEqual([]);
  });

  test('ends the run in time where the registry swallows the deletions', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'latest']);
    quay.fault({ method: 'DELETE', fault: { kind: 'hang' } });
    const clock = new JumpingClock(quay);
    const began = clock.elapsed();
    const run = await cleanUp(quay, { tags: 'pr-*', 'time-budget': '3s' }, { clock, fails: true });
    expect(run.log).toContain('The time budget of 3s was reached.');
    expect(run.list('deleted')).toEqual([]);
    expect(reportedTags(run.report).filter(({ outcome }) => outcome === 'unknown')).toHaveLength(2);
    expect(clock.elapsed() - began).toBeLessThan(30_000);
  });

  test('lists nothing again where nothing was asked to be deleted', async () => {
    const quay = await quayWithTags(previews(20));
    quay.fault({ path: /^\/v2\//, fault: { kind: 'hang' } });
    const run = await cleanUp(quay, { tags: 'pr-*', 'time-budget': '4s' });
    expect(quay.deletesSent()).toEqual([]);
    expect(quay.requests.filter(({ path }) => /\/tag\/.*[?&]page=1&/.test(`${path}&`))).toHaveLength(1);
    expect(run.list('remaining')).toHaveLength(20);
  });
});

describe('the clock of the registry', () => {
  const DIFFER = 'The clocks of the runner and the registry differ by';

  test.each([
    { name: 'a day behind deletes nothing too early', ahead: -DAY, young: DAY / 2 },
    { name: 'a day ahead deletes nothing too early', ahead: DAY, young: 1.5 * DAY },
    { name: 'ahead by half a minute is worth no word', ahead: 30, young: DAY / 2 },
  ])('$name', async ({ ahead, young }) => {
    const registry = () => Date.now() / 1000 + ahead;
    const tags = Object.entries({ young, old: 3 * DAY }).map(([name, age]) => ({
      name,
      lastModified: Math.floor(registry()) - age,
    }));
    const quay = await quayWithTags(tags, { now: registry });
    const run = await cleanUp(quay, { tags: '*', 'older-than': '1d' });
    expect(run.list('deleted')).toEqual(['acme/web:old']);
    expect(run.log.includes(DIFFER)).toBe(ahead !== 30);
  });

  test('in answers of a proxy that is a day ahead hides no living tag, whose signature would go', async () => {
    const digest = digestFor('release');
    const row = { start_ts: now() - 60, is_manifest_list: false, size: 1 };
    const tags = [
      { ...row, name: 'release', manifest_digest: digest, end_ts: now() + HOUR },
      { ...row, name: cosignTag(digest), manifest_digest: digestFor('signature') },
    ];
    const quay = await quayWithTags([cosignTag(digest)]);
    const headers = { date: new Date((now() + DAY) * 1000).toUTCString() };
    const body = JSON.stringify({ tags, page: 1, has_additional: false });
    quay.fault({ path: /\/tag\/\?/, fault: { kind: 'status', status: 200, headers, body } });
    const run = await cleanUp(quay, { tags: 'pr-*', ...CLEAN });
    expect(run.log).toContain(DIFFER);
    expect(quay.deletesSent()).toEqual([]);
    expect(run.list('remaining')).toHaveLength(2);
  });

  test('is not wrong where it takes two minutes to answer', async () => {
    const { quay, clock } = await clockedQuay(['pr-1', 'latest']);
    quay.onRequest(/page=1&/, () => clock.advance(120_000));
    const run = await cleanUp(quay, { tags: 'pr-*' }, { clock });
    expect(run.log).not.toContain(DIFFER);
  });
});
