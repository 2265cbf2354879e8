import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A run of an action. */
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
  /** Called as it begins. */
  readonly onStart?: (run: RunningAction) => void;
  /** Called with what is added to the log. */
  readonly onOutput?: (text: string) => void;
}

/** A run of the bundle, in a process of its own. */
export interface BundleRun extends ActionRun {
  /** Where another checkout of the action is; this one's bundle if not given. */
  readonly checkout?: string;
  /** Arguments for Node, before the bundle. */
  readonly nodeArguments?: readonly string[];
  /** Called with the process as it begins. */
  readonly onSpawn?: (child: ChildProcess) => void;
}

/** A run that is going on. */
export interface RunningAction {
  /** Its RUNNER_TEMP. */
  readonly temporaryFolder: string;
  /** Tells it to end, by a SIGTERM if not by another signal. */
  signal(name?: NodeJS.Signals): void;
}

/** What a finished run left behind. */
export interface FinishedRun {
  readonly exitCode: number | null;
  /** What ended its process; null where no signal did. */
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

function folderOf(action: ActionRun['action']): string {
  return action === 'restore' ? 'restore' : '';
}

function readActionFile(action: 'cleanup' | 'restore'): ActionFile {
  return parse(readFileSync(join(root, folderOf(action), 'action.yml'), 'utf8'));
}

const ACTION_FILES = { cleanup: readActionFile('cleanup'), restore: readActionFile('restore') };

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

/** Runs the bundle as the runner does: alone, without node_modules, in a clean environment, with the defaults of its action.yml. */
export async function runBundle(run: BundleRun): Promise<FinishedRun> {
  const action = run.checkout ?? install();
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  const actionFolder = join(action, folderOf(run.action));
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
    [...(run.nodeArguments ?? []), join(actionFolder, ACTION_FILES[run.action ?? 'cleanup'].runs.main)],
    {
      cwd: run.folder ?? folder,
      env: {
        ...inputVariables(run),
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
  run.onSpawn?.(child);
  run.onStart?.({ temporaryFolder: folder, signal: (name = 'SIGTERM') => child.kill(name) });
  const { text: log, ...end } = await endOf(child, run.onOutput);
  const outputFile = readFileSync(files.output, 'utf8');
  const outputs = parseOutputs(outputFile);
  const summary = readFileSync(files.summary, 'utf8');
  const finished = finishedRun({ ...end, log, outputs, summary }, outputFile);
  rmSync(folder, { recursive: true, force: true });
  return finished;
}

/** Waits for a process to end; says how it did, and all that it printed. */
export async function endOf(child: ChildProcess, onText: (text: string) => unknown = () => undefined) {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      onText(part);
    });
  const [code, signal] = await once(child, 'close');
  const end: Pick<FinishedRun, 'exitCode' | 'signal'> = { exitCode: code, signal };
  return { ...end, text };
}

/** A run with its report, which its folder still holds; and its outputs as it wrote them. */
export function finishedRun(
  run: Omit<FinishedRun, 'report' | 'everything' | 'list'>,
  outputFile = JSON.stringify(run.outputs),
): FinishedRun {
  const { log, outputs, summary } = run;
  const path = outputs['report'];
  const report = path && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const everything = [log, outputFile, summary, report].join('\n');
  return { ...run, report, everything, list: (name) => JSON.parse(outputs[name] ?? 'null') };
}

/** Every declared input, by its default where it was not given: expressions of a workflow are empty. */
export function inputsOf({ action = 'cleanup', inputs }: ActionRun): Readonly<Record<string, string>> {
  const defaults = Object.entries(ACTION_FILES[action].inputs).map(([name, { default: text = '' }]) => [
    name,
    text.startsWith('${{') ? '' : text,
  ]);
  return { ...Object.fromEntries(defaults), ...inputs };
}

function inputVariables(run: ActionRun): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(inputsOf(run)).map(([name, text]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      text,
    ]),
  );
}

/** Reads the file of `name<<delimiter`, value, `delimiter` that GITHUB_OUTPUT points to. */
function parseOutputs(text: string): Record<string, string> {
  const matches = text.matchAll(/^([^\n<]+)<<(\S+)\r?\n([\s\S]*?)\r?\n\2\r?$/gm);
  return Object.fromEntries([...matches].map(([, name = '', , value = '']) => [name, value]));
}
