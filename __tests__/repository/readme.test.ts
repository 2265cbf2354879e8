import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readme, snippets, workflowToCopy, workflowUnder } from '../support/documentation/readme.ts';
import { runWorkflow } from '../support/documentation/run-workflow.ts';
import {
  completeWorkflow,
  defaultInputs,
  ourSteps,
  parseWorkflow,
  triggersOf,
} from '../support/documentation/workflow.ts';
import { type Aged, documentedWorld, occasionOf, type World } from '../support/documentation/world.ts';

const hex = '0123456789abcdef'.repeat(4);

/** Something for every snippet of the README to act on. */
async function everything(): Promise<World> {
  const shas = Array.from({ length: 12 }, (_, index): Aged => [`sha-000000${index}`, index + 1]);
  const world = await documentedWorld([
    ['latest', 1],
    ['v1.2.0', 200],
    ['pr-1', 60, { pulledAt: Math.floor(Date.now() / 1000) - 50 * 86_400 }],
    ['pr-2', 1],
    // Images in use, whose tags nothing else keeps: one by its name, one by the digest of a platform.
    ['pr-1-arm64', 1],
    ['preview-feature-gone', 2],
    ['preview-feature-kept', 2],
    [`sha256-${hex}.src`, 100],
    ['pr-3', 3, { deletedAt: Math.floor(Date.now() / 1000) - 3600 }],
    ...shas,
  ]);
  for (const name of ['api', 'site', 'docs', 'jobs']) {
    world.quay.addRepository(`acme/${name}`);
    world.quay.addTag(`acme/${name}`, {
      name: 'pr-1',
      lastModified: Math.floor(Date.now() / 1000) - 20 * 86_400,
    });
  }
  // The commit that one of those tags names was in pull request 1.
  const { repository } = world.github;
  const left = repository.commit([repository.headOf('main')], '0000009'.padEnd(40, '0'));
  const closed = repository.pullRequests.get(1);
  if (closed) closed.commits = [left];
  world.quay.addFederation('acme+ci', { subject: String(world.github.oidcClaims['sub']) });
  return world;
}

const runnable = snippets
  .map(({ text, under }) => ({
    under: under.slice(1).join(' → '),
    workflow: parseWorkflow(completeWorkflow(text)),
    isPart: !/^on:/m.test(text),
  }))
  .filter(({ workflow }) => ourSteps(workflow).length > 0)
  .flatMap(({ under, workflow, isPart }) =>
    (isPart ? ['schedule'] : triggersOf(workflow)).map((on) => ({ under, workflow, on })),
  );

describe('what the README shows to copy', () => {
  test('is run here, whatever uses the action; the rest is run by tests of its own', () => {
    const rest = snippets.filter(({ text }) => ourSteps(parseWorkflow(completeWorkflow(text))).length === 0);
    expect(rest.map(({ under }) => under.at(-1))).toEqual([
      'Keyless', // first-run.test.ts
      'Pull requests from forks, and by Dependabot', // below
    ]);
  });

  test.each(runnable)('works: $under, on $on', async ({ workflow, on }) => {
    const { runs } = await runWorkflow(workflow, {
      ...occasionOf(on, await everything()),
      inputs: on === 'workflow_dispatch' ? defaultInputs(workflow) : {},
    });
    expect(runs.filter(({ exitCode }) => exitCode !== 0).map(({ log }) => log)).toEqual([]);
    const acted = runs.map(({ outputs }) => Number(outputs['selected-count'] ?? outputs['restored-count']));
    expect(Math.max(...acted)).toBeGreaterThan(0);
  });
});

test('a pull request from a fork is cleaned up at its close by pull_request_target', async () => {
  const world = await documentedWorld([
    ['pr-1', 1],
    ['pr-2', 1],
  ]);
  const { on } = workflowUnder('Pull requests from forks, and by Dependabot', 'pull_request_target');
  await runWorkflow({ ...workflowToCopy, on }, occasionOf('pull_request_target', world));
  expect(world.quay.alive('acme/web')).toEqual(['pr-2']);
});

test('what a build system leaves beside an image is deleted only where a pattern names it', async () => {
  const left: readonly Aged[] = ['.src', '.dockerfile', ''].map(
    (suffix): Aged => [`sha256-${hex}${suffix}`, 100],
  );
  const world = await documentedWorld([...left, ['latest', 1], ['pr-1', 1]]);
  await runWorkflow(workflowUnder('What build systems leave behind', 'src'), occasionOf('schedule', world));
  expect(world.quay.alive('acme/web')).toEqual(['latest', 'pr-1', `sha256-${hex}`]);
});

test.each([
  ['kubectl', 'v1.2.0'],
  ['helm', 'pr-1-arm64'],
  ['deploy/', 'pr-1-arm64'],
])('what runs is kept by the recipe with %s, and what does not run is deleted', async (recipe, kept) => {
  const world = await documentedWorld([
    ['latest', 1],
    ['v1.2.0', 200],
    ['pr-1', 60],
    ['pr-1-arm64', 1],
  ]);
  await runWorkflow(workflowUnder('Never delete what runs', recipe), occasionOf('schedule', world));
  expect(world.quay.alive('acme/web')).toContain(kept);
  expect(world.quay.alive('acme/web')).not.toContain('pr-1');
});

test('the plan that the first job makes is carried out by the second', async () => {
  const world = await documentedWorld([
    ['latest', 1],
    ['pr-1', 1],
    ['pr-2', 1],
  ]);
  const workflow = workflowUnder('A plan that somebody approves', 'plan:');
  const { runs } = await runWorkflow(workflow, occasionOf('workflow_dispatch', world));
  expect(runs.map(({ outputs }) => outputs['deleted-count'])).toEqual(['0', '1']);
  expect(world.quay.alive('acme/web')).toEqual(['latest', 'pr-2']);
});

test('the messages that troubleshooting quotes are those of the source', () => {
  const src = new URL('../../src/', import.meta.url);
  const source = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(new URL(path.replaceAll('\\', '/'), src), 'utf8'))
    .join('\n');
  const table = readme.slice(readme.indexOf('| The log says |')).split('\n\n')[0] ?? '';
  const quotes = table.split('\n').flatMap((row) => (row.split(' | ')[0] ?? '').match(/`[^`]+`/g) ?? []);
  // A name, a host or a status stands for any.
  const parts = quotes.flatMap((quote) => quote.slice(1, -1).split(/…|quay\.io|\(40\d\)/));
  expect(quotes.length).toBeGreaterThan(9);
  expect(parts.filter((part) => !source.includes(part.trim()))).toEqual([]);
});
