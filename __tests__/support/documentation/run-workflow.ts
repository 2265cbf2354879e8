import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import type { GitHubSimulator } from '../github/simulator.ts';
import type { QuaySimulator } from '../quay/simulator.ts';
import { folderOf } from '../resources.ts';
import { runAction } from '../run-action.ts';
import { endOf, type FinishedRun } from '../run-bundle.ts';
import { ACTION, type Job, type Permissions, type Step, triggersOf, type Workflow } from './workflow.ts';

/** A workspace with manifests, and stand-ins for the tools that the documentation calls: `kubectl` and `helm`. */
const STAND_INS = fileURLToPath(new URL('workspace', import.meta.url));

/** What starts a workflow, and the world that it runs in. */
export interface Occasion {
  readonly quay: QuaySimulator;
  readonly github: GitHubSimulator;
  /** `pull_request`, `schedule`, … */
  readonly event: string;
  readonly payload?: object;
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
 * run against the simulated Quay, scripts by bash, other people's actions not at all.
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
  /** The reports that earlier jobs uploaded, by the artifact's name. */
  readonly artifacts: Map<string, string>;
}

async function runJob(job: Job, { workflow, occasion, matrix, artifacts }: Frame): Promise<WorkflowRun> {
  const folder = folderOf();
  cpSync(STAND_INS, folder, { recursive: true });
  const { event, payload = {}, inputs = {}, secrets = {} } = occasion;
  const runs: FinishedRun[] = [];
  let printed = '';
  let steps: Readonly<Record<string, object>> = {};
  const permissions = job.permissions ?? workflow.permissions;
  for (const step of job.steps) {
    const github = { event_name: event, event: payload, token: 'github-token-of-the-job' };
    const contexts: Contexts = { github, inputs, secrets, matrix, steps };
    const scope = { contexts, occasion, permissions, folder };
    const condition = step.if?.replace(/^\$\{\{(.*)\}\}$/, '$1');
    if (condition !== undefined && evaluate(condition, contexts) !== 'true') continue;
    if (step.run !== undefined) printed += await runScript(step, scope);
    else if (/^actions\/(upload|download)-artifact@/.test(step.uses ?? ''))
      passArtifact(step, scope, artifacts);
    else if (ACTION.test(step.uses ?? '')) {
      const run = await runOurs(step, scope, job.env ?? {});
      runs.push(run);
      const outcome = run.exitCode === 0 ? 'success' : 'failure';
      if (step.id) steps = { ...steps, [step.id]: { outputs: run.outputs, outcome } };
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

/** Uploads the report of a run, or downloads one that an earlier job uploaded. */
function passArtifact(
  { uses = '', with: given = {} }: Step,
  { contexts, folder }: Scope,
  artifacts: Map<string, string>,
): void {
  const name = String(given['name']);
  const path = expand(String(given['path']), contexts);
  if (uses.startsWith('actions/upload-')) artifacts.set(name, readFileSync(path, 'utf8'));
  else {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, 'report.json'), artifacts.get(name) ?? '');
  }
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  pr: ['pull-requests'],
  branch: ['contents', 'pull-requests'],
  commit: ['contents', 'pull-requests'],
};

function runOurs(
  { uses = '', with: given = {} }: Step,
  { contexts, occasion, permissions, folder }: Scope,
  environment: Readonly<Record<string, string>>,
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
      // A runner keeps it to the end of the job.
      RUNNER_TEMP: folder,
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
  const { exitCode, text } = await endOf(child);
  if (exitCode !== 0) throw new Error(`The script failed:\n${run}\n${text}`);
  return text;
}

/** What expressions may name: `secrets`, `inputs`, `github` and so on. */
type Contexts = Readonly<Record<string, unknown>>;

/** In a job that went well so far. */
const STATUS = Object.entries({ success: true, always: true, failure: false, cancelled: false }).map(
  ([name, answer]) => ({ name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answer) }),
);

function evaluate(expression: string, contexts: Contexts): string {
  const parser = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), STATUS);
  const functions = new Map(STATUS.map((info) => [info.name, info]));
  const values: data.Dictionary = JSON.parse(JSON.stringify(contexts), data.reviver);
  return new Evaluator(parser.parse(), values, functions).evaluate().coerceString();
}

/** Replaces every `${{ expression }}` of a text by its value. */
function expand(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => evaluate(expression, contexts));
}
