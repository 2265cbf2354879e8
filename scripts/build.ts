import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Makes dist/ for the actions, and cli/ for the command line. TypeScript 7 breaks ncc's own loader, so tsc emits JavaScript
// first and ncc bundles that.

const root = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (path: string) => join(root, path);

function run(script: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, [inRoot(script), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** What webpack says of a module: where its source is, which files it went into, and what was merged into it. */
interface BundledModule {
  readonly nameForCondition?: string | null;
  readonly chunks?: readonly unknown[];
  readonly modules?: readonly BundledModule[];
}

/** Bundles an entry into a folder, beside the licences of all that is in it. */
function bundle(entry: string, folder: string): void {
  const stats = inRoot('lib/stats.json');
  run('node_modules/@vercel/ncc/dist/ncc/cli.js', 'build', entry, '-o', folder, '--stats-out', stats);
  const { modules } = JSON.parse(readFileSync(stats, 'utf8'));
  writeFileSync(inRoot(`${folder}/licenses.txt`), licensesOf(modules));
}

/** The licences of the packages in a bundle, by name. ncc's own list has only the packages of the last file it wrote. */
function licensesOf(modules: readonly BundledModule[]): string {
  const bundled = modules.filter(({ chunks }) => chunks && chunks.length > 0);
  const folders = new Map<string, string>();
  for (const { nameForCondition } of [
    ...bundled,
    ...bundled.flatMap(({ modules: merged }) => merged ?? []),
  ]) {
    const path = (nameForCondition ?? '').replaceAll('\\', '/');
    const [, folder, name] = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(path) ?? [];
    if (folder && name) folders.set(name, folder);
  }
  return [...folders]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, folder]) => `${name}\n\n${licenseText(folder).trim()}\n`)
    .join('\n----\n\n');
}

function licenseText(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[sc]e(\.|$)/i.test(name));
  if (!file) throw new Error(`${folder} has no licence file.`);
  return readFileSync(join(folder, file), 'utf8');
}

/** Both actions are one bundle, `dist/actions/`; what a runner starts names the one that it is. */
function buildActions(): void {
  const stories = ['cleanup', 'restore'];
  // Eager: in the same file, and run only when it is asked for.
  const load = (name: string) =>
    `export const ${name} = () => import(/* webpackMode: "eager" */ './${name}/main.js');\n`;
  writeFileSync(inRoot('lib/actions.js'), stories.map(load).join(''));
  rmSync(inRoot('dist'), { recursive: true, force: true });
  bundle('lib/actions.js', 'dist/actions');
  mkdirSync(inRoot('dist/restore'));
  const start = (name: string, path: string) => `import { ${name} } from '${path}';\n\nawait ${name}();\n`;
  writeFileSync(inRoot('dist/index.js'), start('cleanup', './actions/index.js'));
  writeFileSync(inRoot('dist/restore/index.js'), start('restore', '../actions/index.js'));
  writeFileSync(inRoot('dist/package.json'), '{\n  "type": "module"\n}\n');
}

/** `npm pack ./cli` packs it: the bundle beside what checks the version of Node. */
function buildCommandLine(): void {
  rmSync(inRoot('cli/dist'), { recursive: true, force: true });
  if (!existsSync(inRoot('lib/cli/main.js'))) return;
  bundle('lib/cli/main.js', 'cli/dist');
  copyFileSync(inRoot('LICENSE'), inRoot('cli/LICENSE'));
}

rmSync(inRoot('lib'), { recursive: true, force: true });
execFileSync(process.execPath, [inRoot('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'], {
  cwd: root,
  stdio: 'inherit',
});
buildActions();
buildCommandLine();
