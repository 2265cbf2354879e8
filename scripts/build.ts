import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { licensesOf } from './licenses.ts';

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

function bundle(entry: string, folder: string): void {
  const stats = `${root}/lib/stats.json`;
  run(NCC, 'build', entry, '-o', folder, '--stats-out', stats);
  const { modules } = JSON.parse(readFileSync(stats, 'utf8'));
  writeFileSync(`${root}/${folder}/licenses.txt`, licensesOf(modules));
}

compile();
rmSync(`${root}/dist`, { recursive: true, force: true });
bundle('lib/cleanup/main.js', 'dist');
bundle('lib/restore/main.js', 'dist/restore');
