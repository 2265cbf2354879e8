import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags, reported, requestsOf, TOKEN, undo, written } from '../support/fixture.ts';
import { startQuay } from '../support/quay/simulator.ts';
import { endsWithTest } from '../support/resources.ts';
import type { FinishedRun } from '../support/run-bundle.ts';

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

/** Holds what the encodings differ in. */
const SECRET = 'aB3"dEf/gHi+jKl=mNo&pQr\\sTu<vWx';
const PLAIN = 'Zq7wXe9rTy2uIo4pAs6dFg8hJk1lZx3cVb5n';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** What a server sends back of a secret, and how. */
type Form = readonly [how: string, form: string];

/** A run in which every form comes back, each in the refusal of another tag. */
async function runWith(secret: string, forms: readonly Form[]): Promise<FinishedRun> {
  const quay = await quayWithTags([...forms.map((_, index) => `pr-${index}`), 'latest']);
  forms.forEach(([, form], index) => {
    // Split by a character that none of the forms has, so that only masking hides it.
    const body = JSON.stringify({ message: `You sent ${form} .` });
    quay.fault({
      method: 'DELETE',
      path: new RegExp(`/pr-${index}$`),
      fault: { kind: 'status', status: 400, body },
    });
  });
  const inputs = { tags: 'pr-*', 'github-token': secret, concurrency: '1' };
  const run = await cleanUp(quay, inputs, { environment: { RUNNER_DEBUG: '1' } });
  expect(run.exitCode).toBe(1);
  expect(run.list('failed')).toHaveLength(forms.length);
  return run;
}

function standing(run: FinishedRun, forms: readonly Form[]): readonly string[] {
  const text = written(run);
  const spellings = (form: string) => [form, JSON.stringify(form).slice(1, -1)];
  return forms.filter(([, form]) => spellings(form).some((one) => text.includes(one))).map(([how]) => how);
}

test('a secret that a server sends back stands nowhere, whatever its form', async () => {
  const forms: readonly Form[] = [
    ['as it is', SECRET],
    ['in upper case', SECRET.toUpperCase()],
    ['in lower case', SECRET.toLowerCase()],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['percent-encoded in lower case', encodeURIComponent(SECRET).toLowerCase()],
    ['wholly percent-encoded', [...Buffer.from(SECRET)].map((byte) => `%${byte.toString(16)}`).join('')],
    ['escaped for JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['in base64', base64(SECRET)],
    ['in base64, behind something', base64(`acme+ci:${SECRET}`)],
    ['in base64, behind something else', base64(`x:${SECRET}`)],
    ['in base64 for URLs', Buffer.from(SECRET).toString('base64url')],
    ['cut off', SECRET.slice(0, 16)],
    ['percent-encoded and cut off', encodeURIComponent(SECRET).slice(0, 20)],
    ['in base64 and cut off', base64(SECRET).slice(0, 20)],
  ];
  const run = await runWith(SECRET, forms);
  expect(run.report?.match(/You sent/g)?.length).toBeGreaterThanOrEqual(forms.length);
  expect(standing(run, forms)).toEqual([]);
});

test('a secret of a few characters that a server sends back stands nowhere', async () => {
  const forms: readonly Form[] = [
    ['as it is', 'Pa/s5word'],
    ['in another case', 'pA/S5WORD'],
    ['percent-encoded', 'Pa%2fs5word'],
    ['in base64', base64('Pa/s5word').slice(0, 11)],
  ];
  const run = await runWith('Pa/s5word', forms);
  expect(run.report?.match(/You sent \*\*\*/g)?.length).toBeGreaterThanOrEqual(forms.length);
  expect(standing(run, forms)).toEqual([]);
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
