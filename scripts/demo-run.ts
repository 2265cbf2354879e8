import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type GitHubSimulator, startGitHub } from '../__tests__/support/github/simulator.ts';
import { type QuaySimulator, startQuay } from '../__tests__/support/quay/simulator.ts';
import { type FinishedRun, runBundle } from '../__tests__/support/run-bundle.ts';
import { DEMO_TOKEN, fillDemoGitHub, fillDemoQuay } from './demo-quay.ts';

/** The inputs of the README's workflow, with a tag that is to stay. */
export const DEMO_INPUTS = { repository: 'acme/web', tags: 'pr-{pr}*', 'exclude-tags': '*-keep' };
const GITHUB_TOKEN = 'ghs_0a1b2c3d4e5f6a7b8c9d';

/** Runs the bundle on a schedule, as the runner does, against a simulated Quay. `onOutput` sees the log as it is written. */
export function runDemo(onOutput: (text: string) => void): Promise<FinishedRun> {
  return onDemoServers((quay, github) =>
    runBundle({
      inputs: { ...DEMO_INPUTS, registry: quay.url, token: DEMO_TOKEN, 'github-token': GITHUB_TOKEN },
      environment: { ...github.environment, GITHUB_EVENT_NAME: 'schedule' },
      onOutput,
    }),
  );
}

/** Asks the same of the command line, which shows it and changes nothing; says what was typed, and what it printed. */
export function runDemoByHand(): Promise<{ readonly typed: string; readonly printed: string }> {
  const start = fileURLToPath(new URL('../cli/start.cjs', import.meta.url));
  return onDemoServers((quay, github) => {
    const { GITHUB_API_URL = '', GITHUB_REPOSITORY = '' } = github.environment;
    const options = Object.entries({ ...DEMO_INPUTS, 'github-repository': GITHUB_REPOSITORY });
    const args = options.flatMap(([name, value]) => [`--${name}`, value]);
    const env = { PATH: process.env['PATH'] ?? '', QUAY_TOKEN: DEMO_TOKEN, GITHUB_TOKEN, GITHUB_API_URL };
    const typed = `quay-tag-cleanup ${options.map(([name, value]) => `--${name} '${value}'`).join(' ')}`;
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [start, '--registry', quay.url, ...args], { env }, (error, printed, why) =>
        error ? reject(new Error(`The command line failed:\n${printed}${why}`)) : resolve({ typed, printed }),
      );
    });
  });
}

async function onDemoServers<T>(
  run: (quay: QuaySimulator, github: GitHubSimulator) => Promise<T>,
): Promise<T> {
  const quay = await startQuay({ delayMs: 10 });
  const github = await startGitHub();
  fillDemoQuay(quay);
  fillDemoGitHub(github);
  try {
    return await run(quay, github);
  } finally {
    github.stop();
    await quay.stop();
  }
}
