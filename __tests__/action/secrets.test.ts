import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags, reported, requestsOf, TOKEN, undo, written } from '../support/fixture.ts';
import { startQuay } from '../support/quay/simulator.ts';
import { endsWithTest } from '../support/resources.ts';

describe('a secret', () => {
  test('is masked before anything else is printed', async () => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.log.split('\n')[0]).toBe(`::add-mask::${TOKEN}`);
    expect(written(run)).not.toContain(TOKEN);
  });

  test.each([400, 403, 500])('that a server sends back with a %i stands nowhere', async (status) => {
    const quay = await quayWithTags(['pr-1', 'pr-2']);
    const body = JSON.stringify({ message: `You sent Bearer ${TOKEN}`, detail: `${TOKEN}` });
    quay.fault({ method: 'DELETE', fault: { kind: 'status', status, body, headers: { 'x-echo': TOKEN } } });
    const run = await cleanUp(quay, { tags: 'pr-*' }, { environment: { RUNNER_DEBUG: '1' } });
    expect(written(run)).not.toContain(TOKEN);
  });

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

const PLAIN = 'Zq7wXe9rTy2uIo4pAs6dFg8hJk1lZx3cVb5n';

test('a secret that a message cuts off stands nowhere, wherever it is cut', async () => {
  const before = Array.from({ length: 24 }, (_, index) => 'x '.repeat(3 * index));
  const quay = await quayWithTags(before.map((_, index) => `pr-${index}`));
  before.forEach((text, index) => {
    const body = JSON.stringify({ message: `${text}${PLAIN} and more` });
    const path = new RegExp(`/pr-${index}$`);
    quay.fault({ method: 'DELETE', path, fault: { kind: 'status', status: 400, body } });
  });
  const run = await cleanUp(quay, { tags: 'pr-*', 'github-token': PLAIN, concurrency: '1' });
  expect(run.list('failed')).toHaveLength(before.length);
  expect(written(run)).not.toContain(PLAIN.slice(0, 12));
});

test('the password of a proxy that comes back stands nowhere', async () => {
  const quay = await quayWithTags(['pr-1', 'latest']);
  const body = JSON.stringify({ message: 'You sent proxy/pass-0123 .' });
  quay.fault({ method: 'DELETE', fault: { kind: 'status', status: 400, body } });
  const HTTPS_PROXY = 'http://jane:proxy%2Fpass-0123@proxy.invalid:3128';
  const run = await cleanUp(quay, { tags: 'pr-*' }, { environment: { HTTPS_PROXY, NO_PROXY: '*' } });
  expect(run.log).toContain('You sent');
  expect(written(run)).not.toContain('proxy/pass-0123');
});

describe('a secret that stands in names', () => {
  test('is masked where people read, and damages nothing that a machine reads', async () => {
    const name = `pr-${PLAIN}`;
    const repository = `acme/web-${PLAIN.toLowerCase()}`;
    const quay = await quayWithTags([]);
    quay.addRepository(repository);
    quay.addTags(repository, [{ name }, { name: `keep-${PLAIN}` }]);
    const run = await cleanUp(quay, { repository: 'acme/web-*', tags: 'pr-*', 'github-token': PLAIN });
    expect(run.exitCode).toBe(0);
    expect(quay.alive(repository)).toEqual([`keep-${PLAIN}`]);
    const log = run.log.replaceAll(/^::add-mask::.*$/gm, '');
    expect(`${log}${run.summary}`.toLowerCase()).not.toContain(PLAIN.toLowerCase());
    expect(run.list('deleted')).toEqual([`${repository}:${name}`]);
    expect(run.list('remaining')).toEqual([`${repository}:keep-${PLAIN}`]);
    expect(reported(run.report, name)?.outcome).toBe('deleted');
    await undo(quay, run.report);
    expect(quay.alive(repository)).toEqual([`keep-${PLAIN}`, name].sort());
  });

  test.each(['1', 'e', 'sha256', 'delete', 'deleted', 'pr', 'acme'])(
    'such as %j, the password of a proxy, leaves a report that undoes the run',
    async (password) => {
      const quay = await quayWithTags(['pr-1', 'latest']);
      const environment = { HTTPS_PROXY: `http://jane:${password}@proxy.invalid:3128`, NO_PROXY: '*' };
      const run = await cleanUp(quay, { tags: 'pr-*' }, { environment });
      expect(run.exitCode).toBe(0);
      expect(run.list('deleted')).toEqual(['acme/web:pr-1']);
      expect(run.outputs['deleted-count']).toBe('1');
      await undo(quay, run.report, {}, { environment });
      expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1']);
    },
  );
});
