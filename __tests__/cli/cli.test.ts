import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { planText, run } from '../../src/cli/run.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { selected, tag } from '../report/results.ts';
import { type QuaySimulator, startQuay } from '../support/quay/simulator.ts';
import { endsWithTest, folderOf } from '../support/resources.ts';

let quay: QuaySimulator;
let folder: string;

beforeEach(async () => {
  folder = folderOf();
  quay = endsWithTest(await startQuay());
  quay.addOAuthToken(TOKEN.QUAY_TOKEN);
  quay.addRepository('acme/web', { public: true, tags: ['latest', 'pr-1', 'pr-2', 'v1.0.0'] });
});

const TOKEN = { QUAY_TOKEN: 'secret-token-of-acme' };

interface Terminal {
  readonly environment?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  readonly onStart?: (signal: () => void) => void;
}

async function cli(words: readonly string[], { environment = {}, tty = false, onStart }: Terminal = {}) {
  const printed = { out: '', err: '' };
  const stream = (to: 'out' | 'err') => ({
    write: (text: string) => {
      printed[to] += text;
    },
    isTTY: tty,
    columns: 80,
  });
  const listeners = new Set<() => void>();
  onStart?.(() => {
    for (const call of listeners) call();
  });
  const code = await run({
    words,
    environment,
    clock: SYSTEM_CLOCK,
    folder,
    temporaryFolder: folder,
    program: 'quay-tag-cleanup',
    onSignal: (call) => {
      listeners.add(call);
      return () => listeners.delete(call);
    },
    age: () => 0,
    out: stream('out'),
    err: stream('err'),
  });
  return { code, ...printed };
}

const web = () => ['--registry', quay.url, '--repository', 'acme/web', '--tags', 'pr-*'];

describe('The command line', () => {
  test('shows what it would delete, changes nothing, and ends with the line to carry it out', async () => {
    const { code, out } = await cli(web());
    expect(code).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2', 'v1.0.0']);
    expect(out).toContain('delete acme/web:pr-1\tmatches "pr-*"');
    expect(out).toContain('keep acme/web\t2\tno pattern matches');
    const report = /^Report: (.*)$/m.exec(out)?.[1] ?? '';
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      `quay-tag-cleanup --registry ${quay.url} --repository acme/web --tags 'pr-*' --yes --plan ${report}`,
    );
  });

  test('carries out exactly what it showed', async () => {
    const { out } = await cli(web(), { environment: TOKEN });
    quay.addTag('acme/web', { name: 'pr-3' });
    const plan = /^Report: (.*)$/m.exec(out)?.[1] ?? '';
    const { code } = await cli([...web(), '--yes', '--plan', plan], { environment: TOKEN });
    expect(code).toBe(0);
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-3', 'v1.0.0']);
  });

  test('changes nothing with --yes --dry-run', async () => {
    const codes = [];
    for (const dryRun of ['--dry-run', '--dry-run=TRUE', '--dry-run=1'])
      codes.push((await cli([...web(), '--yes', dryRun], { environment: TOKEN })).code);
    expect(codes).toEqual([0, 0, 2]);
    expect(quay.alive('acme/web')).toContain('pr-1');
  });

  test('prints the report alone with --json, and writes it where it is told', async () => {
    const { out } = await cli([...web(), '--json']);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      dryRun: true,
      repositories: [{ repository: 'acme/web' }],
    });
    const { out: shown } = await cli([...web(), '--report-to', 'plan.json']);
    expect(shown).toContain(`Report: ${join(folder, 'plan.json')}`);
    expect(JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'))).toMatchObject({ version: 1 });
  });

  test('shows tables on a terminal, in colours unless NO_COLOR is set', async () => {
    const coloured = await cli(web(), { tty: true });
    const plain = await cli(web(), { tty: true, environment: { NO_COLOR: '1' } });
    expect(coloured.out).toContain('\u001b[');
    expect(plain.out).not.toContain('\u001b[');
    expect(plain.out).toMatch(/ {2}pr-1 +matches "pr-\*" +\d{4}-\d\d-\d\d \d\d:\d\d/);
  });

  test('shows a table of more rows than a call may have arguments', () => {
    const judged = selected(tag('pr-1'));
    const plan = { repository: 'acme/web', tags: Array.from({ length: 150_000 }, () => judged) };
    const out = { write: () => true, isTTY: true };
    const page = { out, style: (_: string, text: string) => text, clean: (text: string) => text };
    expect(planText({ plans: [plan] }, 'delete', page).split('\n  pr-1 ')).toHaveLength(150_001);
  });

  test.each([
    [['--token', 'x'], 'it would stand in the history of the shell. Set the environment variable QUAY_TOKEN'],
    [['--older-then', '3d'], 'Did you mean `--older-than`?'],
    [['--constructor'], '`--constructor` is no option'],
    [['acme/web'], '"acme/web" is no option'],
    [['--repository', 'acme/web', '--tags', 'pr-*', '--yes'], 'Set QUAY_TOKEN'],
    [['--repository', 'acme/web', '--tags', 'pr-{pr}'], '`gh auth token` prints one'],
    [['--tags', 'pr-*'], '`--repository` is required'],
    [['--repository', 'acme/web', '--tags', 'x-*', '--older-than', '6m'], '`--older-than`'],
    [['restore', '--repository', 'acme/web', '--tags', 'x'], 'Set QUAY_TOKEN'],
  ])('refuses %j with exit code 2, one sentence for each fault', async (words, said) => {
    const { code, out, err } = await cli(words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(said);
  });

  test('says one sentence for an option that it does not take, and none for its value', async () => {
    const { err } = await cli(['--token', 'x', ...web()]);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('shows its help, made from action.yml, and its version', async () => {
    expect((await cli(['--help'])).out).toContain('--keep-n-most-recent VALUE');
    expect((await cli(['restore', '-h'])).out).toContain('--deleted-within VALUE');
    expect((await cli(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('restores what a cleanup deleted, dry without --yes', async () => {
    const deleted = await cli([...web(), '--yes'], { environment: TOKEN });
    expect(quay.alive('acme/web')).toEqual(['latest', 'v1.0.0']);
    const report = /^Report: (.*)$/m.exec(deleted.out)?.[1] ?? '';
    const words = ['restore', '--registry', quay.url, '--report', report];
    const dry = await cli(words, { environment: TOKEN });
    expect(dry.out.trimEnd().split('\n').at(-1)).toContain('--yes');
    expect(quay.alive('acme/web')).toEqual(['latest', 'v1.0.0']);
    await cli([...words, '--yes'], { environment: TOKEN });
    expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2', 'v1.0.0']);
  });

  test('tells what is known when it is ended by Ctrl-C', async () => {
    const ran = await cli([...web(), '--yes'], {
      environment: TOKEN,
      onStart: (signal) => quay.onRequest(/^DELETE/, signal),
    });
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('The run was cancelled.');
  });

  test('prints no credential', async () => {
    const { out, err } = await cli([...web(), '--yes'], {
      environment: { QUAY_TOKEN: 'wrong-token-1234567' },
    });
    expect(out + err).not.toContain('wrong-token-1234567');
  });
});

describe('The commands in the documents', () => {
  const commands = ['README.md', 'docs/anywhere.md'].flatMap((file) => {
    const text = readFileSync(file, 'utf8').replaceAll('\\\n', ' ');
    return Array.from(text.matchAll(/npx .*?\.tgz +(--[^"\n]*)/g), ([, options = '']) => ({ file, options }));
  });

  test('are found', () => {
    expect(commands.map(({ file }) => file)).toEqual(['README.md', ...Array(3).fill('docs/anywhere.md')]);
  });

  test.each(commands)('$file: $options', async ({ options }) => {
    const words = Array.from(
      options.matchAll(/'([^']*)'|(\S+)/g),
      ([, quoted, plain]) => quoted ?? plain ?? '',
    );
    const twoMonthsAgo = Math.floor(Date.now() / 1000) - 60 * 24 * 60 * 60;
    quay.addTags('acme/web', [{ name: 'nightly-1', lastModified: twoMonthsAgo }]);
    const { code, out } = await cli([...words, '--registry', quay.url], { environment: TOKEN });
    expect(code).toBe(0);
    expect(out).toContain('acme/web');
    expect(quay.alive('acme/web').includes('nightly-1')).toBe(!words.includes('--yes'));
    if (words.includes('--report-to'))
      expect(readFileSync(join(folder, 'report.json'), 'utf8')).toContain('nightly-1');
  });
});
