import { describe, expect, test } from '@jest/globals';
import { cleanUp, endsWithTest, quayWithTags, requestsOf, TOKEN } from '../support/fixture.ts';
import { startQuay } from '../support/quay/simulator.ts';
import type { FinishedRun } from '../support/run-action.ts';

/** All that a run wrote, without the lines in which it tells the runner what to mask. */
function written(run: FinishedRun): string {
  return run.everything.replaceAll(/^::add-mask::.*$/gm, '');
}

describe('a secret', () => {
  test('is masked before anything else is printed', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.log.split('\n')[0]).toBe(`::add-mask::${TOKEN}`);
    expect(written(run)).not.toContain(TOKEN);
  });

  test.each([400, 401, 403, 404, 500])(
    'that a server sends back with a %i stands nowhere',
    async (status) => {
      const quay = await quayWithTags(['pr-1', 'pr-2']);
      const body = JSON.stringify({ message: `You sent Bearer ${TOKEN}`, detail: `${TOKEN}` });
      quay.fault({ method: 'DELETE', fault: { kind: 'status', status, body, headers: { 'x-echo': TOKEN } } });
      const run = await cleanUp(quay, { tags: 'pr-*' }, { environment: { RUNNER_DEBUG: '1' } });
      expect(written(run)).not.toContain(TOKEN);
    },
  );

  test('never follows a redirect to another origin', async () => {
    const quay = await quayWithTags(['pr-1']);
    const elsewhere = endsWithTest(await startQuay());
    quay.fault({ path: /\/tag\//, fault: { kind: 'redirect', location: `${elsewhere.url}/api/v1/` } });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`redirects to ${elsewhere.url}`);
    expect(elsewhere.requests).toEqual([]);
  });

  test('with step debug on, every request has a line and no credential', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*' }, { environment: { RUNNER_DEBUG: '1' } });
    const lines = run.log.split('\n').filter((line) => line.startsWith('::debug::') && line.includes('→'));
    expect(lines).toHaveLength(requestsOf(quay).split('\n').length);
    expect(written(run)).not.toContain(TOKEN);
  });
});

describe('20,000 remaining tags with long names', () => {
  test('leave a summary that GitHub takes, and say where the whole list is', async () => {
    const quay = await quayWithTags(['pr-1']);
    quay.addTags(
      'acme/web',
      Array.from({ length: 20_000 }, (_, index) => ({
        name: `${String(index).padStart(6, '0')}-${'x'.repeat(121)}`,
      })),
    );
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(Buffer.byteLength(run.summary)).toBeLessThan(1024 * 1024);
    expect(run.summary).toContain('report');
    expect(run.outputs['remaining']).toBe('');
    expect(run.outputs['remaining-count']).toBe('20000');
    expect(run.log).toMatch(/^::warning::.*`remaining`.*`report`/m);
  });
});
