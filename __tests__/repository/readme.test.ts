import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { problemsOf } from '../support/workflow-language.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

const actions: Readonly<Record<string, ActionFile>> = {
  '<owner>/quay-tag-cleanup@v1': parse(read('action.yml')),
  '<owner>/quay-tag-cleanup/restore@v1': parse(read('restore/action.yml')),
};

const snippets = [...read('README.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

function isStep(value: object): value is Step {
  return 'uses' in value && typeof value.uses === 'string';
}

/** Every step in a piece of a workflow, however deep it stands. */
function stepsIn(value: unknown): readonly Step[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn);
  if (typeof value !== 'object' || value === null) return [];
  return isStep(value) ? [value] : Object.values(value).flatMap(stepsIn);
}

const steps = snippets
  .flatMap((yaml) => stepsIn(parse(yaml)))
  .filter(({ uses }) => uses?.startsWith('<owner>/'));

describe('the snippets of the README', () => {
  test('are YAML, and there are some', () => {
    expect(snippets.length).toBeGreaterThan(10);
    expect(steps.length).toBeGreaterThan(8);
  });

  test('use only inputs that the action has, and all that it requires', () => {
    for (const { uses = '', with: given = {} } of steps) {
      const inputs: ActionFile['inputs'] = actions[uses]?.inputs ?? {};
      const required = Object.entries(inputs)
        .filter(([, input]) => input.required)
        .map(([name]) => name);
      expect({ uses, unknown: Object.keys(given).filter((name) => !(name in inputs)) }).toEqual({
        uses,
        unknown: [],
      });
      expect({ uses, missing: required.filter((name) => !(name in given)) }).toEqual({ uses, missing: [] });
    }
  });

  test('read only outputs that the action has', () => {
    const names = snippets.flatMap((yaml) =>
      [...yaml.matchAll(/steps\.\w+\.outputs\.([\w-]+)/g)].map(([, name = '']) => name),
    );
    expect(
      names.filter((name) => !(name in (actions['<owner>/quay-tag-cleanup@v1']?.outputs ?? {}))),
    ).toEqual([]);
  });
});

const HEAD = 'on: [push, pull_request]\n';
const JOB = `${HEAD}jobs:\n  example:\n    runs-on: ubuntu-latest\n`;

/** A snippet as the workflow that it is a part of. */
function asWorkflow(snippet: string): string {
  if (/^ {6}- /.test(snippet)) return `${JOB}    steps:\n${snippet}`;
  if (/^ {4}\w/.test(snippet)) return `${JOB}${snippet}`;
  if (/^jobs:/.test(snippet)) return `${HEAD}${snippet}`;
  return /^jobs:/m.test(snippet)
    ? snippet
    : `${snippet}${JOB.slice(HEAD.length)}    steps:\n      - run: true\n`;
}

describe('the workflow language service', () => {
  test('finds nothing wrong with the snippets of the README', () => {
    expect(
      problemsOf(
        snippets.map((snippet, index) => ({
          uri: `file:///.github/workflows/${index}.yml`,
          text: asWorkflow(snippet),
        })),
      ),
    ).toEqual([]);
  });

  test('does find an input that the action has not', () => {
    const text = asWorkflow(
      '      - uses: <owner>/quay-tag-cleanup@v1\n        with: { repository: a/b, tags: x, tagz: x }\n',
    );
    expect(problemsOf([{ uri: 'file:///.github/workflows/x.yml', text }])).toMatchObject([
      { message: "Invalid action input 'tagz'" },
    ]);
  });
});
