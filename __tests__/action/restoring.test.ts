import { describe, expect, test } from '@jest/globals';
import { JumpingClock } from '../support/clock.ts';
import { cleanUp, DAY, HOUR, now, quayWithTags, ROBOT, reported, restore, undo } from '../support/fixture.ts';
import { quayWithSigned, signatureOf } from '../support/images.ts';
import type { QuaySimulator } from '../support/quay/simulator.ts';
import { digestFor } from '../support/quay/state.ts';
import { previews } from '../support/quay/tags.ts';
import type { RunningAction } from '../support/run-bundle.ts';

describe('restoring', () => {
  test('by a report brings back exactly what that run deleted', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'latest']);
    quay.addTag('acme/web', { name: 'pr-0', deletedAt: now() - 60, lastModified: now() - DAY });
    const digest = quay.digestOf('acme/web', 'pr-1');
    const cleanup = await cleanUp(quay, { tags: 'pr-*' });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    const run = await undo(quay, cleanup.report);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2']);
    expect(quay.digestOf('acme/web', 'pr-1')).toBe(digest);
    expect(run.list('restored')).toEqual(expect.arrayContaining(['acme/web:pr-1', 'acme/web:pr-2']));
  });

  test('by a report brings back what stood there when the run deleted it, not what it had listed', async () => {
    const quay = await quayWithTags(['latest']);
    const expiration = now() + DAY;
    quay.addTag('acme/web', { name: 'pr-1', digest: digestFor('listed'), expiration });
    let isPushed = false;
    quay.onRequest(({ method }) => {
      if (isPushed || method !== 'DELETE') return;
      isPushed = true;
      quay.push('acme/web', 'pr-1', digestFor('pushed again'));
    });
    const cleanup = await cleanUp(quay, { tags: 'pr-*' });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    await undo(quay, cleanup.report);
    expect(quay.digestOf('acme/web', 'pr-1')).toBe(digestFor('pushed again'));
    expect(quay.row('acme/web', 'pr-1')?.['end_ts']).toBeUndefined();
  });

  test('by pattern and time brings back the newest dead row of a name', async () => {
    const quay = await quayWithTags(['latest']);
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: digestFor('older'), lastModified: now() - 5 * DAY, deletedAt: now() - 4 * DAY },
      { name: 'pr-1', digest: digestFor('newer'), lastModified: now() - 4 * DAY, deletedAt: now() - 3600 },
      { name: 'pr-2', lastModified: now() - 9 * DAY, deletedAt: now() - 3 * DAY },
      { name: 'pr-3-keep', lastModified: now() - 9 * DAY, deletedAt: now() - 60 },
    ]);
    const run = await restore(quay, { repository: 'acme/web', tags: 'pr-*', 'exclude-tags': '*-keep' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
    expect(quay.digestOf('acme/web', 'pr-1')).toBe(digestFor('newer'));
  });

  test('never touches a name that lives', async () => {
    const quay = await quayWithTags(['pr-1']);
    const cleanup = await cleanUp(quay, { tags: 'pr-*' });
    quay.push('acme/web', 'pr-1', digestFor('pushed again'));
    const run = await undo(quay, cleanup.report);
    expect(run.exitCode).toBe(0);
    expect(quay.digestOf('acme/web', 'pr-1')).toBe(digestFor('pushed again'));
    expect(quay.requests.some(({ method }) => method === 'POST')).toBe(false);
    expect(run.list('restored')).toEqual([]);
  });

  test('changes nothing in a dry run', async () => {
    const quay = await quayWithTags(['pr-1']);
    const cleanup = await cleanUp(quay, { tags: 'pr-*' });
    const run = await undo(quay, cleanup.report, { 'dry-run': 'true' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([]);
    expect(run.summary).toContain('pr-1');
  });

  test('says of each tag that could not come back why, and goes on', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3']);
    const cleanup = await cleanUp(quay, { tags: 'pr-*' });
    quay.fault({
      method: 'POST',
      path: /pr-1/,
      fault: { kind: 'status', status: 404, body: '{"error_type": "not_found"}' },
    });
    quay.fault({
      method: 'POST',
      path: /pr-2/,
      fault: { kind: 'status', status: 409, body: '{"error_type": "tag_immutable"}' },
    });
    const run = await undo(quay, cleanup.report);
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['pr-3']);
    expect(run.list('failed')).toHaveLength(2);
    expect(run.log).toContain("the time machine's window is over");
    expect(run.log).toContain('which is immutable (409)');
  });

  test.each([
    { name: 'of a newer version', text: '{"version":2}', says: 'newer version' },
    { name: 'that is not JSON', text: 'hello', says: 'not JSON' },
  ])('refuses a report $name', async ({ text, says }) => {
    const quay = await quayWithTags([]);
    const run = await undo(quay, text);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(says);
    expect(quay.requests).toEqual([]);
  });

  test('takes patterns alone: a condition is refused before the first request', async () => {
    const quay = await quayWithTags([]);
    const run = await restore(quay, { repository: 'acme/web', tags: 'pr-* older-than=7d\nv*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      '`tags`: "pr-* older-than=7d" has conditions, which only a cleanup judges. Write the pattern alone: "pr-*".',
    );
    expect(quay.requests).toEqual([]);
  });

  test('needs to be told what to restore', async () => {
    const quay = await quayWithTags([]);
    const run = await restore(quay, { token: '' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('`token` is required');
    expect(run.log).toContain('`repository` is required');
    expect(run.log).toContain('`tags` is required');
  });
});

test('the progress of a restore counts all repositories together', async () => {
  const quay = await quayWithTags([]);
  for (const repository of ['acme/web', 'acme/api']) {
    if (repository !== 'acme/web') quay.addRepository(repository);
    const dead = previews(40).map((tag) => ({ ...tag, lastModified: now() - DAY, deletedAt: now() - 60 }));
    quay.addTags(repository, dead);
  }
  const clock = new JumpingClock(quay);
  quay.onRequest(({ method }) => {
    if (method === 'POST') clock.advance(500);
  });
  const inputs = { repository: 'acme/web\nacme/api', tags: 'pr-*', concurrency: '2' };
  const run = await restore(quay, inputs, { clock });
  expect(run.exitCode).toBe(0);
  const lines = [...run.log.matchAll(/^Restored (\d+) of (\d+) tags/gm)];
  expect(lines.at(-1)?.[2]).toBe('80');
  const done = lines.map(([, count]) => Number(count));
  expect(done.length).toBeGreaterThan(2);
  expect(done).toEqual(done.toSorted((one, other) => one - other));
});

const endOf = (quay: QuaySimulator, tag: string) => quay.row('acme/web', tag)?.['end_ts'];

/** The same report of a run that began and ended earlier. */
function withExpiration(report: string | undefined, tag: string, expiration: number): string {
  const parsed = JSON.parse(report ?? '');
  for (const entry of parsed.repositories[0].tags)
    if (entry.name === tag) entry.expiration = new Date(expiration * 1000).toISOString();
  return JSON.stringify(parsed);
}

/** A run that deleted `pr-1`, which was to expire. */
async function deleted(expiration: number): Promise<{
  readonly quay: QuaySimulator;
  readonly report: string | undefined;
}> {
  const quay = await quayWithTags(['pr-2', 'latest']);
  quay.addTag('acme/web', { name: 'pr-1', lastModified: now() - DAY, expiration });
  const { report } = await cleanUp(quay, { tags: 'pr-*' });
  expect(quay.alive('acme/web')).toEqual(['latest']);
  return { quay, report };
}

describe('an expiration', () => {
  test('comes back with its tag, and only with that', async () => {
    const expiration = now() + 9 * DAY;
    const { quay, report } = await deleted(expiration);
    const run = await undo(quay, report);
    expect(run.exitCode).toBe(0);
    expect(endOf(quay, 'pr-1')).toBe(expiration);
    expect(endOf(quay, 'pr-2')).toBeUndefined();
    expect(run.summary).toContain('Expires (UTC)');
    expect(run.log).not.toContain('::warning');
  });

  test('that has passed does not, which is said', async () => {
    const { quay, report } = await deleted(now() + 9 * DAY);
    const run = await undo(quay, withExpiration(report, 'pr-1', now() - HOUR));
    expect(run.exitCode).toBe(0);
    expect(endOf(quay, 'pr-1')).toBeUndefined();
    expect(run.log).toContain('UTC) has passed, so it does not expire now');
    expect(run.summary).toContain('has passed, so it does not expire now');
    expect(quay.requests.some(({ method }) => method === 'PUT')).toBe(false);
  });

  test('within the hour is an hour from now, which is said', async () => {
    const { quay, report } = await deleted(now() + 9 * DAY);
    const run = await undo(quay, withExpiration(report, 'pr-1', now() + 600));
    expect(run.exitCode).toBe(0);
    expect(Number(endOf(quay, 'pr-1'))).toBeGreaterThan(now() + HOUR - 120);
    expect(run.log).toContain('Quay will expire it an hour from now');
  });

  test('of many tags that cannot be set is ten warnings, and the rest stands in a group of the log', async () => {
    const quay = await quayWithTags([]);
    const expiration = now() + 9 * DAY;
    const names = Array.from({ length: 13 }, (_, index) => `pr-${index}`);
    quay.addTags(
      'acme/web',
      names.map((name) => ({ name, lastModified: now() - DAY, expiration })),
    );
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    quay.fault({ method: 'PUT', fault: { kind: 'status', status: 400, body: '{"message": "No."}' } });
    const run = await undo(quay, report);
    expect(run.list('restored')).toHaveLength(13);
    expect(run.log.match(/^::warning::/gm)).toHaveLength(10);
    expect(run.log).toMatch(/^::group::3 more warnings\n(acme\/web:pr-.*\n){3}::endgroup::$/m);
  });

  test('that cannot be set is a warning, and the tag is restored', async () => {
    const { quay, report } = await deleted(now() + 9 * DAY);
    quay.fault({ method: 'PUT', fault: { kind: 'status', status: 400, body: '{"message": "No."}' } });
    const run = await undo(quay, report);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2']);
    expect(run.list('restored')).toHaveLength(2);
    expect(run.list('failed')).toEqual([]);
    expect(run.log).toMatch(/^::warning::acme\/web:pr-1: Its expiration .* could not be set/m);
    expect(run.summary).toContain('could not be set');
  });

  test('cannot be known by pattern, which is said', async () => {
    const { quay } = await deleted(now() + 9 * DAY);
    const run = await restore(quay, { repository: 'acme/web', tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2']);
    expect(run.log).toContain('Restoring from a report sets their expirations again.');
  });
});

describe('a report', () => {
  async function twoRepositories(): Promise<{
    readonly quay: QuaySimulator;
    readonly report: string | undefined;
  }> {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-30']);
    quay.addRepository('acme/api');
    quay.addTag('acme/api', { name: 'pr-1' });
    const { report } = await cleanUp(quay, { repository: 'acme/*', tags: 'pr-*' });
    return { quay, report };
  }

  test.each([
    { inputs: { repository: 'acme/web' }, web: ['pr-1', 'pr-2', 'pr-30'], api: [] },
    { inputs: { tags: 'pr-?' }, web: ['pr-1', 'pr-2'], api: ['pr-1'] },
    { inputs: { 'exclude-tags': 'pr-1' }, web: ['pr-2', 'pr-30'], api: [] },
    { inputs: { repository: 'acme/web', tags: 'pr-?', 'exclude-tags': 'pr-1' }, web: ['pr-2'], api: [] },
  ])('is narrowed by $inputs', async ({ inputs, web, api }) => {
    const { quay, report } = await twoRepositories();
    const run = await undo(quay, report, inputs);
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(web);
    expect(quay.alive('acme/api')).toEqual(api);
  });

  test('that has no such repository says so', async () => {
    const { quay, report } = await twoRepositories();
    const run = await undo(quay, report, { repository: 'acme/wbe\nacme/api' });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/api')).toEqual(['pr-1']);
    expect(run.log).toContain('The report names no repository acme/wbe');
    expect(run.summary).toContain('The report names no repository acme/wbe');
  });

  test('brings nothing back that it does not name, whatever the pattern', async () => {
    const { quay, report } = await twoRepositories();
    quay.addTag('acme/web', { name: 'pr-4', lastModified: now() - DAY, deletedAt: now() - 60 });
    await undo(quay, report, { tags: 'pr-*' });
    expect(quay.alive('acme/web')).toEqual(['pr-1', 'pr-2', 'pr-30']);
  });

  test('without signatures brings those back that no exclusion names', async () => {
    const quay = await quayWithTags([]);
    const signature = `${digestFor('pr-1').replace(':', '-')}.sig`;
    quay.addTags('acme/web', [
      { name: 'pr-1', digest: digestFor('pr-1') },
      { name: signature },
      { name: 'pr-2' },
    ]);
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    await undo(quay, report, { 'exclude-tags': 'pr-2' });
    expect(quay.alive('acme/web')).toEqual(['pr-1', signature]);
  });

  test.each([
    { of: 'a dry run', inputs: { 'dry-run': 'true' }, says: 'The report is from a dry run' },
    { of: 'expire-in', inputs: { 'expire-in': '3d' }, says: 'The report is from a run with `expire-in`' },
  ])('of $of says why there is nothing to do', async ({ inputs, says }) => {
    const quay = await quayWithTags(['pr-1']);
    const { report } = await cleanUp(quay, { tags: 'pr-*', ...inputs });
    quay.reset();
    const run = await undo(quay, report);
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain(says);
    expect(run.summary).toContain('The report is from');
    expect(quay.requests).toEqual([]);
  });
});

describe('a restore', () => {
  test('leaves a tag alone that was pushed after the history was read, and shows its digest', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    quay.onRequest(({ path }) => {
      if (path.includes('filter_tag_name=eq%3Apr-1')) quay.push('acme/web', 'pr-1', digestFor('pushed'));
    });
    const run = await undo(quay, report);
    expect(run.exitCode).toBe(0);
    expect(quay.digestOf('acme/web', 'pr-1')).toBe(digestFor('pushed'));
    expect(run.list('restored')).toEqual(['acme/web:pr-2']);
    expect(run.summary).toContain('Existing tags, unchanged');
    expect(run.summary).toContain(digestFor('pushed').slice(7, 19));
  });

  test('shows the digest that exists of a tag that was pushed before', async () => {
    const quay = await quayWithTags(['pr-1']);
    const digest = quay.digestOf('acme/web', 'pr-1') ?? '';
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    quay.push('acme/web', 'pr-1', digestFor('pushed'));
    const run = await undo(quay, report);
    expect(run.summary).toContain(digestFor('pushed').slice(7, 19));
    expect(run.summary).not.toContain(digest.slice(7, 19));
  });

  test('that was refused retries nothing more', async () => {
    const quay = await quayWithTags(['pr-1']);
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    quay.reset();
    quay.fault({
      path: /onlyActiveTags/,
      fault: { kind: 'status', status: 401, body: '{"message": "No."}' },
    });
    quay.fault({ path: /\/tag\/\?/, fault: { kind: 'status', status: 500 } });
    const run = await undo(quay, report, {}, { environment: { RUNNER_DEBUG: '1' } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`The token was refused by ${quay.host} (401)`);
    // A retry on the closed connection would reach no server, and stands in the log alone.
    expect(run.log).toMatch(/::debug::GET .*attempt 1/);
    expect(run.log).not.toMatch(/attempt [2-9]/);
  });

  test('ends at once when nothing listens there', async () => {
    const quay = await quayWithTags(['pr-1']);
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    await quay.stop();
    const run = await undo(quay, report);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(quay.host);
    expect(run.log).not.toMatch(/^\s+at .*:\d+/m);
  });
});

describe('an undo', () => {
  test.each([100, 3000, 30_000])('brings everything back although lists lag by %i ms', async (lag) => {
    const clock = new JumpingClock();
    const quay = await quayWithTags(['pr-1', 'pr-2', 'latest'], { now: () => clock.time() / 1000 });
    clock.watch(quay);
    const expiration = now() + 9 * DAY;
    quay.addTag('acme/web', { name: 'pr-3', lastModified: now() - DAY, expiration });
    clock.advance(60_000);
    quay.lag(lag);
    const { report } = await cleanUp(quay, { tags: 'pr-*' }, { clock });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    const run = await undo(quay, report, {}, { clock });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2', 'pr-3']);
    expect(run.list('restored')).toHaveLength(3);
    expect(run.log.includes('run this again in a few minutes')).toBe(lag > 10_000);
    quay.lag(0);
    expect(endOf(quay, 'pr-3')).toBe(expiration);
  });

  test('of a run that was cancelled brings back a signature that went with its image, although lists lag', async () => {
    const clock = new JumpingClock();
    const quay = await quayWithSigned(1, { now: () => clock.time() / 1000, lagMs: 3000 });
    clock.watch(quay);
    clock.advance(60_000);
    const before = quay.alive('acme/web');
    let end = () => {};
    quay.onRequest(({ method }) => {
      if (method === 'DELETE') end();
    });
    const onStart = ({ signal }: RunningAction) => {
      end = signal;
    };
    const { report } = await cleanUp(quay, { tags: 'pr-*' }, { clock, onStart });
    expect(quay.alive('acme/web')).toEqual(['latest']);
    expect(reported(report, signatureOf('pr-1'))?.outcome).toBe('unknown');
    await undo(quay, report, {}, { clock });
    expect(quay.alive('acme/web')).toEqual(before);
  });

  test.each([0, 3000, 30_000])(
    'of a robot, who sees names alone, brings back tags and signatures although lists lag by %i ms',
    async (lagMs) => {
      const clock = new JumpingClock();
      const quay = await quayWithSigned(2, { now: () => clock.time() / 1000, lagMs });
      clock.watch(quay);
      clock.advance(60_000);
      const before = quay.alive('acme/web');
      const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' }, { clock });
      expect(quay.alive('acme/web')).toEqual(['latest']);
      expect(run.list('remaining').includes('acme/web:latest')).toBe(true);
      expect(run.log.includes('may be shown as remaining')).toBe(lagMs > 10_000);
      expect(run.list('deleted')).toHaveLength(lagMs > 10_000 ? 2 : 4);
      if (lagMs > 10_000) clock.advance(lagMs);
      await undo(quay, run.report, {}, { clock });
      expect(quay.alive('acme/web')).toEqual(before);
    },
  );

  test('that was ended half-way gives the missing expirations when it is run again', async () => {
    const expiration = now() + 9 * DAY;
    const { quay, report } = await deleted(expiration);
    quay.fault({
      method: 'PUT',
      times: 1,
      fault: { kind: 'status', status: 400, body: '{"message": "No."}' },
    });
    await undo(quay, report);
    expect(endOf(quay, 'pr-1')).toBeUndefined();
    const again = await undo(quay, report);
    expect(again.exitCode).toBe(0);
    expect(endOf(quay, 'pr-1')).toBe(expiration);
  });

  test('asks again for an expiration whose tag is not seen yet right after its restore', async () => {
    const expiration = now() + 9 * DAY;
    const { quay, report } = await deleted(expiration);
    const body = JSON.stringify({ status: 404, error_type: 'not_found', title: 'not_found' });
    quay.fault({ method: 'PUT', times: 2, fault: { kind: 'status', status: 404, body } });
    const run = await undo(quay, report, {});
    expect(run.exitCode).toBe(0);
    expect(run.log).not.toContain('::warning');
    expect(endOf(quay, 'pr-1')).toBe(expiration);
  });

  test('looks at each name right before it restores it', async () => {
    const quay = await quayWithTags([]);
    quay.addTags('acme/web', previews(30));
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    quay.reset();
    await undo(quay, report, { concurrency: '1' });
    const posts = quay.requests.flatMap(({ method, path }, index) => {
      const [, name = ''] = /\/tag\/([^/]+)\/restore$/.exec(path) ?? [];
      return method === 'POST' ? [{ name, before: quay.requests.slice(index - 2, index) }] : [];
    });
    expect(posts).toHaveLength(30);
    // One other may leave while the answer to the look is read.
    for (const { name, before } of posts)
      expect(before.some(({ path }) => path.endsWith(`filter_tag_name=eq%3A${name}`))).toBe(true);
  });

  test('from a forged report brings a name back on no digest that it never had, and the others all the same', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3', 'latest']);
    const { report } = await cleanUp(quay, { tags: 'pr-*' });
    const forged = JSON.parse(report ?? '');
    // As of a run that was over before the tag was deleted.
    forged.startedAt = forged.finishedAt = new Date((now() - HOUR) * 1000).toISOString();
    const [repository] = forged.repositories;
    const row = (name: string) => repository.tags.find((tag: { name: string }) => tag.name === name);
    row('pr-1').digest = quay.digestOf('acme/web', 'latest');
    repository.tags.push({ ...row('pr-2') }, { ...row('pr-3'), name: 7 });
    const run = await undo(quay, JSON.stringify(forged));
    expect(run.exitCode).toBe(1);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-2', 'pr-3']);
    expect(run.list('failed')).toEqual(['acme/web:pr-1']);
    expect(run.log).toContain('does not show sha256:');
    expect(run.log).toContain('That entry is left out.');
    expect(
      quay.requests.filter(({ method, path }) => method === 'POST' && path.includes('/pr-2/')),
    ).toHaveLength(1);
  });
});
