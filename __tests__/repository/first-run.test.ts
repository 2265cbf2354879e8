import { describe, expect, test } from '@jest/globals';
import { readme, workflowToCopy, workflowUnder } from '../support/documentation/readme.ts';
import { type Occasion, runWorkflow, type WorkflowRun } from '../support/documentation/run-workflow.ts';
import { defaultInputs, type Workflow } from '../support/documentation/workflow.ts';
import {
  type Aged,
  documentedWorld,
  occasionOf,
  SECRETS,
  type World,
} from '../support/documentation/world.ts';

/** What a reader sees first: pull request 12 is merged, 2 is open. */
const firstTags: readonly Aged[] = [
  ['pr-12', 1, { size: 44_040_192 }],
  ['pr-12-arm64', 1, { size: 41_943_040 }],
  ['pr-2', 1],
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

  function expectDryRun({ runs }: WorkflowRun, { quay }: World): void {
    expect(runs.map(({ exitCode, log }) => (exitCode === 0 ? 'ok' : log))).toEqual(['ok']);
    expect(runs[0]?.list('selected').toSorted()).toEqual(['acme/web:pr-12', 'acme/web:pr-12-arm64']);
    expect(runs[0]?.summary).toContain('Quay Tag Cleanup (dry run)');
    expect(quay.deletesSent()).toEqual([]);
  }

  test('with an OAuth token', async () => {
    const world = await documentedWorld(firstTags);
    const { QUAY_TOKEN } = SECRETS;
    expectDryRun(await click(workflowToCopy, world, { QUAY_TOKEN }), world);
  });

  test('with a robot account', async () => {
    const world = await documentedWorld(firstTags);
    const { QUAY_ROBOT_TOKEN } = SECRETS;
    const workflow = withJob(workflowUnder('Robot account', 'password'));
    expectDryRun(await click(workflow, world, { QUAY_ROBOT_TOKEN }), world);
  });

  test.each([
    { form: 'older', column: 1, sub: 'repo:acme/app' },
    { form: 'newer', column: 2, sub: 'repo:acme@1234/app@5678' },
  ])('keyless, in a repository whose subject has the $form form', async ({ column, sub }) => {
    const world = await documentedWorld(firstTags);
    world.github.oidcClaims = { ...world.github.oidcClaims, sub: `${sub}:ref:refs/heads/main` };
    const [, issuer = ''] = /the issuer `([^`]+)`/.exec(readme) ?? [];
    world.quay.addFederation('acme+ci', { issuer, subject: subjectOf('workflow_dispatch', column) });
    const { permissions = {}, jobs } = workflowUnder('Keyless', 'username');
    expectDryRun(await click({ ...workflowToCopy, permissions, jobs }, world), world);
  });
});

test('the workflow to copy is green for a pull request from a fork, whose images the next night deletes', async () => {
  const world = await documentedWorld([
    ['pr-1', 1],
    ['pr-2', 1],
  ]);
  const from = (name: string) => ({ repo: { full_name: name } });
  const closed = { number: 1, pull_request: { head: from('jane/app'), base: from('acme/app') } };
  const { runs } = await runWorkflow(workflowToCopy, {
    ...occasionOf('pull_request', world),
    payload: closed,
    secrets: {},
  });
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0]);
  const [, notice = ''] = /`(This pull request's run has no secrets[^`]+)`/.exec(readme) ?? [];
  expect(runs[0]?.summary).toContain(notice);
  expect(world.quay.alive('acme/web')).toEqual(['pr-1', 'pr-2']);
  await runWorkflow(workflowToCopy, occasionOf('schedule', world));
  expect(world.quay.alive('acme/web')).toEqual(['pr-2']);
});

/** A subject of the README's table, of the row for a trigger. */
function subjectOf(trigger: string, column: number): string {
  const row = readme.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${trigger}\``));
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
  const [, shown = ''] = /\n((?:> ?.*\n)+)/.exec(readme) ?? [];
  const lines = shown
    .split('\n')
    .map((line) => line.replace(/^> ?/, '').replaceAll('**', ''))
    .filter((line) => line !== '' && !line.includes('---'));
  expect(lines).toHaveLength(7);
  expect(lines.filter((line) => !summary.includes(line.replace(/ \|$/, '')))).toEqual([]);
});
