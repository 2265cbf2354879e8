import { describe, expect, test } from '@jest/globals';
import { parseRegistry } from '../../src/model/registry.ts';
import { refusalOf } from '../selection/refusal.ts';
import { cleanUp, DAY, now, quayWithTags, restore, TOKEN, written } from '../support/fixture.ts';
import { digestFor } from '../support/quay/state.ts';
import { fileOf } from '../support/resources.ts';
import { runAction } from '../support/run-action.ts';
import { type FinishedRun, inputsOf } from '../support/run-bundle.ts';

type Inputs = Readonly<Record<string, string>>;

/** Nobody answers there: what is sent shows in the log. */
const NOWHERE = { repository: 'acme/web', tags: 'pr-*', registry: 'http://127.0.0.1:1', token: TOKEN };
const PASSWORD = 'secret-password';

function expectRefused(run: FinishedRun): void {
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(/^::error::.*\binputs? (is|are) not valid/m);
  expect(run.log).not.toMatch(/^ {4}at |ECONNREFUSED/m);
  expect(written(run)).not.toMatch(/hunter2|secret-password/);
}

/** One input that is not valid, and what the log must say of it; what else is no value of it is shown by the tests of its reader. */
const INVALID: readonly (readonly [Inputs, string])[] = [
  [{ repository: '' }, '`repository` is required'],
  [{ repository: 'acme/web:pr-1' }, '`tags`'],
  [{ repository: 'ghcr.io/acme/web' }, 'ghcr.io'],
  [{ repository: 'https://quay.io/acme/web' }, '`registry`'],
  [{ tags: '!v*' }, 'tags'],
  [{ tags: 'pr-1,pr-2' }, 'one'],
  [{ tags: '*' }, 'every'],
  [{ tags: '{branch}' }, 'branch'],
  [{ tags: 'pr-* older-then=7d' }, '"pr-* older-then=7d" has "older-then=7d", which is not a condition'],
  [{ tags: '{group}-???????' }, '`keep-n-most-recent=5`'],
  [{ 'exclude-tags': 'v* older-than=7d' }, '`exclude-tags`'],
  [{ 'keep-commits-of': 'a b' }, '`release/*`'],
  [{ 'github-repository': 'app' }, '`github-repository`'],
  [{ 'in-use': 'nowhere.yaml' }, 'nowhere.yaml'],
  [{ plan: 'nowhere.json' }, 'nowhere.json'],
  [{ 'plan-max-age': '24' }, '`plan-max-age`'],
  [{ registry: 'http://quay.example' }, 'unencrypted'],
  [{ registry: 'https://quay.io/acme' }, '`quay.io`'],
  [{ registry: 'https://me:hunter2@quay.io' }, 'user name or a password'],
  [{ 'dry-run': 'yes' }, '`true` or `false`'],
  [{ concurrency: '0' }, 'from 1 to 100'],
  [{ concurrency: '101' }, 'from 1 to 100'],
  [{ 'older-than': '99999999999d' }, '100 years'],
  [{ 'not-pulled-for': '30' }, '30d'],
  [{ 'time-budget': '5m' }, '5min'],
  [{ 'keep-n-most-recent': 'ten' }, '`keep-n-most-recent`'],
  [{ 'max-deletes': '101%' }, '100'],
  [{ shard: '9/8' }, 'shard'],
  [{ token: '' }, 'username'],
  [{ token: 'abc\ndef' }, 'line break'],
  [{ username: 'acme+ci', password: PASSWORD }, 'one kind'],
  [{ token: '', username: 'jane', password: PASSWORD }, 'acme+ci'],
  [{ token: '', password: PASSWORD }, '`username`'],
  [{ token: '', username: 'acme+ci', 'oidc-audience': 'a b' }, '`oidc-audience`'],
  [{ token: '', username: 'acme+ci', password: PASSWORD, 'expire-in': '3d' }, '`expire-in` needs an OAuth'],
  // Passwords that were pasted along are not shown.
  [{ repository: 'https://jane:hunter2@quay.example/acme/web' }, '`repository`'],
  [{ repository: 'jane:hunter2@quay.example/acme/web' }, '`repository`'],
  [{ repository: 'https://hunter2@quay.example/acme/web' }, '`repository`'],
  [{ tags: 'https://jane:hunter2@quay.example/acme/web:pr-*' }, '`tags`'],
  [{ 'exclude-tags': 'jane:hunter2@quay.example' }, '`exclude-tags`'],
  [{ token: '', username: 'acme+ci:hunter2', password: TOKEN }, '`username`'],
];

describe('an invalid input', () => {
  test.each(INVALID)('ends the run before any request, and says what to write: %j', async (inputs, says) => {
    const run = await runAction({ inputs: { ...NOWHERE, ...inputs } });
    expectRefused(run);
    expect(run.log).toContain(says);
  });

  test('is told together with all the others; outputs and summary are written all the same', async () => {
    const run = await runAction({
      inputs: {
        repository: 'web',
        tags: '/(/\npr/1',
        registry: 'http://quay.example',
        concurrency: 'many',
        'older-than': '6m',
        'dry-run': 'maybe',
      },
    });
    expectRefused(run);
    expect(run.log.replaceAll('%0A', '\n')).toMatchSnapshot();
    expect(run.outputs).toMatchObject({ selected: '[]', deleted: '[]', failed: '[]', remaining: '' });
    expect(run.outputs).toMatchObject({ 'deleted-count': '0', 'remaining-count': '' });
    expect(run.summary).toContain('has no namespace');
  });

  test('`username: bob` with a password is told once, and not that it is missing', async () => {
    const { log } = await runAction({ inputs: { ...NOWHERE, token: '', username: 'bob', password: TOKEN } });
    expect(log).toContain('`username` is "bob".');
    expect(log).not.toMatch(/without `username`|No credentials/);
  });

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
  ])('does not show the password in a registry: %s', (registry) => {
    expect(refusalOf(() => parseRegistry(registry))).toMatch(/^(?!.*hun ?ter2).*`registry`/s);
  });
});

test.each(['true', 'True', 'TRUE'])('lines may be blank, comments, repeats; a boolean %s', async (dryRun) => {
  const quay = await quayWithTags(['pr-1', 'pr-2', 'keep']);
  const run = await cleanUp(quay, {
    repository: `\n  acme/web \n# ours\n${quay.host}/acme/web\n`,
    tags: '\n  # previews\n  pr-*\n\n  !pr-2\n',
    'dry-run': dryRun,
  });
  expect(run.list('selected')).toEqual(['acme/web:pr-1']);
  expect(run.list('deleted')).toEqual([]);
  expect(run.list('remaining')).toHaveLength(2);
  expect(quay.deletesSent()).toEqual([]);
});

/** `build-1` and `prod` are one image, and all is 300 days old. */
test.each<{ readonly inputs: Inputs; readonly alive: readonly string[] }>([
  { inputs: { tags: 'build-*', 'by-image': 'true' }, alive: ['build-1', 'prod'] },
  { inputs: { tags: 'build-*', 'keep-n-most-recent': '1' }, alive: ['build-2', 'prod'] },
  { inputs: { tags: 'build-*', 'older-than': dateBefore(290) }, alive: ['prod'] },
  { inputs: { tags: 'build-*', 'older-than': dateBefore(310) }, alive: ['build-1', 'build-2', 'prod'] },
  { inputs: { tags: 'prod', 'expire-in': 'never' }, alive: ['build-1', 'build-2', 'prod'] },
])('what is judged by $inputs leaves $alive', async ({ inputs, alive }) => {
  const [digest, lastModified, expiration] = [digestFor('deployed'), now() - 300 * DAY, now() + DAY];
  const quay = await quayWithTags([
    { name: 'build-2', lastModified },
    { name: 'build-1', digest, lastModified: lastModified - 1 },
    { name: 'prod', digest, lastModified: lastModified - 2, expiration },
  ]);
  await cleanUp(quay, inputs);
  expect(quay.alive('acme/web')).toEqual(alive);
  expect(quay.row('acme/web', 'prod')?.['end_ts']).toBe(inputs['expire-in'] ? undefined : expiration);
});

function dateBefore(days: number): string {
  return new Date((now() - days * DAY) * 1000).toISOString().slice(0, 10);
}

const HOSTILE_TEXTS = [
  'a\u0007b',
  '\u001b[31mred',
  'x%0A::set-output name=deleted::pwned',
  'x\n::error::pwned\n::add-mask::x',
  '##[error]pwned',
  '../../etc/passwd',
  'рr-１２',
  'pr-\u202e1',
  '| [x](https://evil.example) | **bold** |',
  '<img src=x onerror=alert(1)>',
  'a'.repeat(100_000),
  '$(touch /tmp/pwned); `id`',
  '$' + '{{ secrets.TOKEN }}',
  '[object Object]',
];
const OURS = new Set(['add-mask', 'error', 'group', 'endgroup', 'notice', 'warning']);
const SECRETS = ['token', 'password', 'github-token'];

test.each(Object.keys(inputsOf({ inputs: {} })).filter((name) => !SECRETS.includes(name)))(
  'hostile text in %s is read, or refused in words that are safe to print, and does no harm',
  async (input) => {
    const quay = await quayWithTags(['keep']);
    for (const text of HOSTILE_TEXTS) {
      // Nothing leaves this machine, whatever is taken for a registry.
      const environment = { HTTPS_PROXY: 'http://127.0.0.1:1' };
      const run = await cleanUp(quay, { tags: 'pr-*', [input]: text }, { environment, fails: 'perhaps' });
      if (run.exitCode !== 0) expect(run.log).toMatch(/^::error::/m);
      if (run.log.includes('not valid')) expect(run.log).toContain(`\`${input}\``);
      expect(run.log).not.toMatch(/^ {4}at |\bTypeError\b|\bundefined\b|\bNaN\b/m);
      const commands = [...run.log.matchAll(/^\s*::([a-z-]+)[ :]/gm)].map(([, command = '']) => command);
      expect(commands.filter((command) => !OURS.has(command))).toEqual([]);
      expect(run.log).not.toMatch(/^(::error::pwned|##\[)|(?!\n)\p{Cc}/mu);
      expect(run.summary).not.toMatch(/<img|onerror=alert\(1\)>/);
      expect(run.outputs['deleted']).toBe('[]');
    }
    expect(quay.alive('acme/web')).toEqual(['keep']);
  },
);

describe('what a server invents', () => {
  const INVENTED = [
    '<script>alert(1)</script>',
    'a|b',
    'a\n::error::pwned',
    '../../x',
    'sha256:abc',
    '',
    'x'.repeat(129),
  ];

  test.each(INVENTED)('as a name is kept, named, and harms nothing: %j', async (name) => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const row = (text: string) => ({ name: text, start_ts: 1, is_manifest_list: false, size: 1 });
    const page = { tags: [row(name), row('pr-1'), row('latest')], page: 1, has_additional: false };
    quay.fault({ path: /\/tag\/\?/, fault: { kind: 'status', status: 200, body: JSON.stringify(page) } });
    const run = await cleanUp(quay, { tags: '*\n', 'exclude-tags': 'latest' });
    expect(quay.deletesSent()).toEqual(['acme/web:pr-1']);
    expect(run.log).toMatch(/acme\/web lists a tag named.* which is not a valid name\. It is kept\./);
    expect(JSON.parse(run.report ?? '').notes[0]).toContain(JSON.stringify(name).slice(0, 100));
    expect(run.log).not.toMatch(/^::error::pwned/m);
    expect(run.summary).not.toContain('<script>');
  });

  test('as a digest is none, and leads a request nowhere', async () => {
    const signature = `sha256-${'0'.repeat(64)}.sig`;
    const evil = { name: 'main', digest: '../../../../oauth2/evil?', manifestList: true };
    const quay = await quayWithTags([evil, signature]);
    await cleanUp(quay, { tags: 'pr-*', 'clean-orphaned-signatures': 'true' });
    expect(quay.requests.filter(({ path }) => path.includes('evil'))).toEqual([]);
    expect(quay.alive('acme/web')).toEqual(['main', signature].sort());
  });
});

test.each([
  ['arrays', '['.repeat(200_000) + ']'.repeat(200_000)],
  ['objects', `${'{"version":'.repeat(200_000)}1${'}'.repeat(200_000)}`],
])('a report of %s that are nested without end is refused in words', async (_, text) => {
  const quay = await quayWithTags([]);
  const run = await restore(quay, { report: fileOf(text) }, { fails: true });
  expect(run.log).toContain('Give the file that a cleanup wrote, unchanged.');
  expect(run.log).not.toContain('call stack');
  expect(quay.requests).toEqual([]);
});
