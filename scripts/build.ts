import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// TypeScript 7 breaks ncc's own loader, so tsc emits JavaScript first and ncc bundles that.
const root = fileURLToPath(new URL('..', import.meta.url));
const run = (tool: string, ...args: string[]) =>
  execFileSync(process.execPath, [fileURLToPath(import.meta.resolve(tool)), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

for (const folder of ['lib', 'dist']) rmSync(`${root}/${folder}`, { recursive: true, force: true });
execFileSync(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '-p', 'tsconfig.json'], {
  cwd: root,
  stdio: 'inherit',
});
run('@vercel/ncc/dist/ncc/cli.js', 'build', 'lib/index.js', '-o', 'dist', '--license', 'licenses.txt');
run(
  '@vercel/ncc/dist/ncc/cli.js',
  'build',
  'lib/restore/index.js',
  '-o',
  'dist/restore',
  '--license',
  'licenses.txt',
);
