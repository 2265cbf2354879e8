import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GitHubSimulator } from '../github/simulator.ts';
import type { QuaySimulator } from '../quay/simulator.ts';
import { endsWithTest } from '../resources.ts';
import { runAction } from '../run-action.ts';
import type { FinishedRun } from '../run-bundle.ts';
import { type Contexts, evaluate, expand, type Value } from './expression.ts';
import { ACTION, type Job, type Permissions, type Step, triggersOf, type Workflow } from './workflow.ts';

/** A workspace with manifests, and stand-ins for the tools that the documentation calls: `kubectl` and `helm`. */
const STAND_INS = fileURLToPath(new URL('workspace', import.meta.url));

/** What starts a workflow, and the world that it runs in. */
export interface Occasion {
  readonly quay: QuaySimulator;
  readonly github: GitHubSimulator;
  /** `pull_request`, `schedule`, … */
  readonly event: string;
  readonly payload?: { readonly [name: string]: Value };
  /** Of `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, string | boolean>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** What the steps of a workflow left behind, in their order. */
export interface WorkflowRun {
  /** Of the actions of this project. */
  readonly runs: readonly FinishedRun[];
  /** What the scripts printed. */
  readonly printed: string;
}

/**
 * Runs a workflow of the documentation as GitHub does: its expressions, permissions, matrix and triggers count. Our own actions
 * run by their bundle against the simulated Quay, scripts by bash, other people's actions not at all.
 *
 * @throws Error for an event that the workflow does not run on, and for a script that fails
 */
export async function runWorkflow(workflow: Workflow, occasion: Occasion): Promise<WorkflowRun> {
  if (!triggersOf(workflow).includes(occasion.event))
    throw new Error(`The workflow does not run on ${occasion.event}.`);
  const done: WorkflowRun[] = [];
  const artifacts = new Map<string, string>();
  for (const job of Object.values(workflow.jobs))
    for (const matrix of combinations(job))
      done.push(await runJob(job, { workflow, occasion, matrix, artifacts }));
  return { runs: done.flatMap(({ runs }) => runs), printed: done.map(({ printed }) => printed).join('') };
}

type Matrix = Readonly<Record<string, string | number>>;

function combinations({ strategy }: Job): readonly Matrix[] {
  let all: readonly Matrix[] = [{}];
  for (const [name, values] of Object.entries(strategy?.matrix ?? {}))
    all = all.flatMap((matrix) => values.map((value) => ({ ...matrix, [name]: value })));
  return all;
}

interface Frame {
  readonly workflow: Workflow;
  readonly occasion: Occasion;
  readonly matrix: Matrix;
  /** What earlier jobs uploaded: the text of a report, by the artifact's name. */
  readonly artifacts: Map<string, string>;
}

async function runJob(job: Job, { workflow, occasion, matrix, artifacts }: Frame): Promise<WorkflowRun> {
  const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  endsWithTest({ stop: () => rmSync(folder, { recursive: true, force: true }) });
  cpSync(STAND_INS, folder, { recursive: true });
  const { event, payload = {}, inputs = {}, secrets = {} } = occasion;
  const runs: FinishedRun[] = [];
  let printed = '';
  let steps: { readonly [id: string]: Value } = {};
  const permissions = job.permissions ?? workflow.permissions;
  for (const step of job.steps) {
    const github = { event_name: event, event: payload, token: 'github-token-of-the-job' };
    const contexts: Contexts = { github, inputs, secrets, matrix, steps };
    const condition = step.if?.replace(/^\$\{\{(.*)\}\}$/, '$1');
    if (
      condition !== undefined &&
      !evaluate(condition, contexts)
        .coerceString()
        .match(/^true$/)
    )
      continue;
    if (step.run !== undefined) printed += await runScript(step, { contexts, occasion, permissions, folder });
    else if (/^actions\/(upload|download)-artifact@/.test(step.uses ?? ''))
      passArtifact(step, { contexts, runs, artifacts, folder });
    else if (ACTION.test(step.uses ?? '')) {
      const environment = job.env ?? {};
      const run = await runOurs(step, { contexts, occasion, permissions, folder, environment });
      runs.push(run);
      if (step.id) steps = { ...steps, [step.id]: { outputs: run.outputs } };
    }
  }
  return { runs, printed };
}

interface Scope {
  readonly contexts: Contexts;
  readonly occasion: Occasion;
  readonly permissions: Permissions | undefined;
  /** The job's workspace. */
  readonly folder: string;
}

interface Passing {
  readonly contexts: Contexts;
  readonly runs: readonly FinishedRun[];
  readonly artifacts: Map<string, string>;
  readonly folder: string;
}

/** Uploads the report of a run, or downloads one that an earlier job uploaded. */
function passArtifact(
  { uses = '', with: given = {} }: Step,
  { contexts, runs, artifacts, folder }: Passing,
): void {
  const name = String(given['name']);
  const path = expand(String(given['path']), contexts);
  if (uses.startsWith('actions/upload-')) {
    const report = runs.find(({ outputs }) => outputs['report'] === path)?.report;
    if (report === undefined) throw new Error(`There is no report to upload: ${path}`);
    artifacts.set(name, report);
    return;
  }
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, path, 'report.json'), artifacts.get(name) ?? '');
}

function runOurs(
  { uses = '', with: given = {} }: Step,
  { contexts, occasion, permissions, folder, environment }: Scope & { readonly environment: Step['env'] },
): Promise<FinishedRun> {
  const { quay, github, event, payload = {} } = occasion;
  const inputs = Object.entries(given).map(([name, value]) => [name, expand(String(value), contexts)]);
  // What GitHub says where a permission is missing.
  const asks = String(given['tags'] ?? '').match(/(?<=\{)(pr|branch|commit)(?=\})/g) ?? [];
  const needed = asks.flatMap((word) => NEEDED[word] ?? []);
  if (permissions && needed.some((permission) => !permissions[permission])) github.refuse('forbidden');
  return runAction({
    folder,
    action: ACTION.exec(uses)?.groups?.['restore'] ? 'restore' : 'cleanup',
    inputs: { 'github-token': 'github-token-of-the-job', ...Object.fromEntries(inputs), registry: quay.url },
    environment: {
      ...environment,
      ...github.environment,
      ...oidc(permissions, github),
      GITHUB_EVENT_NAME: event,
    },
    event: payload,
  });
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  pr: ['pull-requests'],
  branch: ['contents', 'pull-requests'],
  commit: ['contents', 'pull-requests'],
};

/** A job may ask for an OIDC token only where it has the permission. */
function oidc(
  permissions: Permissions | undefined,
  github: GitHubSimulator,
): Readonly<Record<string, string>> {
  return permissions?.['id-token'] === 'write' ? github.oidcEnvironment : {};
}

async function runScript(
  { run = '', env = {} }: Step,
  { contexts, occasion, permissions, folder }: Scope,
): Promise<string> {
  const values = Object.entries(env).map(([name, value]) => [name, expand(value, contexts)]);
  const child = spawn('bash', ['-e', '-c', expand(run, contexts)], {
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      // Windows opens no socket without it.
      ...(process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] ?? '' } : {}),
      ...oidc(permissions, occasion.github),
      ...Object.fromEntries(values),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`The script failed:\n${run}\n${output}`);
  return output;
}
