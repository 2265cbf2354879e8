import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ACTION, completeWorkflow, ourSteps, parseWorkflow } from '../support/documentation/workflow.ts';
import { headingsOf, snippetsOf } from '../support/markdown.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const documents = readdirSync(new URL('docs/', root)).filter((name) => name.endsWith('.md'));
const pages = ['README.md', ...documents.map((name) => `docs/${name}`)].map((path) => ({
  path,
  text: read(path),
}));
const yaml = pages.flatMap(({ path, text }) =>
  snippetsOf(text)
    .filter(({ language }) => language === 'yaml')
    .map((snippet) => ({ ...snippet, path, workflow: completeWorkflow(snippet.text) })),
);

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

const cleanup: ActionFile = parse(read('action.yml'));
const restore: ActionFile = parse(read('restore/action.yml'));
const steps = yaml.flatMap(({ workflow }) => ourSteps(parseWorkflow(workflow)));

describe('the snippets of the documentation', () => {
  test('are many, and most use the action', () => {
    expect(yaml.length).toBeGreaterThan(20);
    expect(steps.length).toBeGreaterThan(15);
  });

  test('use only inputs that the action has, and all that it requires', () => {
    const wrong = steps.flatMap(({ uses = '', with: given = {} }) => {
      const { inputs } = ACTION.exec(uses)?.groups?.['restore'] ? restore : cleanup;
      const unknown = Object.keys(given).filter((name) => !(name in inputs));
      const missing = Object.keys(inputs).filter((name) => inputs[name]?.required && !(name in given));
      return [...unknown, ...missing];
    });
    expect(wrong).toEqual([]);
  });

  test('read only outputs that the action has', () => {
    const names = yaml.flatMap(({ text }) =>
      [...text.matchAll(/steps\.\w+\.outputs\.([\w-]+)/g)].map(([, name = '']) => name),
    );
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter((name) => !(name in cleanup.outputs))).toEqual([]);
  });
});

test('the workflow language service finds nothing wrong in snippets, workflows and actions, but an unknown input', () => {
  const step = `      - uses: ${steps[0]?.uses}\n        with: { repository: a/b, tags: x, tagz: x }\n`;
  const files = [
    ...yaml.map(({ workflow, path }, index) => ({
      uri: `file:///.github/workflows/${path.replaceAll('/', '-')}-${index}.yml`,
      text: workflow,
    })),
    ...['action.yml', 'restore/action.yml', ...readdirSync(new URL('.github/workflows/', root))].map(
      (name) => {
        const path = name.endsWith('action.yml') ? name : `.github/workflows/${name}`;
        return { uri: `file:///${path}`, text: read(path) };
      },
    ),
    { uri: 'file:///.github/workflows/wrong.yml', text: completeWorkflow(step) },
  ];
  // In a process of its own: it imports JSON in a way that needs hooks.
  const validator = fileURLToPath(new URL('../support/validate-workflows.mjs', import.meta.url));
  const printed = execFileSync(process.execPath, [validator], {
    input: JSON.stringify(files),
    encoding: 'utf8',
  });
  expect(JSON.parse(printed)).toMatchObject([
    { uri: 'file:///.github/workflows/wrong.yml', message: "Invalid action input 'tagz'" },
  ]);
});

test('the documentation runs only npm scripts that there are', () => {
  const { scripts }: { scripts: object } = JSON.parse(read('package.json'));
  const texts = [...pages.map(({ text }) => text), read('CONTRIBUTING.md'), read('AGENTS.md')];
  const names = texts.flatMap((text) =>
    [...text.matchAll(/npm (?:run (?:--silent )?|(?=test))([\w:-]+)/g)].map(([, name]) => name),
  );
  expect(names).toContain('demo');
  expect(names.filter((name) => !(String(name) in scripts))).toEqual([]);
});

test('no link in the documentation leads to a file or a heading that is not there', () => {
  const all = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const broken = all.flatMap((page) =>
    [...read(page).matchAll(/(?:\]\(|src(?:set)?=")([^)"\s]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target) && !leadsSomewhere(page, target))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

function leadsSomewhere(page: string, target: string): boolean {
  const [path, heading] = target.split('#');
  const file = path ? new URL(path, new URL(page, root)) : new URL(page, root);
  try {
    const text = readFileSync(file, 'utf8');
    return heading === undefined || headingsOf(text).some(({ anchor }) => anchor === heading);
  } catch {
    return false;
  }
}

test('the tests that the documentation names are there', () => {
  const files = execFileSync('git', ['ls-files', '__tests__'], { cwd: root, encoding: 'utf8' });
  const named = pages.flatMap(({ text }) => text.match(/[\w.-]+\.test\.ts/g) ?? []);
  expect(named.filter((name) => !files.includes(`/${name}\n`))).toEqual([]);
  expect(named.length).toBeGreaterThan(9);
});

test('a page that begins with a table of contents leads to every heading of the second level', () => {
  const missing = pages.flatMap(({ path, text }) => {
    const [beginning = ''] = text.split(/^## /m);
    const linked = [...beginning.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
    const headings = headingsOf(text).filter(({ level }) => level === 2);
    if (path !== 'README.md' && linked.length === 0) return [];
    return headings.filter(({ anchor }) => !linked.includes(anchor)).map(({ anchor }) => `${path}#${anchor}`);
  });
  expect(missing).toEqual([]);
});

test('the messages that troubleshooting quotes are those of the source', () => {
  const src = new URL('src/', root);
  const source = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(new URL(path.replaceAll('\\', '/'), src), 'utf8'))
    .join('\n');
  const text = pages.map((page) => page.text).find((each) => each.includes('| The log says |')) ?? '';
  const table = text.slice(text.indexOf('| The log says |')).split('\n\n')[0] ?? '';
  const quotes = table.split('\n').flatMap((row) => (row.split(' | ')[0] ?? '').match(/`[^`]+`/g) ?? []);
  // A name, a host or a status stands for any.
  const parts = quotes.flatMap((quote) => quote.slice(1, -1).split(/…|quay\.io|\(40\d\)/));
  expect(quotes.length).toBeGreaterThan(9);
  expect(parts.filter((part) => !source.includes(part.trim()))).toEqual([]);
});
