import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Occasion } from '../support/documentation/run-workflow.ts';
import { runWorkflow } from '../support/documentation/run-workflow.ts';
import { defaultInputs, ourSteps, parseWorkflow } from '../support/documentation/workflow.ts';
import { type Aged, documentedWorld, occasionOf } from '../support/documentation/world.ts';
import { headingsOf, snippetsOf } from '../support/markdown.ts';

const page = readFileSync(new URL('../../docs/migrating.md', import.meta.url), 'utf8');
const after = snippetsOf(page).filter(
  ({ language, text }) => language === 'yaml' && ourSteps(parseWorkflow(text)).length > 0,
);

interface Scene {
  readonly under: string;
  readonly tags: readonly Aged[];
  readonly on: string;
  readonly inputs?: Occasion['inputs'];
  readonly remaining: readonly string[];
}

const PREVIEWS: readonly Aged[] = [
  ['latest', 1],
  ['v2.0.0', 1],
  ['pr-1', 1],
  ['pr-1-arm64', 1],
  ['pr-1-mobi', 1],
  ['pr-12', 1],
  ['pr-2', 1],
];

const scenes: readonly Scene[] = [
  {
    under: 'A loop of curl when the pull request closes',
    tags: PREVIEWS,
    on: 'pull_request',
    remaining: ['latest', 'pr-12', 'pr-2', 'v2.0.0'],
  },
  {
    under: 'A loop of curl when the pull request closes',
    tags: PREVIEWS,
    on: 'schedule',
    remaining: ['latest', 'pr-2', 'v2.0.0'],
  },
  {
    under: 'skopeo delete with a robot account',
    tags: [
      ['latest', 1, { digest: `sha256:${'1'.repeat(64)}` }],
      ['pr-1', 1, { digest: `sha256:${'1'.repeat(64)}` }],
      ['pr-2', 1],
    ],
    on: 'pull_request',
    remaining: ['latest', 'pr-2'],
  },
  {
    under: 'Tags typed by hand',
    tags: PREVIEWS,
    on: 'workflow_dispatch',
    inputs: { tags: '{pr-1,pr-2*}', 'dry-run': false },
    remaining: ['latest', 'pr-1-arm64', 'pr-1-mobi', 'pr-12', 'v2.0.0'],
  },
  {
    under: 'Tags typed by hand',
    tags: PREVIEWS,
    on: 'workflow_dispatch',
    inputs: { tags: 'pr-*' },
    remaining: PREVIEWS.map(([name]) => name).sort(),
  },
  {
    under: 'A nightly script that deletes by age',
    tags: [
      ...Array.from({ length: 250 }, (_, index): Aged => [`build-${index}`, index < 130 ? 1 : 31]),
      ['latest', 90],
      ['v1', 90],
    ],
    on: 'schedule',
    remaining: ['latest', 'v1', ...Array.from({ length: 130 }, (_, index) => `build-${index}`)].sort(),
  },
  {
    under: 'A list of suffixes',
    tags: PREVIEWS,
    on: 'pull_request',
    remaining: ['latest', 'pr-1-arm64', 'pr-12', 'pr-2', 'v2.0.0'],
  },
  {
    under: 'Expiry set when the image is pushed',
    tags: PREVIEWS,
    on: 'pull_request',
    remaining: PREVIEWS.map(([name]) => name).sort(),
  },
];

function workflowUnder(heading: string) {
  const [snippet, ...more] = after.filter(({ under }) => under.at(-1) === heading);
  if (!snippet || more.length > 0) throw new Error(`"${heading}" has not one workflow of ours.`);
  return parseWorkflow(snippet.text);
}

describe('what moves over, as docs/migrating.md shows it after', () => {
  test.each(scenes)('$under, on $on', async ({ under, tags, on, inputs, remaining }) => {
    const world = await documentedWorld(tags);
    const workflow = workflowUnder(under);
    const { runs } = await runWorkflow(workflow, {
      ...occasionOf(on, world),
      inputs: { ...defaultInputs(workflow), ...inputs },
    });
    expect(runs.map(({ exitCode, log }) => (exitCode === 0 ? 'ok' : log))).toEqual(['ok']);
    expect(runs[0]?.outputs['selected-count']).not.toBe('0');
    expect(world.quay.alive('acme/web')).toEqual(remaining);
  });

  test('is run here under each heading', () => {
    const headings = headingsOf(page).filter(({ level }) => level === 2);
    const tested = new Set(scenes.map(({ under }) => under));
    expect(headings.map(({ text }) => text).filter((text) => !tested.has(text))).toEqual([
      'What cannot be migrated',
    ]);
  });
});

describe('an expiration set at the push of a pull request', () => {
  const { under } = scenes.at(-1) ?? { under: '' };

  test('is that of its own tags, though it is open, and of no other tag', async () => {
    const { quay, github } = await documentedWorld([...PREVIEWS, ['pr-22', 1]]);
    const workflow = workflowUnder(under);
    const push = {
      ...occasionOf('pull_request', { quay, github }),
      payload: { number: 2, action: 'synchronize' },
    };
    await runWorkflow(workflow, push);
    const expires = (tag: string) => quay.row('acme/web', tag)?.['expiration'] !== undefined;
    expect(quay.alive('acme/web').filter(expires)).toEqual(['pr-2']);
  });
});

test('more tags than allowed are not deleted by a pattern typed by hand', async () => {
  const tags = Array.from({ length: 21 }, (_, index): Aged => [`rc-${index}`, 1]);
  const world = await documentedWorld(tags);
  const { runs } = await runWorkflow(workflowUnder('Tags typed by hand'), {
    ...occasionOf('workflow_dispatch', world),
    inputs: { tags: 'rc-*', 'dry-run': false },
  });
  expect(runs[0]?.exitCode).toBe(1);
  expect(runs[0]?.log).toContain('`max-deletes` allows 20');
  expect(world.quay.alive('acme/web')).toHaveLength(21);
});
