import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { quayWithTags } from '../support/fixture.ts';
import { previews } from '../support/quay/tags.ts';
import { folderOf } from '../support/resources.ts';

/** Runs npm in a folder, with an empty home, and a registry that nobody can reach. */
function npm(folder: string, ...args: readonly string[]): Promise<string> {
  const home = join(folder, 'home');
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
  return new Promise((resolve, reject) => {
    execFile('npm', args, options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}

// As a release attaches it: the packed file alone, in an empty folder, for somebody who has nothing else.
test('npx starts the packed command line alone, and shows what would go from a public repository without a credential', async () => {
  const folder = folderOf({ 'home/.keep': '' });
  const cli = fileURLToPath(new URL('../../cli', import.meta.url));
  if (!existsSync(join(cli, 'dist/index.js'))) throw new Error('It is not built: npm run build');
  const [packed] = JSON.parse(await npm(folder, 'pack', '--json', cli));
  expect(packed.files.map(({ path }: { readonly path: string }) => path).sort()).toEqual([
    'LICENSE',
    'dist/index.js',
    'dist/licenses.txt',
    'dist/package.json',
    'load.cjs',
    'package.json',
    'start.cjs',
  ]);
  const quay = await quayWithTags([]);
  quay.addRepository('acme/open', { public: true, tags: previews(3) });
  const options = ['--registry', quay.url, '--repository', 'acme/open', '--tags', 'pr-*'];
  const file = `file:${join(folder, packed.filename)}`;
  expect(await npm(folder, 'exec', '--yes', file, '--', ...options)).toContain('pr-3');
  expect(quay.deletesSent()).toEqual([]);
  const [installed = ''] = readdirSync(join(folder, 'home/cache/_npx'));
  const packages = readdirSync(join(folder, 'home/cache/_npx', installed, 'node_modules'));
  expect(packages.filter((name) => !name.startsWith('.'))).toEqual(['quay-tag-cleanup']);
});
