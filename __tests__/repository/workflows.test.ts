import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { fillDemoQuay } from '../../scripts/demo-quay.ts';
import { runWorkflow } from '../support/documentation/run-workflow.ts';
import {
  ACTION,
  type Job as DocumentedJob,
  type Workflow as DocumentedWorkflow,
  readme,
  triggersOf,
} from '../support/documentation/workflow.ts';
import { documentedWorld, occasionOf } from '../support/documentation/world.ts';
import { folderOf } from '../support/resources.ts';

interface Job extends DocumentedJob {
  readonly 'timeout-minutes'?: number;
  readonly needs?: readonly string[];
}

interface Workflow extends DocumentedWorkflow {
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = new URL('../../.github/workflows/', import.meta.url);
const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  return { name, text, workflow: parse(text) as Workflow };
});

describe.each(workflows)('the workflow $name', ({ text, workflow }) => {
  const jobs = Object.values(workflow.jobs);
  const lines = text.split('\n');

  test('pins every action to a commit, with its version beside it', () => {
    const uses = lines.filter((line) => /\buses: (?!\.\/)/.test(line));
    expect(uses.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test('grants nothing on top, and says why it grants what it does', () => {
    expect(workflow.permissions).toEqual({});
    expect(
      lines.filter((line) => /: (read|write)\b/.test(line) && !/: (read|write) # \w/.test(line)),
    ).toEqual([]);
  });

  test('pastes no value into a script', () => {
    const scripts = jobs.flatMap(({ steps }) => steps.map(({ run }) => run ?? ''));
    expect(scripts.filter((run) => run.includes('${{'))).toEqual([]);
  });

  test('runs no code of others with rights, and no job for ever', () => {
    expect(triggersOf(workflow).filter((on) => /pull_request_target|workflow_run/.test(on))).toEqual([]);
    expect(jobs.filter((job) => job['timeout-minutes'] === undefined)).toEqual([]);
  });
});

test('the job that a branch must pass waits for every other job of CI', () => {
  const jobs: Workflow['jobs'] = workflows.find(({ name }) => name === 'ci.yml')?.workflow.jobs ?? {};
  const { needs = [], steps = [] } = jobs['all-green'] ?? {};
  expect(['all-green', ...needs].sort()).toEqual(Object.keys(jobs).sort());
  expect(steps[0]?.run).toBe(`test "$RESULTS" = '${needs.map(() => 'success').join(' ')}'`);
});

describe('a release', () => {
  const jobs: Workflow['jobs'] = workflows.find(({ name }) => name === 'release.yml')?.workflow.jobs ?? {};
  const scripts = (job: string) => jobs[job]?.steps.map(({ run = '' }) => run) ?? [];

  test('is drafted only where all is checked: branch, account, notes, source and bundle', () => {
    expect([jobs['draft']?.needs].flat()).toEqual(['check']);
    const checks = ['merge-base --is-ancestor', '[<]owner>', 'release-notes.sh', '.ci/run'];
    expect(checks.filter((check) => !scripts('check').some((run) => run.includes(check)))).toEqual([]);
  });

  test('is packed with what a workflow runs, under the name by which the README verifies it', () => {
    const git = execFileSync('git', ['rev-parse', '--absolute-git-dir'], { encoding: 'utf8' }).trim();
    const environment = { ...process.env, GIT_DIR: git, GITHUB_REF_NAME: 'v1.2.3' };
    const options = { cwd: folderOf(), env: environment, encoding: 'utf8' } as const;
    const pack = scripts('draft').find((run) => run.startsWith('git archive')) ?? '';
    execFileSync('bash', ['-c', pack], options);
    const [, archive = ''] = /gh attestation verify (\S+\.tar\.gz)/.exec(readme) ?? [];
    const packed = execFileSync('tar', ['-tzf', archive], options).split('\n');
    const needed = ['action.yml', 'restore/action.yml', 'dist/index.js', 'dist/restore/index.js'];
    expect([...needed, 'dist/actions/index.js'].filter((file) => !packed.includes(file))).toEqual([]);
  });
});

test('every use of an action in the workflows is of the same commit', () => {
  const uses = workflows.flatMap(({ text }) => [...text.matchAll(/uses: ([\w-]+\/[\w-]+)\S*@(\w+)/g)]);
  const commits = Map.groupBy(uses, ([, action]) => action);
  const several = [...commits].filter(([, all]) => new Set(all.map(([, , commit]) => commit)).size > 1);
  expect(several).toEqual([]);
});

test('the end-to-end workflow passes against the simulated Quay', async () => {
  const workflow = workflows.find(({ name }) => name === 'e2e.yml')?.workflow;
  const job = workflow?.jobs['use'];
  if (!workflow || !job) throw new Error('There is no such workflow.');
  // What checks out, installs and starts the Quay is done already.
  const steps = job.steps.slice(job.steps.findIndex(({ uses = '' }) => ACTION.test(uses)));
  const world = await documentedWorld([]);
  fillDemoQuay(world.quay);
  const { runs } = await runWorkflow({ ...workflow, jobs: { use: { steps } } }, occasionOf('push', world));
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 1]);
});
