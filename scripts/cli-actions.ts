import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

// Writes what the command line knows of the actions' inputs from action.yml; with --check, only says whether it is up to date.

const root = fileURLToPath(new URL('..', import.meta.url));
const file = `${root}src/cli/actions.ts`;

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
}

interface TypesFile {
  readonly inputs: Readonly<Record<string, { readonly type: string }>>;
}

function inputsOf(folder: string): readonly object[] {
  const { inputs } = parse(readFileSync(`${root}${folder}action.yml`, 'utf8')) as ActionFile;
  const types = (parse(readFileSync(`${root}${folder}action-types.yml`, 'utf8')) as TypesFile).inputs;
  return Object.entries(inputs).map(([name, input]) => ({
    name,
    description: input.description.trim(),
    isBoolean: types[name]?.type === 'boolean',
    isList: types[name]?.type === 'list',
    ...(input.default === undefined || input.default.startsWith('${{') ? {} : { default: input.default }),
  }));
}

const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const draft = `// Made from action.yml, restore/action.yml and package.json by \`npm run docs\`.

/** An input of an action, as its action.yml declares it. */
export interface ActionInput {
  readonly name: string;
  readonly description: string;
  readonly isBoolean: boolean;
  /** Whether it takes one value a line. */
  readonly isList: boolean;
  readonly default?: string;
}

export const VERSION = ${JSON.stringify(version)};

export const ACTIONS: Readonly<Record<'cleanup' | 'restore', readonly ActionInput[]>> = ${JSON.stringify({
  cleanup: inputsOf(''),
  restore: inputsOf('restore/'),
})};
`;
const text = execFileSync(
  process.execPath,
  [`${root}node_modules/@biomejs/biome/bin/biome`, 'format', '--stdin-file-path=src/cli/actions.ts'],
  { cwd: root, input: draft, encoding: 'utf8' },
);
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('src/cli/actions.ts differs from action.yml: run npm run docs.');
  process.exitCode = 1;
}
