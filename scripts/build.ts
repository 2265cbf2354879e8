import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/**
 * Lets ncc leave out of `@actions/core` what is not used, its HTTP client above all, which takes longer to load than all
 * the rest. The package does not say that importing it does nothing else, so a copy that the bundle finds first says it.
 */
function thinOutCore(): void {
  const copy = `${root}/lib/node_modules/@actions/core`;
  cpSync(`${root}/node_modules/@actions/core`, copy, { recursive: true });
  const description = JSON.parse(readFileSync(`${copy}/package.json`, 'utf8'));
  writeFileSync(`${copy}/package.json`, JSON.stringify({ ...description, sideEffects: false }));
}

function bundle(entry: string, folder: string): void {
  const stats = `${root}/lib/stats.json`;
  run(NCC, 'build', entry, '-o', folder, '--stats-out', stats);
  const { modules } = JSON.parse(readFileSync(stats, 'utf8'));
  writeFileSync(`${root}/${folder}/licenses.txt`, licensesOf(modules));
}

compile();
thinOutCore();
rmSync(`${root}/dist`, { recursive: true, force: true });
bundle('lib/cleanup/main.js', 'dist');
bundle('lib/restore/main.js', 'dist/restore');
