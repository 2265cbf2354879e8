import { describe, expect, test } from '@jest/globals';
import { InvalidInputsError } from '../../src/runner/input-reader.ts';
import { printable } from '../../src/runner/log.ts';
import { cleanUp, quayWithTags, TOKEN } from '../support/fixture.ts';
import { readInputs } from '../support/read-inputs.ts';

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
];

/** The commands that a runner would obey, by name. */
function commands(log: string): readonly string[] {
  return log.split('\n').flatMap((line) => /^\s*::([a-z-]+)[ :]/.exec(line)?.[1] ?? []);
}

const VALID = { repository: 'acme/web', tags: 'pr-*', 'github-token': TOKEN };

describe.each(INPUTS)('hostile text in %s', (input) => {
  test.each(Object.entries(HOSTILE_TEXTS))(
    '(%s) is read, or refused in words that are safe to print',
    (_, text) => {
      const given = { ...VALID, username: 'acme+ci', password: TOKEN, [input]: text };
      try {
        readInputs(given);
      } catch (error) {
        if (!(error instanceof InvalidInputsError)) throw error;
        for (const problem of error.problems) {
          const line = printable(problem);
          expect(line).not.toMatch(/\bundefined\b|\bNaN\b/);
          expect(line).not.toMatch(/\p{Cc}|^\s*::|##\[/u);
          expect(line).toContain(`\`${input}\``);
        }
      }
    },
  );

  test('ends in a clear error or does no harm, without a stack trace or an injected command', async () => {
    const quay = await quayWithTags(['keep']);
    const texts = Object.entries(HOSTILE_TEXTS);
    const [name, text] = texts[INPUTS.indexOf(input) % texts.length] ?? ['', ''];
    const run = await cleanUp(quay, { tags: 'pr-*', [input]: text });
    const told = `${name}:\n${run.log.slice(0, 2000)}`;
    expect({ told, ended: run.exitCode === 0 || run.exitCode === 1 }).toEqual({ told, ended: true });
    if (run.exitCode === 1) expect(run.log).toMatch(/^::error::/m);
    expect(run.log).not.toMatch(/^ {4}at |\bTypeError\b|\bundefined\b/m);
    expect(
      commands(run.log).filter(
        (command) => !['add-mask', 'error', 'group', 'endgroup', 'notice', 'warning'].includes(command),
      ),
    ).toEqual([]);
    expect(run.log).not.toMatch(/^(::error::pwned|##\[)/m);
    expect(run.log).not.toContain('\u001b');
    expect(run.summary).not.toMatch(/<img|onerror=alert\(1\)>/);
    expect(run.outputs['deleted']).toBe('[]');
    expect(quay.alive('acme/web')).toEqual(['keep']);
  });
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
