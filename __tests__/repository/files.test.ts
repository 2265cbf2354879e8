import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { folderOf } from '../support/resources.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (...path: readonly string[]) => readFileSync(join(root, ...path), 'utf8');

// Windows has neither a Perl nor a shell that runs what a person on another system would.
const onPosix = process.platform === 'win32' ? test.skip : test;

describe.each(['', 'restore/'])('the action in "%s"', (place) => {
  const action = parse(read(`${place}action.yml`));
  const types = parse(read(`${place}action-types.yml`));

  test('has a type for every input and output, and for nothing else', () => {
    expect(Object.keys(types.inputs)).toEqual(Object.keys(action.inputs));
    expect(Object.keys(types.outputs)).toEqual(Object.keys(action.outputs));
  });

  test('has a default of the type that it declares', () => {
    const wrong = Object.entries<{ default?: string }>(action.inputs).filter(
      ([name, { default: value }]) =>
        value !== undefined &&
        ((types.inputs[name].type === 'integer' && !/^\d+$/.test(value)) ||
          (types.inputs[name].type === 'boolean') !== /^(true|false)$/.test(value)),
    );
    expect(wrong).toEqual([]);
  });

  test('starts a file that is there', () => {
    expect(existsSync(join(root, place, action.runs.main))).toBe(true);
  });
});

test('the tests run on the Node that the action runs on', () => {
  expect(process.versions.node.split('.')[0]).toBe('24');
});

describe('the bundle of both actions', () => {
  const files = readdirSync(join(root, 'dist/actions')).filter((name) => name.endsWith('.js'));
  const holding = (text: string) => files.filter((name) => read('dist/actions', name).includes(text));

  test('holds one copy of undici, and of what the actions share', () => {
    expect(holding('\nclass EnvHttpProxyAgent')).toEqual(['index.js']);
    expect(readdirSync(join(root, 'dist')).sort()).toEqual([
      'actions',
      'index.js',
      'package.json',
      'restore',
    ]);
    for (const start of ['index.js', 'restore/index.js'])
      expect(read('dist', start).split('\n').length).toBeLessThan(5);
  });

  test('comes with the licence of every package in it', () => {
    const packages = files.flatMap((name) =>
      [...read('dist/actions', name).matchAll(/node_modules\/((?:@[\w-]+\/)?[\w-]+)\//g)].map(
        ([, found]) => found,
      ),
    );
    const licensed = read('dist/actions/licenses.txt')
      .split('\n----\n\n')
      .map((entry) => entry.split('\n')[0]);
    expect(new Set(licensed)).toEqual(new Set(packages));
  });
});

describe('the package of the command line', () => {
  const description = JSON.parse(read('cli/package.json'));

  test('has the version, the licence and the Node of the project, and nothing to install', () => {
    const { version, license, engines } = JSON.parse(read('package.json'));
    expect(description).toMatchObject({ version, license, engines });
    expect(Object.keys(description).filter((key) => /dependencies/i.test(key))).toEqual([]);
  });

  test('refuses a Node that is too old with one sentence, and starts on another', () => {
    const folder = folderOf({
      'cli/dist/index.js': "console.log('started');\n",
      'cli/dist/package.json': '{ "type": "module" }',
      'old.cjs': "Object.defineProperty(process.versions, 'node', { value: '18.20.4' });\n",
    });
    const filter = (path: string) => !path.includes('dist');
    cpSync(join(root, 'cli'), join(folder, 'cli'), { recursive: true, filter });
    const old = join(folder, 'old.cjs');
    const start = (...args: readonly string[]) => {
      const all = [...args, join(folder, 'cli', description.bin['quay-tag-cleanup'])];
      const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
      return { status, stdout, stderr };
    };
    expect(start()).toEqual({ status: 0, stdout: 'started\n', stderr: '' });
    expect(start('--require', old)).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^quay-tag-cleanup needs Node 24 or later, and this is Node 18\.20\.4\. .*\n$/,
      ),
    });
  });

  test('says that in words that every Node can read', () => {
    expect(read('cli/start.cjs')).not.toMatch(/=>|\b(?:const|let|await|import)\b|`|\?\./);
  });
});

test('the changelog is in its form, and its newest version is that of package.json', () => {
  const headings = read('CHANGELOG.md').match(/^## .*/gm) ?? [];
  const isOfForm = (heading: string) =>
    /^## \[(?:Unreleased\]|\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d)$/.test(heading);
  expect(headings.filter((heading) => !isOfForm(heading))).toEqual([]);
  const released = headings.flatMap((heading) => /\d+\.\d+\.\d+/.exec(heading)?.[0] ?? []);
  // Before the first release there is none.
  expect(released[0] ?? '0.0.0').toBe(JSON.parse(read('package.json')).version);
});

describe('the account that publishes the action', () => {
  const git = (cwd: string, ...args: readonly string[]) =>
    execFileSync('git', args, { cwd, encoding: 'utf8' });

  test('has one name in all examples', () => {
    const uses = [...read('README.md').matchAll(/uses: (\S+)\/quay-tag-cleanup/g)].map(([, name]) => name);
    expect(new Set(uses).size).toBe(1);
  });

  onPosix('is put in all places by the command that CONTRIBUTING.md shows', () => {
    const tree = folderOf();
    for (const file of git(root, 'ls-files', '-z').split('\0').filter(Boolean)) {
      const [from, to] = [join(root, file), join(tree, file)];
      if (existsSync(from) && !/^(?:dist|__tests__)\//.test(file)) cpSync(from, to);
    }
    git(tree, 'init', '--quiet');
    git(tree, 'add', '--all');
    const [command = ''] = /^git grep -lz.*$/m.exec(read('CONTRIBUTING.md')) ?? [];
    spawnSync('bash', ['-c', command], { cwd: tree });
    expect(spawnSync('git', ['grep', '[<]owner>', '--', ':!CONTRIBUTING.md'], { cwd: tree }).status).toBe(1);
    const readme = readFileSync(join(tree, 'README.md'), 'utf8');
    expect(readme).toMatch(/uses: [\w-]+\/quay-tag-cleanup@/);
    expect(readme).not.toContain('stands for the account');
  });
});
