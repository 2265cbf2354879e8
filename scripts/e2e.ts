import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { startQuay } from '../__tests__/support/quay/simulator.ts';
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
    const child = spawn('act', args, { cwd: root, stdio: 'inherit' });
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 1));
    });
  } finally {
    await quay.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await run();
