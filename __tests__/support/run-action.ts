import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the bundle as the runner does: alone, without node_modules, in a clean environment. */
export interface ActionRun {
  readonly inputs: Readonly<Record<string, string>>;
  /** `restore` runs the restore action instead of the cleanup. */
  readonly action?: 'cleanup' | 'restore';
  /** Added to the environment, such as GITHUB_EVENT_NAME. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The workspace that the action is started in; an empty folder if it is not given. */
  readonly folder?: string;
  /** Written to a file that GITHUB_EVENT_PATH points to. */
  readonly event?: object;
  /** Arguments for Node, before the bundle. */
  readonly nodeArguments?: readonly string[];
  /** Called with the running process, to send it signals, and its RUNNER_TEMP. */
  readonly onStart?: (child: ChildProcess, temporaryFolder: string) => void;
  /** Called with every chunk of the log. */
  readonly onOutput?: (text: string) => void;
}

/** Lets a run wait a twentieth as long as it means to. */
export const FAST_TIME: Pick<ActionRun, 'nodeArguments'> = {
  nodeArguments: ['--import', new URL('fast-time.mjs', import.meta.url).href],
};

/** What a finished run left behind. */
export interface FinishedRun {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The log as the runner reads it, workflow commands included. */
  readonly log: string;
  /** The outputs by name, as the next step sees them. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The report's text; undefined if none was written. */
  readonly report: string | undefined;
  /** Everything that the run wrote anywhere, to search it for secrets. */
  readonly everything: string;
  /** An output that is a JSON array of tags. */
  list(name: string): readonly string[];
}

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly main: string };
}

// What a runner checks out, without node_modules: one copy for all tests, or for all runs of a script.
let installed = process.env['ACTION_UNDER_TEST'];

function install(): string {
  if (installed) return installed;
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  for (const path of ['action.yml', 'restore', 'dist'])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  installed = folder;
  return folder;
}

/** Spawns the action with the defaults of its action.yml and waits for its end. */
export async function runAction(run: ActionRun): Promise<FinishedRun> {
  const action = install();
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  const actionFolder = join(action, run.action === 'restore' ? 'restore' : '');
  const metadata: ActionFile = parse(readFileSync(join(actionFolder, 'action.yml'), 'utf8'));
  const files = {
    output: join(folder, 'output'),
    summary: join(folder, 'summary'),
    event: join(folder, 'event.json'),
  };
  writeFileSync(files.output, '');
  writeFileSync(files.summary, '');
  writeFileSync(files.event, JSON.stringify(run.event ?? {}));

  const child = spawn(
    process.execPath,
    [...(run.nodeArguments ?? []), join(actionFolder, metadata.runs.main)],
    {
      cwd: run.folder ?? folder,
      env: {
        ...inputVariables(metadata, run.inputs),
        PATH: process.env['PATH'] ?? '',
        // Windows finds no temporary folder and opens no socket without these.
        ...(process.platform === 'win32'
          ? { SystemRoot: process.env['SystemRoot'] ?? '', TEMP: folder }
          : {}),
        GITHUB_OUTPUT: files.output,
        GITHUB_STEP_SUMMARY: files.summary,
        GITHUB_EVENT_PATH: files.event,
        RUNNER_TEMP: folder,
        // Hundreds of runs compile the same bundle: each but the first saves a sixth of its time.
        NODE_COMPILE_CACHE: join(action, 'compiled'),
        ...run.environment,
      },
    },
  );
  run.onStart?.(child, folder);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      run.onOutput?.(text);
    });
  }
  const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, name) => resolve([code, name]));
  });
  const outputFile = readFileSync(files.output, 'utf8');
  const outputs = parseOutputs(outputFile);
  const summary = readFileSync(files.summary, 'utf8');
  const path = outputs['report'];
  const report = path && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  rmSync(folder, { recursive: true, force: true });
  return {
    exitCode,
    signal,
    log,
    outputs,
    summary,
    report,
    everything: [log, outputFile, summary, report].join('\n'),
    list: (name) => JSON.parse(outputs[name] ?? 'null'),
  };
}

/** Every declared input reaches the action, by its default where it was not given. */
function inputVariables(
  metadata: ActionFile,
  inputs: Readonly<Record<string, string>>,
): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, { default: value = '' }] of Object.entries(metadata.inputs))
    given[name] = value.startsWith('${{') ? '' : value;
  return Object.fromEntries(
    Object.entries({ ...given, ...inputs }).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}

/** Reads the file of `name<<delimiter`, value, `delimiter` that GITHUB_OUTPUT points to. */
function parseOutputs(text: string): Record<string, string> {
  const matches = text.matchAll(/^([^\n<]+)<<(\S+)\r?\n([\s\S]*?)\r?\n\2\r?$/gm);
  return Object.fromEntries([...matches].map(([, name = '', , value = '']) => [name, value]));
}
