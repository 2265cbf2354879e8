import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags, restore, TOKEN, written } from '../support/fixture.ts';
import { fileOf, folderOf } from '../support/resources.ts';
import { runAction } from '../support/run-action.ts';
import type { FinishedRun } from '../support/run-bundle.ts';

/** One input that is not valid, and what the log must say of it. */
const INVALID: readonly {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly says: string;
}[] = [
  { name: 'no repository', inputs: { repository: '' }, says: '`repository` is required' },
  { name: 'a repository without a namespace', inputs: { repository: 'web' }, says: 'namespace' },
  { name: 'a tag inside repository', inputs: { repository: 'acme/web:pr-1' }, says: '`tags`' },
  {
    name: 'a digest inside repository',
    inputs: { repository: `acme/web@sha256:${'0'.repeat(64)}` },
    says: 'name',
  },
  { name: 'a repository on another host', inputs: { repository: 'ghcr.io/acme/web' }, says: 'ghcr.io' },
  { name: 'a repository that climbs', inputs: { repository: 'acme/../web' }, says: '..' },
  { name: 'an encoded slash in a repository', inputs: { repository: 'acme%2Fweb' }, says: 'encoded' },
  { name: 'a wildcard for a namespace', inputs: { repository: '*/web' }, says: 'namespace' },
  {
    name: 'an address for a repository',
    inputs: { repository: 'https://quay.io/acme/web' },
    says: '`registry`',
  },
  { name: 'no tags', inputs: { tags: '' }, says: '`tags` is required' },
  { name: 'only exclusions', inputs: { tags: '!v*' }, says: 'tags' },
  { name: 'a slash in a glob', inputs: { tags: 'pr/*' }, says: 'slash' },
  { name: 'a list with commas', inputs: { tags: 'pr-1,pr-2' }, says: 'one' },
  { name: 'a broken regex', inputs: { tags: '/pr-(/' }, says: 'regular expression' },
  { name: 'an unclosed bracket', inputs: { tags: 'pr-[12' }, says: '[' },
  { name: 'an unclosed brace', inputs: { tags: 'pr-{1,2' }, says: '{' },
  { name: 'a digest for a tag', inputs: { tags: `sha256:${'0'.repeat(64)}` }, says: 'name' },
  { name: 'everything', inputs: { tags: '*' }, says: 'every' },
  { name: 'a branch with nothing around it', inputs: { tags: '{branch}' }, says: 'branch' },
  {
    name: 'a condition that is none',
    inputs: { tags: 'pr-* older-then=7d' },
    says: '"pr-* older-then=7d" has "older-then=7d", which is not a condition',
  },
  {
    name: 'a group without a number',
    inputs: { tags: '{group}-???????' },
    says: '`keep-n-most-recent=5`',
  },
  { name: 'a branch that is none', inputs: { 'keep-commits-of': 'a b' }, says: '`release/*`' },
  { name: 'a file that is missing', inputs: { 'in-use': 'nowhere.yaml' }, says: 'nowhere.yaml' },
  { name: 'a plan that is missing', inputs: { plan: 'nowhere.json' }, says: 'nowhere.json' },
  { name: 'an age without a unit', inputs: { 'plan-max-age': '24' }, says: '`plan-max-age`' },
  {
    name: 'http to a host that is not loopback',
    inputs: { registry: 'http://quay.example' },
    says: 'unencrypted',
  },
  { name: 'a registry with a path', inputs: { registry: 'https://quay.io/acme' }, says: '`quay.io`' },
  {
    name: 'a registry with a password',
    inputs: { registry: 'https://me:hunter2@quay.io' },
    says: 'user name or a password',
  },
  { name: 'a boolean that is none', inputs: { 'dry-run': 'yes' }, says: '`true` or `false`' },
  { name: 'no concurrency at all', inputs: { concurrency: '0' }, says: 'from 1 to 100' },
  { name: 'too much concurrency', inputs: { concurrency: '101' }, says: 'from 1 to 100' },
  { name: 'an ambiguous duration', inputs: { 'older-than': '6m' }, says: 'min' },
  { name: 'a duration that overflows', inputs: { 'older-than': '99999999999d' }, says: '100 years' },
  { name: 'a duration without a unit', inputs: { 'not-pulled-for': '30' }, says: '30d' },
  { name: 'a limit that is none', inputs: { 'max-deletes': '-1' }, says: 'max-deletes' },
  { name: 'a share above all', inputs: { 'max-deletes': '101%' }, says: '100' },
  { name: 'a shard out of range', inputs: { shard: '9/8' }, says: 'shard' },
  { name: 'no credentials', inputs: { token: '' }, says: 'username' },
  {
    name: 'two kinds of credentials',
    inputs: { username: 'acme+ci', password: 'secret-password' },
    says: 'one kind',
  },
  {
    name: 'a person for a robot account',
    inputs: { token: '', username: 'jane', password: 'secret-password' },
    says: 'acme+ci',
  },
  {
    name: 'a password without its account',
    inputs: { token: '', password: 'secret-password' },
    says: '`username`',
  },
  { name: 'a token with a line break', inputs: { token: 'abc\ndef' }, says: 'line break' },
  {
    name: 'expire-in with a robot account',
    inputs: { token: '', username: 'acme+ci', password: 'secret-password', 'expire-in': '3d' },
    says: '`expire-in` needs an OAuth',
  },
];

describe('an invalid input', () => {
  test.each(INVALID)(
    '$name ends the run before any request, and says what to write',
    async ({ inputs, says }) => {
      const quay = await quayWithTags(['pr-1']);
      const run = await cleanUp(quay, { tags: 'pr-*', ...inputs });
      expect(run.exitCode).toBe(1);
      expect(run.log).toMatch(/^::error::.*\binputs? (is|are) not valid/m);
      expect(run.log).toContain(says);
      expect(run.log).not.toMatch(/^ {4}at /m);
      expect(quay.requests).toEqual([]);
      expect(written(run)).not.toMatch(/hunter2|secret-password/);
    },
  );

  test('is told together with all the others', async () => {
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
    expect(run.exitCode).toBe(1);
    expect(run.log.replaceAll('%0A', '\n')).toMatchSnapshot();
  });

  test('still sets the outputs and writes the summary', async () => {
    const run = await runAction({ inputs: { repository: 'acme/web', token: TOKEN } });
    expect(run.outputs).toMatchObject({
      selected: '[]',
      deleted: '[]',
      failed: '[]',
      remaining: '',
      'deleted-count': '0',
      'remaining-count': '',
    });
    expect(run.summary).toContain('`tags` is required');
  });
});

describe('inputs as people write them', () => {
  test('lines may be indented, blank, comments or repeated', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'keep']);
    const run = await cleanUp(quay, {
      repository: `\n  acme/web \n# ours\n${quay.host}/acme/web\n`,
      tags: '\n  # previews\n  pr-*\n\n  !pr-2\n',
    });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['keep', 'pr-2']);
  });

  test.each(['true', 'True', 'TRUE'])('%s is true', async (value) => {
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*', 'dry-run': value });
    expect(run.exitCode).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['pr-1']);
  });
});

const HOSTILE_TEXTS = {
  'a control character': 'a\u0007b',
  'an escape sequence': '\u001b[31mred',
  'an injected output': 'x%0A::set-output name=deleted::pwned',
  'an injected command on a line of its own': 'x\n::error::pwned\n::add-mask::x',
  'an old command': '##[error]pwned',
  'a path that climbs': '../../etc/passwd',
  'look-alike letters': 'рr-１２',
  'a text from right to left': 'pr-\u202e1',
  Markdown: '| [x](https://evil.example) | **bold** |',
  HTML: '<img src=x onerror=alert(1)>',
  'a huge text': 'a'.repeat(100_000),
  'a shell expression': '$(touch /tmp/pwned); `id`',
  'an expression': '$' + '{{ secrets.TOKEN }}',
  'an object': '[object Object]',
};

const INPUTS = [
  'repository',
  'tags',
  'exclude-tags',
  'registry',
  'username',
  'oidc-audience',
  'older-than',
  'keep-n-most-recent',
  'not-pulled-for',
  'max-deletes',
  'expire-in',
  'shard',
  'time-budget',
  'dry-run',
  'concurrency',
  'clean-orphaned-signatures',
  'in-use',
  'plan',
  'plan-max-age',
  'keep-commits-of',
  'github-repository',
  'by-image',
];

const OURS = new Set(['add-mask', 'error', 'group', 'endgroup', 'notice', 'warning']);

/** The commands that a runner would obey, by name. */
function commands(log: string): readonly string[] {
  return log.split('\n').flatMap((line) => /^\s*::([a-z-]+)[ :]/.exec(line)?.[1] ?? []);
}

describe('hostile text', () => {
  test.each(INPUTS)(
    'in %s is read, or refused in words that are safe to print, and does no harm',
    async (input) => {
      const quay = await quayWithTags(['keep']);
      for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
        // Nothing leaves this machine, whatever is taken for a registry.
        const environment = { HTTPS_PROXY: 'http://127.0.0.1:1' };
        const run = await cleanUp(quay, { tags: 'pr-*', [input]: text }, { environment });
        const told = { name, exitCode: run.exitCode, log: run.log.slice(0, 2000) };
        const isRefused = run.exitCode === 1;
        expect({ ...told, ended: isRefused || run.exitCode === 0 }).toEqual({ ...told, ended: true });
        if (isRefused)
          expect({ ...told, log: run.log }).toMatchObject({ log: expect.stringMatching(/^::error::/m) });
        if (run.log.includes('not valid')) expect(run.log).toContain(`\`${input}\``);
        expect(run.log).not.toMatch(/^ {4}at |\bTypeError\b|\bundefined\b|\bNaN\b/m);
        expect(commands(run.log).filter((command) => !OURS.has(command))).toEqual([]);
        expect(run.log).not.toMatch(/^(::error::pwned|##\[)|(?!\n)\p{Cc}/mu);
        expect(run.summary).not.toMatch(/<img|onerror=alert\(1\)>/);
        expect(run.outputs['deleted']).toBe('[]');
      }
      expect(quay.alive('acme/web')).toEqual(['keep']);
    },
  );
});

describe('names that a server invents', () => {
  test.each([
    '<script>alert(1)</script>',
    'a|b',
    'a\n::error::pwned',
    '../../x',
    'sha256:abc',
    '',
    'x'.repeat(129),
  ])('%j are kept, named, and harm nothing', async (name) => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const row = (text: string) => ({ name: text, start_ts: 1, is_manifest_list: false, size: 1 });
    const page = { tags: [row(name), row('pr-1'), row('latest')], page: 1, has_additional: false };
    quay.fault({
      path: /\/tag\/\?/,
      fault: { kind: 'status', status: 200, body: JSON.stringify(page) },
    });
    const run = await cleanUp(quay, { tags: '*\n', 'exclude-tags': 'latest' });
    expect(quay.deletesSent()).toEqual(['acme/web:pr-1']);
    expect(run.log).toContain('acme/web lists a tag named');
    expect(run.log).toContain('which is not a valid name. It is kept.');
    expect(JSON.parse(run.report ?? '').notes[0]).toContain(JSON.stringify(name).slice(0, 100));
    expect(run.log).not.toMatch(/^::error::pwned/m);
    expect(run.summary).not.toContain('<script>');
  });
});

test('a digest that a server invents is none, and leads a request nowhere', async () => {
  const quay = await quayWithTags([]);
  const signature = `sha256-${'0'.repeat(64)}.sig`;
  quay.addTags('acme/web', [
    { name: 'main', digest: '../../../../oauth2/evil?', manifestList: true },
    { name: signature },
  ]);
  const run = await cleanUp(quay, { tags: 'pr-*', 'clean-orphaned-signatures': 'true' });
  expect(run.exitCode).toBe(0);
  expect(quay.requests.filter(({ path }) => path.includes('evil'))).toEqual([]);
  expect(quay.alive('acme/web')).toEqual(['main', signature].sort());
});

const onUnix = process.platform === 'win32' ? describe.skip : describe;

/** A pipe into which nobody writes. */
function pipe(): string {
  const path = join(folderOf(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

async function restoreFrom(report: string): Promise<FinishedRun> {
  const quay = await quayWithTags(['latest']);
  const run = await restore(quay, { report });
  expect(run.exitCode).toBe(1);
  expect(quay.requests).toEqual([]);
  return run;
}

onUnix('what is no file', () => {
  test.each([
    ['a pipe', pipe],
    ['a device without an end', () => '/dev/zero'],
    ['a folder', () => folderOf()],
  ])('%s is refused as a report, and not waited for', async (_, path) => {
    const run = await restoreFrom(path());
    expect(run.log).toContain('which cannot be read. Give the path of a cleanup');
  });

  test.each([
    ['a pipe', pipe],
    ['a device without an end', () => '/dev/zero'],
    ['a folder', () => folderOf()],
    ['no JSON', () => fileOf('{"number":')],
    ['an empty file', () => fileOf('')],
  ])('%s says nothing as an event, which keeps every tag', async (_, path) => {
    const quay = await quayWithTags(['pr-1', 'latest']);
    const environment = {
      GITHUB_REPOSITORY: 'acme/app',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: path(),
    };
    const run = await cleanUp(quay, { tags: 'pr-{pr}' }, { environment });
    expect(run.exitCode).toBe(0);
    expect(quay.deletesSent()).toEqual([]);
  });
});

test.each([
  ['arrays', '['.repeat(200_000) + ']'.repeat(200_000)],
  ['objects', `${'{"version":'.repeat(200_000)}1${'}'.repeat(200_000)}`],
])('a report of %s that are nested without end is refused in words', async (_, text) => {
  const run = await restoreFrom(fileOf(text));
  expect(run.log).toContain('Give the file that a cleanup wrote, unchanged.');
  expect(run.log).not.toContain('call stack');
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
    const quay = await quayWithTags(['pr-1']);
    const run = await cleanUp(quay, { tags: 'pr-*', registry });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('`registry`');
    expect(run.everything).not.toMatch(/hun ?ter2/);
  });
});

test.each([
  { repository: 'https://jane:hunter2@quay.example/acme/web' },
  { repository: 'jane:hunter2@quay.example/acme/web' },
  { repository: 'https://hunter2@quay.example/acme/web' },
  { tags: 'https://jane:hunter2@quay.example/acme/web:pr-*' },
  { 'exclude-tags': 'jane:hunter2@quay.example' },
  { token: '', username: 'acme+ci:hunter2', password: TOKEN },
])('a password that was pasted along (%j) is refused and not shown', async (inputs) => {
  const given = { repository: 'acme/web', tags: 'pr-*', token: TOKEN, ...inputs };
  const run = await runAction({ inputs: given });
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(/^::error::.*not valid/m);
  expect(run.everything).not.toContain('hunter2');
});

test('`username: bob` with a password is told once, and not that it is missing', async () => {
  const run = await runAction({
    inputs: { repository: 'acme/web', tags: 'pr-*', username: 'bob', password: TOKEN },
  });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('`username` is "bob".');
  expect(run.log).not.toContain('without `username`');
  expect(run.log).not.toContain('No credentials');
});
