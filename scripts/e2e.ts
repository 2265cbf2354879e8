import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { startQuay } from '../__tests__/support/quay/simulator.ts';
import { endOf } from '../__tests__/support/run-bundle.ts';
import { DEMO_TOKEN, fillDemoQuay } from './demo-quay.ts';

// Runs .github/workflows/e2e.yml with act, a runner that is not ours, without containers: npm run e2e

const root = fileURLToPath(new URL('..', import.meta.url));
const GET_IT = `This runs the end-to-end workflow with act, which is not installed here. Get it with

  go install github.com/nektos/act@latest

and put Go's folder of programs (go env GOPATH, then bin) on the PATH.`;

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

/**
 * The workflow as act can run it: one job, on this machine, whose dependencies are installed and whose Quay is running.
 * A step's background processes end with it there, so the Quay cannot be started in one.
 */
function workflowForAct(port: number): string {
  const text = readFileSync(join(root, '.github/workflows/e2e.yml'), 'utf8').replaceAll('8910', String(port));
  const workflow = parse(text);
  const { steps, ...job } = workflow.jobs.use;
  const isDoneAlready = ({ uses, run }: Step) =>
    uses?.startsWith('actions/setup-node@') || run === 'npm ci' || run?.startsWith('npm run simulator');
  const kept = steps.filter((step: Step) => !isDoneAlready(step));
  if (kept.length !== steps.length - 3)
    throw new Error('e2e.yml no longer has the three steps that are left out here: look at scripts/e2e.ts.');
  const use = { ...job, strategy: undefined, name: 'use', 'runs-on': 'ubuntu-latest', steps: kept };
  return stringify({ ...workflow, jobs: { use } });
}

/** What act shows of the job summaries, one after the other. */
const SUMMARIES = [
  /Summary - ## Quay Tag Cleanup \(dry run\)\s+Would delete 2\d of \d+ tags in/,
  /Summary - ## Quay Tag Cleanup\s+Deleted \d+ of \d+ tags in/,
  /Summary - ## Quay Tag Restore\s+Restored \d+ tags in/,
  /Summary - ## Quay Tag Cleanup\s[^#]*The token was refused/,
];

/** Runs act, shows what it prints, and keeps it. */
async function runAct(args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const child = spawn('act', args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  // Ctrl+C ends act, and then this.
  process.on('SIGINT', () => undefined);
  const { exitCode, text } = await endOf(child, (part) => process.stdout.write(part));
  return { code: exitCode ?? 1, text };
}

async function run(): Promise<number> {
  if (spawnSync('act', ['--version']).error) {
    console.error(GET_IT);
    return 1;
  }
  const folder = mkdtempSync(join(tmpdir(), 'e2e-'));
  const quay = await startQuay({ host: 'localhost' });
  fillDemoQuay(quay);
  try {
    const workflow = join(folder, 'e2e.yml');
    writeFileSync(workflow, workflowForAct(Number(new URL(quay.url).port)));
    console.log(`act runs the workflow against a simulated Quay at ${quay.url}, which takes ${DEMO_TOKEN}.`);
    const args = ['push', '-W', workflow, '-P', 'ubuntu-latest=-self-hosted', '--action-offline-mode'];
    const { code, text } = await runAct(args);
    const missing = SUMMARIES.filter((summary) => !summary.test(text));
    for (const summary of missing) console.error(`act showed no job summary with ${summary}.`);
    return missing.length > 0 ? 1 : code;
  } finally {
    await quay.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await run();
