import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

// Writes the tables of inputs and outputs in README.md from action.yml and restore/action.yml.
// With --check it writes nothing and fails where they differ.

interface ActionFile {
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}/README.md`, 'utf8');

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
    ([name, output]) => `| \`${name}\` | ${cell(output.description)} |`,
  );
  return ['| Output | Meaning |', '|---|---|', ...rows].join('\n');
}

function replaceBetween(text: string, marker: string, content: string): string {
  const begin = `<!-- ${marker}: generated from action.yml by npm run docs -->`;
  const end = `<!-- /${marker} -->`;
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`README.md has no part ${begin} … ${end}.`);
  return `${before}${begin}\n${content}\n${end}${after}`;
}

let updated = readme;
for (const [prefix, file] of [
  ['', 'action.yml'],
  ['restore-', 'restore/action.yml'],
] as const) {
  const action: ActionFile = parse(readFileSync(`${root}/${file}`, 'utf8'));
  updated = replaceBetween(updated, `${prefix}inputs`, inputTable(action));
  updated = replaceBetween(updated, `${prefix}outputs`, outputTable(action));
}
if (updated === readme) {
  console.log('The tables of README.md agree with action.yml.');
} else if (process.argv.includes('--check')) {
  console.error('The tables of README.md differ from action.yml. Run: npm run docs');
  process.exitCode = 1;
} else {
  writeFileSync(`${root}/README.md`, updated);
  console.log('README.md updated.');
}
