import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// TypeScript 7 breaks ncc's own loader, so tsc emits JavaScript first and ncc bundles that.

const root = fileURLToPath(new URL('..', import.meta.url));
const NCC = 'node_modules/@vercel/ncc/dist/ncc/cli.js';

function run(script: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

function compile(): void {
  rmSync(`${root}/lib`, { recursive: true, force: true });
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], {
    cwd: root,
    stdio: 'inherit',
  });
}

function bundle(): void {
  rmSync(`${root}/dist`, { recursive: true, force: true });
  run(NCC, 'build', 'lib/index.js', '-o', 'dist', '--license', 'licenses.txt');
  run(NCC, 'build', 'lib/restore/index.js', '-o', 'dist/restore', '--license', 'licenses.txt');
}

compile();
bundle();
