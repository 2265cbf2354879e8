import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startQuay } from '../support/quay/simulator.ts';
import { previews } from '../support/quay/tags.ts';
import { endsWithTest } from '../support/resources.ts';

// The command line as a release attaches it: the packed file alone, in an empty folder, for somebody who has nothing else.

const folder = mkdtempSync(join(tmpdir(), 'package-'));
const home = join(folder, 'home');
let packed = '';

/** Runs npm with an empty home, and a registry that nobody can reach. */
function npm(...args: readonly string[]): Promise<{ readonly failed: boolean; readonly stdout: string }> {
  const env = {
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: home,
    USERPROFILE: home,
    TMPDIR: folder,
    npm_config_cache: join(home, 'cache'),
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_fetch_retries: '0',
    npm_config_update_notifier: 'false',
  };
  const options = { cwd: folder, env, shell: process.platform === 'win32' };
  return new Promise((resolve) => {
    execFile('npm', args, options, (error, stdout) => resolve({ failed: error !== null, stdout }));
  });
}

beforeAll(async () => {
  mkdirSync(home);
  const cli = fileURLToPath(new URL('../../cli', import.meta.url));
  if (!existsSync(join(cli, 'dist/index.js')))
    throw new Error('The command line is not built: npm run build');
  const [found] = JSON.parse((await npm('pack', '--json', cli)).stdout);
  packed = join(folder, found.filename);
  expect(found.files.map(({ path }: { readonly path: string }) => path).sort()).toEqual([
    'LICENSE',
    'dist/index.js',
    'dist/licenses.txt',
    'dist/package.json',
    'load.cjs',
    'package.json',
    'start.cjs',
  ]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('npx starts it with nothing else installed, and shows what would go from a public repository without a credential', async () => {
  const quay = endsWithTest(await startQuay());
  quay.addRepository('acme/web', { public: true });
  quay.addTags('acme/web', [...previews(3), { name: 'latest' }]);
  const options = ['--registry', quay.url, '--repository', 'acme/web', '--tags', 'pr-*'];
  const run = await npm('exec', '--yes', `file:${packed}`, '--', ...options);
  expect(run).toMatchObject({ failed: false, stdout: expect.stringContaining('pr-3') });
  expect(quay.alive('acme/web')).toEqual(['latest', 'pr-1', 'pr-2', 'pr-3']);
  const [installed = ''] = readdirSync(join(home, 'cache/_npx'));
  const packages = readdirSync(join(home, 'cache/_npx', installed, 'node_modules'));
  expect(packages.filter((name) => !name.startsWith('.'))).toEqual(['quay-tag-cleanup']);
});
