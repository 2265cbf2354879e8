import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

const actions: Readonly<Record<string, ActionFile>> = {
  'OWNER/quay-tag-cleanup@v1': parse(read('action.yml')),
  'OWNER/quay-tag-cleanup/restore@v1': parse(read('restore/action.yml')),
};

const snippets = [...read('README.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** Every step in a piece of a workflow, however deep it stands. */
function stepsIn(value: unknown): readonly Step[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn);
  if (typeof value !== 'object' || value === null) return [];
  return 'uses' in value ? [value] : Object.values(value).flatMap(stepsIn);
}

const steps = snippets
  .flatMap((yaml) => stepsIn(parse(yaml)))
  .filter(({ uses }) => uses?.startsWith('OWNER/'));

describe('the snippets of the README', () => {
  test('are YAML, and there are some', () => {
    expect(snippets.length).toBeGreaterThan(10);
    expect(steps.length).toBeGreaterThan(8);
  });

  test('use only inputs that the action has, and all that it requires', () => {
    for (const { uses = '', with: given = {} } of steps) {
      const { inputs } = actions[uses] ?? { inputs: {} };
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
    expect(names.filter((name) => !(name in (actions['OWNER/quay-tag-cleanup@v1']?.outputs ?? {})))).toEqual(
      [],
    );
  });
});

describe('the workflows of this repository', () => {
  const workflow = read('.github/workflows/ci.yml');

  test('pin every action to a commit, with its version beside it', () => {
    const uses = workflow.split('\n').filter((line) => line.includes('uses:'));
    expect(uses.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test('grant nothing on top', () => {
    expect(parse(workflow).permissions).toEqual({});
  });
});

test('the tests run on the Node that the action runs on', () => {
  expect(process.versions.node.split('.')[0]).toBe('24');
});

test('the bundle holds one copy of undici, and loads octokit only when it is asked for', () => {
  const bundle = read('dist/index.js');
  expect(bundle.match(/^\/\/ .*class EnvHttpProxyAgent|^class EnvHttpProxyAgent/gm)).toHaveLength(1);
  expect(bundle).not.toContain('octokit-core.js');
});
