import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

// Writes what is made from action.yml, restore/action.yml and package.json: the tables of inputs and outputs in the
// documentation, what the command line knows of the inputs, and the version of its package. With --check it writes nothing,
// and fails where a file differs.

interface Input {
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string;
}

interface ActionFile {
  readonly inputs: Readonly<Record<string, Input>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readYaml = (path: string) => parse(read(path));

const ACTIONS = [
  { name: 'cleanup', folder: '', prefix: '' },
  { name: 'restore', folder: 'restore/', prefix: 'restore-' },
].map((action) => ({ ...action, file: readYaml(`${action.folder}action.yml`) as ActionFile }));

const cell = (text: string) => text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');

function inputTable({ inputs }: ActionFile): string {
  const rows = Object.entries(inputs).map(([name, input]) => {
    const value = input.required ? '**required**' : input.default === undefined ? '' : `\`${input.default}\``;
    return `| \`${name}\` | ${value} | ${cell(input.description)} |`;
  });
  return ['| Input | Default | Meaning |', '|---|---|---|', ...rows].join('\n');
}

function outputTable({ outputs }: ActionFile): string {
  const rows = Object.entries(outputs).map(
    ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
  );
  return ['| Output | Meaning |', '|---|---|', ...rows].join('\n');
}

/** The pages with their tables, each between two comments of its name. */
function documentation(): ReadonlyMap<string, string> {
  const paths = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
  const pages = new Map(paths.filter((path) => path.endsWith('.md')).map((path) => [path, read(path)]));
  const tables = ACTIONS.flatMap(({ prefix, file }) => [
    { marker: `${prefix}inputs`, table: inputTable(file) },
    { marker: `${prefix}outputs`, table: outputTable(file) },
  ]);
  for (const { marker, table } of tables) {
    const begin = `<!-- ${marker}: generated from action.yml by npm run docs -->`;
    const end = `<!-- /${marker} -->`;
    const [path, text = ''] = [...pages].find(([, page]) => page.includes(begin) && page.includes(end)) ?? [];
    if (path === undefined) throw new Error(`No page of the documentation has a part ${begin} … ${end}.`);
    const [before, rest = ''] = text.split(begin);
    pages.set(path, `${before}${begin}\n${table}\n${end}${rest.split(end)[1]}`);
  }
  return pages;
}

/** `src/cli/actions.json`: each input is an option. */
function commandLine(): string {
  const options = ACTIONS.map(({ name, folder, file }) => {
    const types = readYaml(`${folder}action-types.yml`).inputs;
    const inputs = Object.entries(file.inputs).map(([input, { description, default: value }]) => ({
      name: input,
      description: description.trim(),
      isBoolean: types[input]?.type === 'boolean',
      isList: types[input]?.type === 'list',
      default: value === undefined || value.startsWith('${{') ? '' : value,
    }));
    return [name, inputs];
  });
  const { version } = JSON.parse(read('package.json'));
  return `${JSON.stringify({ version, ...Object.fromEntries(options) }, null, 2)}\n`;
}

const version = /^ {2}"version": .*$/m;
const files = new Map([
  ...documentation(),
  ['src/cli/actions.json', commandLine()],
  [
    'cli/package.json',
    read('cli/package.json').replace(version, version.exec(read('package.json'))?.[0] ?? ''),
  ],
]);
const changed = [...files].filter(([path, text]) => read(path) !== text);
for (const [path, text] of changed) {
  if (!process.argv.includes('--check')) writeFileSync(join(root, path), text);
  console.log(
    process.argv.includes('--check') ? `${path} differs. Run: npm run docs` : `${path} is updated.`,
  );
}
if (changed.length === 0) console.log('What is made from action.yml and package.json is up to date.');
else if (process.argv.includes('--check')) process.exitCode = 1;
