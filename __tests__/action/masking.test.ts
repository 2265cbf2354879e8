import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { readInputs } from '../support/read-inputs.ts';
import { type FinishedRun, runAction } from '../support/run-action.ts';

/** Holds what the encodings differ in. */
const SECRET = 'aB3"dEf/gHi+jKl=mNo&pQr\\sTu<vWx';
const PLAIN = 'Zq7wXe9rTy2uIo4pAs6dFg8hJk1lZx3cVb5n';

function written(run: FinishedRun): string {
  return run.everything.replaceAll(/^::add-mask::.*$/gm, '');
}

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
    ['in base64, behind something', base64(`acme+ci:${SECRET}`).slice(12)],
    ['in base64, behind something else', base64(`x:${SECRET}`)],
    ['in base64 for URLs', Buffer.from(SECRET).toString('base64url')],
    ['in part', SECRET.slice(4, 16)],
    ['in part, at its end', SECRET.slice(-12)],
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

describe('a secret in names', () => {
  test.each([
    ['whole', PLAIN],
    ['in another case', PLAIN.toLowerCase()],
    ['in part', PLAIN.slice(5, 17)],
    ['in base64', Buffer.from(PLAIN).toString('base64url')],
  ])('of tags, %s, stands in no file and no log', async (_, form) => {
    const quay = await quayWithTags([`pr-${form}`, `keep-${form}`, 'latest']);
    const run = await cleanUp(quay, { tags: 'pr-*', 'github-token': PLAIN });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual([`keep-${form}`, 'latest']);
    expect(written(run)).not.toContain(form);
    expect(run.list('deleted')).toEqual([expect.stringMatching(/^acme\/web:pr-\*\*\*/)]);
    expect(run.list('remaining')).toHaveLength(2);
    expect(JSON.parse(run.report ?? '').repositories).toHaveLength(1);
  });

  test('of repositories stands in no file and no log', async () => {
    const secret = PLAIN.toLowerCase();
    const quay = await quayWithTags([]);
    const repository = `acme/web-${secret}`;
    quay.addRepository(repository);
    quay.addTags(repository, [{ name: 'pr-1' }, { name: 'latest' }]);
    const run = await cleanUp(quay, { repository: 'acme/web-*', tags: 'pr-*', 'github-token': secret });
    expect(run.exitCode).toBe(0);
    expect(quay.alive(repository)).toEqual(['latest']);
    expect(written(run)).not.toContain(secret);
  });
});

/** What is said of inputs that are not valid. */
function refusalOf(inputs: Readonly<Record<string, string>>): string {
  try {
    readInputs(inputs);
  } catch (error) {
    return String(error);
  }
  throw new Error('The inputs were taken.');
}

test('a password in `registry` stands neither in the log nor in any file', async () => {
  const registry = 'https://jane:hunter2@quay.example';
  const run = await runAction({ inputs: { repository: 'acme/web', tags: 'pr-*', token: PLAIN, registry } });
  expect(run.exitCode).toBe(1);
  expect(run.everything).not.toContain('hunter2');
});

describe('a password in `registry`', () => {
  test.each([
    'https://jane:hunter2@quay.example',
    'jane:hunter2@quay.example',
    'https://:hunter2@quay.example',
    'https://hunter2@quay.example',
    'http://jane:hunter2@quay.example',
    'ftp://jane:hunter2@quay.example',
    'https:/jane:hunter2@quay.example',
    'https:jane:hunter2@quay.example',
    '//jane:hunter2@quay.example',
    'https://jane:hunter2@quay.example:bad',
    'https://jane:hun ter2@quay.example',
    'https://jane:hunter2\\@quay.example/x',
    'https://quay.example?token=hunter2',
    'quay.example/#hunter2',
  ])('(%s) is refused and not shown', async (registry) => {
    const refusal = refusalOf({ repository: 'acme/web', tags: 'pr-*', token: PLAIN, registry });
    expect(refusal).toContain('`registry`');
    expect(refusal).not.toMatch(/hun ?ter2/);
  });
});

test.each([
  { repository: 'https://jane:hunter2@quay.example/acme/web' },
  { repository: 'jane:hunter2@quay.example/acme/web' },
  { repository: 'https://hunter2@quay.example/acme/web' },
  { tags: 'https://jane:hunter2@quay.example/acme/web:pr-*' },
  { 'exclude-tags': 'jane:hunter2@quay.example' },
  { token: '', username: 'acme+ci:hunter2', password: PLAIN },
])('a password that was pasted along (%j) is refused and not shown', async (inputs) => {
  const given = { repository: 'acme/web', tags: 'pr-*', token: PLAIN, ...inputs };
  const run = await runAction({ inputs: given });
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(/^::error::.*not valid/m);
  expect(run.everything).not.toContain('hunter2');
});

test('`username: bob` with a password is told once, and not that it is missing', async () => {
  const run = await runAction({
    inputs: { repository: 'acme/web', tags: 'pr-*', username: 'bob', password: PLAIN },
  });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('`username` is "bob".');
  expect(run.log).not.toContain('without `username`');
  expect(run.log).not.toContain('No credentials');
});
