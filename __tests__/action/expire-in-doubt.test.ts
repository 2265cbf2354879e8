import { describe, expect, test } from '@jest/globals';
import { boundLife, DAY, endOf, HOUR, now, putsOf, reportedExpiry } from '../support/expirations.ts';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { digestFor } from '../support/quay/state.ts';
import { Process } from '../support/signed-images.ts';

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
    expect(putsOf(quay)).toEqual(['pr-3', 'pr-2']);
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
    expect(putsOf(quay)).toEqual(['pr-3', 'pr-2']);
    expect(run.log).toContain('The registry set an earlier expiration than asked for: acme/web:pr-2');
    expect(quay.digestOf('acme/web', 'pr-3')).toBe(digestFor('pushed'));
    expect(endOf(quay, 'pr-1')).toBeUndefined();
    expect(reportedExpiry(run.report, 'pr-3')?.outcome).toBe('kept');
  });

  test('fails for each tag that the list shows to end earlier than asked, or not at all', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'pr-3', 'pr-4']);
    const early = now() + 5 * HOUR;
    quay.onRequest((request) => {
      if (request.method !== 'PUT' || !request.path.endsWith('pr-1')) return;
      Object.assign(request, { body: JSON.stringify({ expiration: early }) });
    });
    quay.fault({ method: 'PUT', path: /pr-2$/, fault: { kind: 'status', status: 201, body: '"Updated"' } });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(1);
    expect([...run.list('failed')].sort()).toEqual(['acme/web:pr-1', 'acme/web:pr-2']);
    expect(run.log).toContain('The registry set an earlier expiration than asked for.');
    expect(run.log).toContain('The registry said that the expiration was set, but lists none.');
    expect(reportedExpiry(run.report, 'pr-3')?.outcome).toBe('expiring');
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
    expect(reportedExpiry(run.report, 'pr-1')).toMatchObject({ outcome: 'kept', expiration: null });
    expect(reportedExpiry(run.report, 'pr-2')?.outcome).toBe('expiring');
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
    expect(reportedExpiry(run.report, 'pr-2')?.outcome).toBe('unknown');
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
    expect(Date.parse(reportedExpiry(finished.report, 'pr-4')?.expiration ?? '')).toBe(end * 1000);
    expect(finished.summary).toContain('the times shown are those that were asked for');
    expect(finished.log).toContain('the times shown are those that were asked for');
  });
});
