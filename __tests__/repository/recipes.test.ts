import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Occasion, runWorkflow } from '../support/documentation/run-workflow.ts';
import {
  completeWorkflow,
  defaultInputs,
  documentation,
  ourSteps,
  parseWorkflow,
  readme,
  snippets,
  triggersOf,
  type Workflow,
  workflowToCopy,
  workflowUnder,
} from '../support/documentation/workflow.ts';
import {
  type Aged,
  documentedWorld,
  occasionOf,
  SECRETS,
  type World,
} from '../support/documentation/world.ts';
import { headingsOf, snippetsOf } from '../support/markdown.ts';

/** The workflow to copy after its last line was edited, as the README says. */
const editedWorkflow = withDryRun(workflowToCopy, /write (\$\{\{.*?\}\})/.exec(readme)?.[1] ?? '');

function withDryRun(workflow: Workflow, value: string): Workflow {
  const jobs = Object.entries(workflow.jobs).map(([name, job]) => {
    const steps = job.steps.map((step) => ({ ...step, with: { ...step.with, 'dry-run': value } }));
    return [name, { ...job, steps }] as const;
  });
  return { ...workflow, jobs: Object.fromEntries(jobs) };
}

/** What a reader sees first: pull request 12 is merged, 2 is open. */
const firstTags: readonly Aged[] = [
  ['pr-12', 1, { size: 44_040_192 }],
  ['pr-12-arm64', 1, { size: 41_943_040 }],
  'pr-2',
  ['v1.2.0', 9],
  ['latest', 2],
];

/** What happens on a click on "Run workflow", with the form as it is. */
const click = (workflow: Workflow, world: World, secrets: Occasion['secrets'] = {}) =>
  runWorkflow(workflow, {
    ...occasionOf('workflow_dispatch', world),
    inputs: defaultInputs(workflow),
    secrets,
  });

describe('a reader who follows only the README gets to a first dry run', () => {
  const withJob = (steps: Workflow) => {
    const [job] = Object.values(workflowToCopy.jobs);
    const [other] = Object.values(steps.jobs);
    if (!job || !other) throw new Error('A workflow without a job.');
    return { ...workflowToCopy, jobs: { cleanup: { ...job, steps: other.steps } } };
  };

  const keyless = workflowUnder('Keyless', 'username');
  const KEYLESS = { ...workflowToCopy, permissions: keyless.permissions ?? {}, jobs: keyless.jobs };

  test.each<[string, Workflow, Occasion['secrets'], column?: number, sub?: string]>([
    ['with an OAuth token', workflowToCopy, { QUAY_TOKEN: SECRETS.QUAY_TOKEN }],
    [
      'with a robot account',
      withJob(workflowUnder('One credential', 'password')),
      { QUAY_ROBOT_TOKEN: SECRETS.QUAY_ROBOT_TOKEN },
    ],
    ['keyless, where the subject has the older form', KEYLESS, {}, 1, 'repo:acme/app'],
    ['keyless, where the subject has the newer form', KEYLESS, {}, 2, 'repo:acme@1234/app@5678'],
  ])('%s', async (_, workflow, secrets, column = 0, sub = '') => {
    const world = await documentedWorld(firstTags);
    world.github.oidcClaims = { ...world.github.oidcClaims, sub: `${sub}:ref:refs/heads/main` };
    const [, issuer = ''] = /the issuer `([^`]+)`/.exec(documentation) ?? [];
    const subject = subjectOf('workflow_dispatch', column);
    if (column > 0) world.quay.addFederation('acme+ci', { issuer, subject });
    const { runs } = await click(workflow, world, secrets);
    expect(runs.map(({ exitCode, log }) => (exitCode === 0 ? 'ok' : log))).toEqual(['ok']);
    expect(runs[0]?.list('selected').toSorted()).toEqual(['acme/web:pr-12', 'acme/web:pr-12-arm64']);
    expect(runs[0]?.summary).toContain('Quay Tag Cleanup (dry run)');
    expect(world.quay.deletesSent()).toEqual([]);
  });
});

test('the workflow to copy changes nothing, whatever starts it, until its last line is edited', async () => {
  const world = await documentedWorld(firstTags);
  for (const event of ['pull_request', 'schedule', 'workflow_dispatch'])
    await runWorkflow(workflowToCopy, { ...occasionOf(event, world), inputs: { 'dry-run': false } });
  await click(editedWorkflow, world, SECRETS);
  expect(world.quay.deletesSent()).toEqual([]);
  await runWorkflow(editedWorkflow, {
    ...occasionOf('workflow_dispatch', world),
    inputs: { 'dry-run': false },
  });
  expect(world.quay.alive('acme/web')).toEqual(['latest', 'pr-2', 'v1.2.0']);
});

test('the workflow to copy is green for a pull request from a fork, whose images the next night deletes', async () => {
  const world = await documentedWorld(['pr-1', 'pr-2']);
  const from = (name: string) => ({ repo: { full_name: name } });
  const closed = { number: 1, pull_request: { head: from('jane/app'), base: from('acme/app') } };
  const { runs } = await runWorkflow(editedWorkflow, {
    ...occasionOf('pull_request', world),
    payload: closed,
    secrets: {},
  });
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0]);
  const [, notice = ''] = /`(This pull request's run has no secrets[^`]+)`/.exec(documentation) ?? [];
  expect(runs[0]?.summary).toContain(notice);
  expect(world.quay.alive('acme/web')).toEqual(['pr-1', 'pr-2']);
  await runWorkflow(editedWorkflow, occasionOf('schedule', world));
  expect(world.quay.alive('acme/web')).toEqual(['pr-2']);
});

/** A subject of the README's table, of the row for a trigger. */
function subjectOf(trigger: string, column: number): string {
  const row = documentation
    .split('\n')
    .find((line) => line.startsWith('|') && line.includes(`\`${trigger}\``));
  const [, subject = ''] = /`([^`]+)`/.exec(row?.split('|')[column + 1] ?? '') ?? [];
  return subject;
}

describe('the workflow that shows the OIDC subject', () => {
  const show = workflowUnder('Keyless', 'Show the OIDC subject');

  test.each(['repo:acme/app:pull_request', 'repo:acme@1234/app@5678:environment:production'])(
    'prints what the job sends, %s, and nothing secret',
    async (sub) => {
      const world = await documentedWorld([]);
      const iss = 'https://github.acme.example/_services/token';
      world.github.oidcClaims = { sub, iss };
      const { printed } = await click(show, world);
      expect(printed).toBe(`subject: ${sub}\nissuer: ${iss}\n`);
    },
  );

  test('fails where the job may not have a token', async () => {
    const world = await documentedWorld([]);
    await expect(click({ ...show, permissions: {} }, world)).rejects.toThrow('The script failed');
  });
});

test('the summary of a first dry run is as the README shows it', async () => {
  const world = await documentedWorld(firstTags);
  const { runs } = await click(workflowToCopy, world, SECRETS);
  const summary = (runs[0]?.summary ?? '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  const [, shown = ''] = /\n((?:> ?.*\n)+)/.exec(documentation) ?? [];
  const lines = shown
    .split('\n')
    .map((line) => line.replace(/^> ?/, '').replaceAll('**', ''))
    .filter((line) => line !== '' && !line.includes('---'));
  expect(lines).toHaveLength(8);
  expect(lines.filter((line) => !summary.includes(line.replace(/ \|$/, '')))).toEqual([]);
});

const hex = '0123456789abcdef'.repeat(4);

/** Something for every snippet to act on. */
async function everything(): Promise<World> {
  const daysAgo = (days: number) => Math.floor(Date.now() / 1000) - days * 86_400;
  const shas = Array.from({ length: 12 }, (_, index): Aged => [`sha-000000${index}`, index + 1]);
  const world = await documentedWorld([
    'latest',
    ['v1.2.0', 200, { expiration: daysAgo(-30) }],
    ['pr-1', 60, { pulledAt: daysAgo(50) }],
    'pr-2',
    // Images in use, whose tags nothing else keeps: one by its name, one by the digest of a platform.
    'pr-1-arm64',
    ['preview-feature-gone', 2],
    ['preview-feature-kept', 2],
    [`sha256-${hex}.src`, 100],
    ['pr-3', 3, { deletedAt: daysAgo(1 / 24) }],
    ...shas,
    ...[1, 2, 3, 4].map((number): Aged => [`build-${number}`, 10 - number]),
    ...[1, 2, 3].map((number): Aged => [`2.7.${number}-slim`, 10 - number]),
  ]);
  for (const name of ['api', 'site', 'docs', 'jobs']) {
    world.quay.addRepository(`acme/${name}`);
    world.quay.addTag(`acme/${name}`, {
      name: 'pr-1',
      lastModified: daysAgo(20),
      labels: {
        'org.opencontainers.image.source': 'https://github.com/acme/app',
        'org.opencontainers.image.version': 'pr-1',
      },
    });
  }
  // A commit that was in pull request 1, and its image.
  const { repository } = world.github;
  const left = repository.commit([repository.headOf('main')]);
  world.quay.addTag('acme/web', {
    name: `sha-${left.slice(0, 7)}`,
    lastModified: daysAgo(10),
  });
  const closed = repository.pullRequests.get(1);
  if (closed) {
    closed.commits = [left];
    closed.updatedAt = daysAgo(0);
  }
  world.quay.addFederation('acme+ci', { subject: String(world.github.oidcClaims['sub']) });
  return world;
}

const runnable = snippets
  .map(({ text, under }) => ({
    under: under.join(' → '),
    workflow: parseWorkflow(completeWorkflow(text)),
    isPart: !/^on:/m.test(text),
  }))
  .filter(({ workflow }) => ourSteps(workflow).length > 0)
  .flatMap(({ under, workflow, isPart }) =>
    (isPart ? ['schedule'] : triggersOf(workflow)).map((on) => ({ under, workflow, on })),
  );

describe('what the documentation shows to copy', () => {
  test('is run here, whatever uses the action; the rest is run by tests of its own', () => {
    const rest = snippets.filter(({ text }) => ourSteps(parseWorkflow(completeWorkflow(text))).length === 0);
    expect(rest.map(({ under }) => under.at(-1))).toEqual([
      'Keyless', // below
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
  const world = await documentedWorld(['pr-1', 'pr-2']);
  const { on } = workflowUnder('Pull requests from forks, and by Dependabot', 'pull_request_target');
  await runWorkflow({ ...editedWorkflow, on }, occasionOf('pull_request_target', world));
  expect(world.quay.alive('acme/web')).toEqual(['pr-2']);
});

test('what a build system leaves beside an image is deleted only where a pattern names it', async () => {
  const left: readonly Aged[] = ['.src', '.dockerfile', ''].map(
    (suffix): Aged => [`sha256-${hex}${suffix}`, 100],
  );
  const world = await documentedWorld([...left, 'latest', 'pr-1']);
  await runWorkflow(workflowUnder('What build systems leave behind', 'src'), occasionOf('schedule', world));
  expect(world.quay.alive('acme/web')).toEqual(['latest', 'pr-1', `sha256-${hex}`]);
});

test.each([
  ['kubectl', 'v1.2.0'],
  ['helm', 'pr-1-arm64'],
  ['deploy/', 'pr-1-arm64'],
])('what runs is kept by the recipe with %s, and what does not run is deleted', async (recipe, kept) => {
  const world = await documentedWorld(['latest', ['v1.2.0', 200], ['pr-1', 60], 'pr-1-arm64']);
  await runWorkflow(workflowUnder('Never delete what runs', recipe), occasionOf('schedule', world));
  expect(world.quay.alive('acme/web')).toContain(kept);
  expect(world.quay.alive('acme/web')).not.toContain('pr-1');
});

test('the plan that the first job makes is carried out by the second', async () => {
  const world = await documentedWorld(['latest', 'pr-1', 'pr-2']);
  const workflow = workflowUnder('A plan that somebody approves', 'plan:');
  const { runs } = await runWorkflow(workflow, occasionOf('workflow_dispatch', world));
  expect(runs.map(({ outputs }) => outputs['deleted-count'])).toEqual(['0', '1']);
  expect(world.quay.alive('acme/web')).toEqual(['latest', 'pr-2']);
});

const page = readFileSync(new URL('../../docs/migrating.md', import.meta.url), 'utf8');

const PREVIEWS = ['latest', 'pr-1', 'pr-1-arm64', 'pr-1-mobi', 'pr-12', 'pr-2', 'v2.0.0'];
const ON_ONE_DIGEST = { digest: `sha256:${'1'.repeat(64)}` };
const BUILDS = Array.from({ length: 250 }, (_, index): Aged => [`build-${index}`, index < 130 ? 1 : 31]);

interface Migrated {
  /** The heading of docs/migrating.md. */
  readonly under: string;
  readonly on: string;
  readonly tags?: readonly Aged[];
  readonly inputs?: Occasion['inputs'];
  readonly going?: RegExp;
}

const MIGRATED: readonly Migrated[] = [
  { under: 'A loop of curl when the pull request closes', on: 'pull_request', going: /^pr-1(-|$)/ },
  { under: 'A loop of curl when the pull request closes', on: 'schedule', going: /^pr-1/ },
  {
    under: 'skopeo delete with a robot account',
    tags: [['latest', 1, ON_ONE_DIGEST], ['pr-1', 1, ON_ONE_DIGEST], 'pr-2'],
    on: 'pull_request',
    going: /^pr-1/,
  },
  {
    under: 'Tags typed by hand',
    on: 'workflow_dispatch',
    inputs: { tags: '{pr-1,pr-2*}', 'dry-run': false },
    going: /^pr-[12]$/,
  },
  { under: 'Tags typed by hand', on: 'workflow_dispatch', inputs: { tags: 'pr-*' } },
  {
    under: 'A nightly script that deletes by age',
    tags: [...BUILDS, ['latest', 90], ['v1', 90]],
    on: 'schedule',
    going: /^build-(1[3-9]\d|2\d\d)$/,
  },
  { under: 'A list of suffixes', on: 'pull_request', going: /^pr-1(-mobi)?$/ },
  { under: 'Expiry set when the image is pushed', on: 'pull_request' },
];

/** The workflow of ours under a heading of that page. */
function migrated(heading: string): Workflow {
  const ours = snippetsOf(page).filter(
    ({ language, text, under }) =>
      language === 'yaml' && under.at(-1) === heading && ourSteps(parseWorkflow(text)).length > 0,
  );
  if (!ours[0] || ours[1]) throw new Error(`"${heading}" has not one workflow of ours.`);
  return parseWorkflow(ours[0].text);
}

describe('what moves over, as docs/migrating.md shows it after', () => {
  test.each(MIGRATED)('$under, on $on', async ({ under, on, tags = PREVIEWS, inputs = {}, going }) => {
    const world = await documentedWorld(tags);
    const workflow = migrated(under);
    const { runs } = await runWorkflow(workflow, {
      ...occasionOf(on, world),
      inputs: { ...defaultInputs(workflow), ...inputs },
    });
    expect(runs.map(({ exitCode, log }) => (exitCode === 0 ? 'ok' : log))).toEqual(['ok']);
    expect(runs[0]?.outputs['selected-count']).not.toBe('0');
    const remaining = tags
      .map((tag) => (typeof tag === 'string' ? tag : tag[0]))
      .filter((name) => !going?.test(name));
    expect(world.quay.alive('acme/web')).toEqual(remaining.sort());
  });

  test('is run here under each heading', () => {
    const tested = new Set(MIGRATED.map(({ under }) => under));
    const headings = headingsOf(page).filter(({ level, text }) => level === 2 && !tested.has(text));
    expect(headings.map(({ text }) => text)).toEqual(['What cannot be migrated']);
  });

  test('sets at a push the expiration of its pull request’s tags, though it is open, and of no other', async () => {
    const world = await documentedWorld([...PREVIEWS, 'pr-22']);
    const payload = { number: 2, action: 'synchronize' };
    const workflow = migrated('Expiry set when the image is pushed');
    await runWorkflow(workflow, { ...occasionOf('pull_request', world), payload });
    const expires = (tag: string) => world.quay.row('acme/web', tag)?.['expiration'] !== undefined;
    expect(world.quay.alive('acme/web').filter(expires)).toEqual(['pr-2']);
  });

  test('deletes no more tags by a pattern typed by hand than are allowed', async () => {
    const world = await documentedWorld(Array.from({ length: 21 }, (_, index): Aged => `rc-${index}`));
    const inputs = { tags: 'rc-*', 'dry-run': false };
    const workflow = migrated('Tags typed by hand');
    const { runs } = await runWorkflow(workflow, { ...occasionOf('workflow_dispatch', world), inputs });
    expect(runs[0]?.exitCode).toBe(1);
    expect(runs[0]?.log).toContain('`max-deletes` allows 20');
    expect(world.quay.alive('acme/web')).toHaveLength(21);
  });
});
