import { describe, expect, test } from '@jest/globals';
import { JumpingClock } from '../support/clock.ts';
import {
  atDelete,
  cleanUp,
  clockedQuay,
  DAY,
  HOUR,
  NO,
  now,
  quayWithTags,
  ROBOT,
  reported,
  restore,
  undo,
} from '../support/fixture.ts';
import { addSigned, signatureOf } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor, type TagSeed } from '../support/quay/state.ts';
import { previews } from '../support/quay/tags.ts';

const endOf = (quay: QuaySimulator, tag: string) => quay.row('acme/web', tag)?.['end_ts'];
const postsOf = ({ requests }: QuaySimulator) => requests.filter(({ method }) => method === 'POST');
const IN_NINE_DAYS = now() + 9 * DAY;

/** `acme/web` after a run that deleted every `pr-*`, of which `pr-1` was to expire, and the report of that run. */
async function cleaned(tags: readonly (string | TagSeed)[], inputs: Readonly<Record<string, string>> = {}) {
  const quay = await quayWithTags(
    tags.map((tag) => (tag === 'pr-1' ? { name: tag, expiration: IN_NINE_DAYS } : tag)),
  );
  const { report } = await cleanUp(quay, { tags: 'pr-*', ...inputs });
  return { quay, report: report ?? '' };
}

describe('restoring by a report', () => {
  test('brings back exactly what that run deleted, with its expirations, and nothing in a dry run', async () => {
    const dead = { name: 'pr-0', deletedAt: now() - 60, lastModified: now() - DAY };
    const { quay, report } = await cleaned(['pr-1', 'pr-2', 'latest', dead]);
    expect(quay.alive('acme/web')).toEqual(['latest']);
    const dry = await undo(quay, report, { 'dry-run': 'true' });
    expect(dry.summary).toContain('pr-1');
    expect(quay.alive('acme/web')).toEqual(['latest']);
    const run = await undo(quay, report);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2']);
    expect(quay.digestOf('acme/web', 'pr-1')).toBe(digestFor('acme/web:pr-1'));
    expect([endOf(quay, 'pr-1'), endOf(quay, 'pr-2')]).toEqual([IN_NINE_DAYS, undefined]);
    expect([...run.list('restored')].sort()).toEqual(['acme/web:pr-1', 'acme/web:pr-2']);
    expect(run.summary).toContain('Expires (UTC)');
    expect(run.log).not.toContain('::warning');
  });

  test('brings back what stood there when the run deleted it, not what it had listed', async () => {
    const quay = await quayWithTags([
      'latest',
      { name: 'pr-1', digest: digestFor('listed'), expiration: now() + DAY },
    ]);
    quay.onRequest(
      /^DELETE/,
      (count) => count === 1 && quay.push('acme/web', 'pr-1', digestFor('pushed again')),
    );
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    await undo(quay, report);
    expect(quay.digestOf('acme/web', 'pr-1')).toBe(digestFor('pushed again'));
    expect(endOf(quay, 'pr-1')).toBeUndefined();
  });

  test('never touches a name that lives, and shows its digest', async () => {
    const { quay, report } = await cleaned(['pr-1', 'pr-2']);
    quay.push('acme/web', 'pr-1', digestFor('pushed'));
    // After the history was read.
    quay.onRequest(/filter_tag_name=eq%3Apr-2/, () => quay.push('acme/web', 'pr-2', digestFor('late')));
    const run = await undo(quay, report);
    expect(postsOf(quay)).toEqual([]);
    expect(run.list('restored')).toEqual([]);
    expect(run.summary).toContain('Existing tags, unchanged');
    for (const digest of [digestFor('pushed'), digestFor('late')])
      expect(run.summary).toContain(digest.slice(7, 19));
    expect(run.summary).not.toContain(digestFor('acme/web:pr-1').slice(7, 19));
  });

  test('says of each tag that could not come back why, and goes on', async () => {
    const { quay, report } = await cleaned(['pr-1', 'pr-2', 'pr-3']);
    const answer = (status: number, type: string) => ({ ...NO, status, body: `{"error_type": "${type}"}` });
    quay.fault({ method: 'POST', path: /pr-1/, fault: answer(404, 'not_found') });
    quay.fault({ method: 'POST', path: /pr-2/, fault: answer(409, 'tag_immutable') });
    const run = await undo(quay, report, {}, { fails: true });
    expect(quay.alive('acme/web')).toEqual(['pr-3']);
    expect(run.list('failed')).toHaveLength(2);
    expect(run.log).toContain("the time machine's window is over");
    expect(run.log).toContain('which is immutable (409)');
  });

  test('from a forged one brings a name back on no digest that it never had, and the others all the same', async () => {
    const { quay, report } = await cleaned(['pr-1', 'pr-2', 'pr-3', 'latest']);
    const forged = JSON.parse(report);
    // As of a run that was over before the tag was deleted.
    forged.startedAt = forged.finishedAt = new Date((now() - HOUR) * 1000).toISOString();
    const [repository] = forged.repositories;
    const row = (name: string) => repository.tags.find((tag: { name: string }) => tag.name === name);
    row('pr-1').digest = quay.digestOf('acme/web', 'latest');
    repository.tags.push({ ...row('pr-2') }, { ...row('pr-3'), name: 7 });
    const run = await undo(quay, JSON.stringify(forged), {}, { fails: true });
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-2', 'pr-3']);
    expect(run.list('failed')).toEqual(['acme/web:pr-1']);
    expect(run.log).toContain('does not show sha256:');
    expect(run.log).toContain('That entry is left out.');
    expect(postsOf(quay).filter(({ path }) => path.includes('/pr-2/'))).toHaveLength(1);
  });

  test('looks at each name right before it restores it, and says how far it is', async () => {
    const { quay, report } = await cleaned(previews(30));
    quay.reset();
    const clock = new JumpingClock(quay);
    quay.onRequest(/^POST/, () => clock.advance(500));
    const run = await undo(quay, report, { concurrency: '1' }, { clock });
    expect(run.log).toMatch(/^Restored \d+ of 30 tags/m);
    const posts = quay.requests.flatMap(({ method, path }, index) => {
      const [, name = ''] = /\/tag\/([^/]+)\/restore$/.exec(path) ?? [];
      return method === 'POST' ? [{ name, before: quay.requests.slice(index - 2, index) }] : [];
    });
    expect(posts).toHaveLength(30);
    // One other may leave while the answer to the look is read.
    for (const { name, before } of posts)
      expect(before.some(({ path }) => path.endsWith(`filter_tag_name=eq%3A${name}`))).toBe(true);
  });

  test.each([
    { inputs: { 'dry-run': 'true' }, says: 'The report is from a dry run' },
    { inputs: { 'expire-in': '3d' }, says: 'The report is from a run with `expire-in`' },
  ])('of a run with $inputs says why there is nothing to do', async ({ inputs, says }) => {
    const { quay, report } = await cleaned(['pr-1'], inputs);
    quay.reset();
    const run = await undo(quay, report);
    expect(run.log).toContain(says);
    expect(run.summary).toContain('The report is from');
    expect(quay.requests).toEqual([]);
  });

  describe('is narrowed', () => {
    test.each([
      { inputs: { repository: 'acme/web' }, web: ['pr-1', 'pr-2', 'pr-30'], api: [] },
      { inputs: { tags: 'pr-?' }, web: ['pr-1', 'pr-2'], api: ['pr-1'] },
      { inputs: { 'exclude-tags': 'pr-1' }, web: ['pr-2', 'pr-30'], api: [] },
      { inputs: { repository: 'acme/web', tags: 'pr-?', 'exclude-tags': 'pr-1' }, web: ['pr-2'], api: [] },
      { inputs: { repository: 'acme/wbe\nacme/api' }, web: [], api: ['pr-1'] },
    ])('by $inputs', async ({ inputs, web, api }) => {
      const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-30']);
      quay.addRepository('acme/api', { tags: ['pr-1'] });
      const { report } = await cleanUp(quay, { repository: 'acme/*', tags: 'pr-*' });
      quay.addTag('acme/web', { name: 'pr-4', lastModified: now() - DAY, deletedAt: now() - 60 });
      const run = await undo(quay, report, inputs);
      expect(quay.alive('acme/web')).toEqual(web);
      expect(quay.alive('acme/api')).toEqual(api);
      const isMissed = 'The report names no repository acme/wbe';
      expect(run.log.includes(isMissed)).toBe(inputs.repository?.includes('wbe') ?? false);
    });

    test('with the signatures of what is left, where no exclusion names them', async () => {
      const image = { name: 'pr-1', digest: digestFor('pr-1') };
      const { quay, report } = await cleaned([image, signatureOf('pr-1'), 'pr-2']);
      await undo(quay, report, { 'exclude-tags': 'pr-2' });
      expect(quay.alive('acme/web')).toEqual(['pr-1', signatureOf('pr-1')]);
    });
  });
});

test('restoring by pattern and time brings back the newest dead row of a name, without its expiration, and says so', async () => {
  const dead = (name: string, digest: string, daysAgo: number) => ({
    name,
    digest: digestFor(digest),
    lastModified: now() - 9 * DAY,
    deletedAt: now() - daysAgo * DAY,
  });
  const quay = await quayWithTags([
    'latest',
    { ...dead('pr-1', 'older', 0.9), lastModified: now() - 10 * DAY },
    dead('pr-1', 'newer', 0.5),
    dead('pr-2', 'long ago', 3),
    dead('pr-3-keep', 'excluded', 0.1),
  ]);
  const run = await restore(quay, { repository: 'acme/web', tags: 'pr-*', 'exclude-tags': '*-keep' });
  expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
  expect(quay.digestOf('acme/web', 'pr-1')).toBe(digestFor('newer'));
  expect(run.log).toContain('Restoring from a report sets their expirations again.');
});

test.each([
  [{ repository: 'acme/web', tags: 'pr-* older-than=7d' }, ['has conditions, which only a cleanup judges']],
  [{ token: '' }, ['`token` is required', '`repository` is required', '`tags` is required']],
])('a restore is refused before the first request: %j', async (inputs, words) => {
  const quay = await quayWithTags([]);
  const run = await restore(quay, inputs, { fails: true });
  for (const says of words) expect(run.log).toContain(says);
  expect(quay.requests).toEqual([]);
});

test('a restore that was refused retries nothing more', async () => {
  const { quay, report } = await cleaned(['pr-1']);
  quay.fault({ path: /onlyActiveTags/, fault: { ...NO, status: 401 } });
  quay.fault({ path: /\/tag\/\?/, fault: { kind: 'status', status: 500 } });
  const run = await undo(quay, report, {}, { environment: { RUNNER_DEBUG: '1' }, fails: true });
  expect(run.log).toContain(`The token was refused by ${quay.host} (401)`);
  // A retry on the closed connection would reach no server, and stands in the log alone.
  expect(run.log).toMatch(/::debug::GET .*attempt 1/);
  expect(run.log).not.toMatch(/attempt [2-9]/);
});

describe('an expiration', () => {
  test.each<[string, number, string, number | undefined]>([
    ['that has passed', now() - HOUR, 'has passed, so it does not expire now', undefined],
    ['within the hour', now() + 600, 'Quay will expire it an hour from now', now() + HOUR],
  ])('%s is told, and is not what it was', async (_, at, says, end) => {
    const { quay, report } = await cleaned(['pr-1']);
    const changed = JSON.parse(report);
    changed.repositories[0].tags[0].expiration = new Date(at * 1000).toISOString();
    const run = await undo(quay, JSON.stringify(changed));
    expect(run.log).toContain(says);
    expect(run.summary).toContain(says);
    if (end === undefined) expect(endOf(quay, 'pr-1')).toBeUndefined();
    else expect(Number(endOf(quay, 'pr-1'))).toBeGreaterThan(end - 120);
  });

  test('that cannot be set is a warning, and is given when the undo is run again', async () => {
    const { quay, report } = await cleaned(['pr-1', 'pr-2']);
    quay.fault({ method: 'PUT', times: 1, fault: NO });
    const run = await undo(quay, report);
    expect(run.list('restored')).toHaveLength(2);
    expect(run.list('failed')).toEqual([]);
    expect(run.log).toMatch(/^::warning::acme\/web:pr-1: Its expiration .* could not be set/m);
    expect(run.summary).toContain('could not be set');
    expect(endOf(quay, 'pr-1')).toBeUndefined();
    await undo(quay, report);
    expect(endOf(quay, 'pr-1')).toBe(IN_NINE_DAYS);
  });

  test('whose tag is not seen yet right after its restore is asked for again', async () => {
    const { quay, report } = await cleaned(['pr-1']);
    const body = JSON.stringify({ status: 404, error_type: 'not_found', title: 'not_found' });
    quay.fault({ method: 'PUT', times: 2, fault: { kind: 'status', status: 404, body } });
    const run = await undo(quay, report);
    expect(run.log).not.toContain('::warning');
    expect(endOf(quay, 'pr-1')).toBe(IN_NINE_DAYS);
  });
});

describe('although lists lag, an undo', () => {
  test.each([100, 3000, 30_000])('brings everything back: %i ms', async (lag) => {
    const expiring = { name: 'pr-3', lastModified: now() - DAY, expiration: IN_NINE_DAYS };
    const { quay, clock } = await clockedQuay(['pr-1', 'pr-2', 'latest', expiring]);
    quay.lag(lag);
    const { report } = await cleanUp(quay, { tags: 'pr-*' }, { clock });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    const run = await undo(quay, report, {}, { clock });
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2', 'pr-3']);
    expect(run.list('restored')).toHaveLength(3);
    expect(run.log.includes('run this again in a few minutes')).toBe(lag > 10_000);
    quay.lag(0);
    expect(endOf(quay, 'pr-3')).toBe(IN_NINE_DAYS);
  });

  test('of a run that was cancelled brings back a signature that went with its image', async () => {
    const { quay, clock } = await clockedQuay([], { lagMs: 3000 });
    addSigned(quay, 1);
    const before = quay.alive('acme/web');
    const cancel = atDelete(quay, (_, { signal }) => signal());
    const { report } = await cleanUp(quay, { tags: 'pr-*' }, { clock, ...cancel, fails: true });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(reported(report, signatureOf('pr-1'))?.outcome).toBe('unknown');
    await undo(quay, report, {}, { clock });
    expect(quay.alive('acme/web')).toEqual(before);
  });

  test.each([0, 3000, 30_000])('of a robot, who sees names alone, brings all back: %i ms', async (lagMs) => {
    const { quay, clock } = await clockedQuay([], { lagMs });
    addSigned(quay, 2);
    const before = quay.alive('acme/web');
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' }, { clock });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(run.list('remaining')).toContain('acme/web:latest');
    expect(run.log.includes('may be shown as remaining')).toBe(lagMs > 10_000);
    expect(run.list('deleted')).toHaveLength(lagMs > 10_000 ? 2 : 4);
    expect(quay.pullsOf('acme/web')).toBe(0);
    if (lagMs > 10_000) clock.advance(lagMs);
    await undo(quay, run.report, {}, { clock });
    expect(quay.alive('acme/web')).toEqual(before);
  });
});
