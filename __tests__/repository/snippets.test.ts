import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ACTION, completeWorkflow, ourSteps, parseWorkflow } from '../support/documentation/workflow.ts';
import { headingsOf, snippetsOf } from '../support/markdown.ts';
import { problemsOf } from '../support/workflow-language.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const pages = ['README.md', 'docs/migrating.md'].map((path) => ({ path, text: read(path) }));
const snippets = pages.flatMap(({ path, text }) =>
  snippetsOf(text).map((snippet) => ({ ...snippet, path, workflow: completeWorkflow(snippet.text) })),
);
const yaml = snippets.filter(({ language }) => language === 'yaml');

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

const cleanup: ActionFile = parse(read('action.yml'));
const restore: ActionFile = parse(read('restore/action.yml'));
const steps = yaml.flatMap(({ workflow }) => ourSteps(parseWorkflow(workflow)));

describe('the snippets of the documentation', () => {
  test('are many, and most use the action', () => {
    expect(yaml.length).toBeGreaterThan(25);
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

  test('run only npm scripts that there are', () => {
    const { scripts }: { scripts: object } = JSON.parse(read('package.json'));
    const texts = [...pages.map(({ text }) => text), read('CONTRIBUTING.md')];
    const names = texts.flatMap((text) =>
      [...text.matchAll(/npm (?:run |(?=test))([\w-]+)/g)].map(([, name]) => name),
    );
    expect(names).toContain('demo');
    expect(names.filter((name) => !(String(name) in scripts))).toEqual([]);
  });
});

describe('the workflow language service', () => {
  test('finds nothing wrong with them', () => {
    const documents = yaml.map(({ workflow, path }, index) => ({
      uri: `file:///.github/workflows/${path.replaceAll('/', '-')}-${index}.yml`,
      text: workflow,
    }));
    expect(problemsOf(documents)).toEqual([]);
  });

  test('does find an input that the action has not', () => {
    const { uses } = steps[0] ?? {};
    const text = completeWorkflow(
      `      - uses: ${uses}\n        with: { repository: a/b, tags: x, tagz: x }\n`,
    );
    expect(problemsOf([{ uri: 'file:///.github/workflows/x.yml', text }])).toMatchObject([
      { message: "Invalid action input 'tagz'" },
    ]);
  });
});

test.each(pages)('the table of contents of $path leads to every heading of the second level', ({ text }) => {
  const [beginning = ''] = text.split(/^## /m);
  const linked = [...beginning.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
  const headings = headingsOf(text).filter(({ level }) => level === 2);
  expect(headings.length).toBeGreaterThan(5);
  expect(headings.filter(({ anchor }) => !linked.includes(anchor))).toEqual([]);
});

test('the README begins with what a first day needs', () => {
  const order = [
    'The workflow to copy',
    'Credentials',
    'Patterns',
    'Recipes',
    'Undo',
    'Inputs and outputs',
    'Compared with what people do today',
    'Guarantees',
    'Troubleshooting',
    'Self-hosted Quay, runners and GitHub',
    'Pinning and verifying',
    'Development',
  ];
  const sections = headingsOf(read('README.md')).filter(({ level }) => level === 2);
  expect(sections.map(({ text }) => text).filter((text) => order.includes(text))).toEqual(order);
});
