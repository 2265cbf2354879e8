import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { fillDemoQuay } from '../../scripts/demo-quay.ts';
import { readme } from '../support/documentation/readme.ts';
import { startQuay } from '../support/quay/simulator.ts';
import { problemsOf } from '../support/workflow-language.ts';
import { runSteps, type WorkflowStep } from '../support/workflow-runner.ts';

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly 'timeout-minutes'?: number;
  readonly needs?: readonly string[];
  readonly steps: readonly WorkflowStep[];
}

const folder = new URL('../../.github/workflows/', import.meta.url);
const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  return { name, text, workflow: parse(text) as Workflow };
});

describe.each(workflows)('the workflow $name', ({ name, text, workflow }) => {
  const jobs = Object.values(workflow.jobs);
  const lines = text.split('\n');

  test('has nothing that the workflow language service finds wrong', () => {
    expect(problemsOf([{ uri: `file:///.github/workflows/${name}`, text }])).toEqual([]);
  });

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
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(Object.keys(workflow.on)).not.toContain('workflow_run');
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
    const folder = mkdtempSync(join(tmpdir(), 'pack-'));
    const inFolder = (program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
      execFileSync(program, args, {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, ...environment },
      });
    try {
      const gitFolder = execFileSync('git', ['rev-parse', '--absolute-git-dir'], { encoding: 'utf8' }).trim();
      const pack = scripts('draft').find((run) => run.startsWith('git archive')) ?? '';
      inFolder('bash', ['-c', pack], { GIT_DIR: gitFolder, GITHUB_REF_NAME: 'v1.2.3' });
      const [, archive = ''] = /gh attestation verify (\S+\.tar\.gz)/.exec(readme) ?? [];
      const packed = inFolder('tar', ['-tzf', archive]).split('\n');
      for (const file of [
        'action.yml',
        'restore/action.yml',
        'dist/index.js',
        'dist/restore/index.js',
        'dist/actions/index.js',
      ])
        expect(packed).toContain(file);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('every use of an action in the workflows is of the same commit', () => {
  const uses = workflows.flatMap(({ text }) => [...text.matchAll(/uses: ([\w-]+\/[\w-]+)\S*@(\w+)/g)]);
  const commits = Map.groupBy(uses, ([, action]) => action);
  const several = [...commits].filter(([, all]) => new Set(all.map(([, , commit]) => commit)).size > 1);
  expect(several).toEqual([]);
});

test('the end-to-end workflow passes against the simulated Quay', async () => {
  const { workflow } = workflows.find(({ name }) => name === 'e2e.yml') ?? {};
  const steps = workflow?.jobs['use']?.steps ?? [];
  // What checks out, installs and starts the Quay is done already.
  const tested = steps.slice(steps.findIndex(({ uses }) => uses === './'));
  const quay = await startQuay();
  fillDemoQuay(quay);
  try {
    const here = (step: WorkflowStep): WorkflowStep =>
      step.with ? { ...step, with: { ...step.with, registry: quay.url } } : step;
    const ran = await runSteps(tested.map(here));
    expect(Object.keys(ran)).toEqual(['plan', 'cleanup', 'restore', 'refused']);
  } finally {
    await quay.stop();
  }
});
