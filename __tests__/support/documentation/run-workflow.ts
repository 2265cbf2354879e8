import { spawn } from 'node:child_process';
import type { GitHubSimulator } from '../github/simulator.ts';
import type { QuaySimulator } from '../quay/simulator.ts';
import { type FinishedRun, runAction } from '../run-action.ts';
import { type Contexts, evaluate, expand, type Value } from './expression.ts';
import { ACTION, type Job, type Permissions, type Step, triggersOf, type Workflow } from './workflow.ts';

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
  for (const job of Object.values(workflow.jobs))
    for (const matrix of combinations(job)) done.push(await runJob(job, { workflow, occasion, matrix }));
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
}

async function runJob(job: Job, { workflow, occasion, matrix }: Frame): Promise<WorkflowRun> {
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
    if (step.run !== undefined) printed += await runScript(step, { contexts, occasion, permissions });
    else if (ACTION.test(step.uses ?? '')) {
      const run = await runOurs(step, { contexts, occasion, permissions, environment: job.env ?? {} });
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
}

function runOurs(
  { uses = '', with: given = {} }: Step,
  { contexts, occasion, permissions, environment }: Scope & { readonly environment: Step['env'] },
): Promise<FinishedRun> {
  const { quay, github, event, payload = {} } = occasion;
  const inputs = Object.entries(given).map(([name, value]) => [name, expand(String(value), contexts)]);
  // What GitHub says where a permission is missing.
  const asks = String(given['tags'] ?? '').match(/\{(pr|branch)\}/)?.[1];
  const needed = { pr: 'pull-requests', branch: 'contents' }[asks ?? ''];
  if (permissions && needed && !permissions[needed]) github.refuse('forbidden');
  return runAction({
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

/** A job may ask for an OIDC token only where it has the permission. */
function oidc(
  permissions: Permissions | undefined,
  github: GitHubSimulator,
): Readonly<Record<string, string>> {
  return permissions?.['id-token'] === 'write' ? github.oidcEnvironment : {};
}

async function runScript(
  { run = '', env = {} }: Step,
  { contexts, occasion, permissions }: Scope,
): Promise<string> {
  const values = Object.entries(env).map(([name, value]) => [name, expand(value, contexts)]);
  const child = spawn('bash', ['-e', '-c', expand(run, contexts)], {
    env: {
      PATH: process.env['PATH'] ?? '',
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
