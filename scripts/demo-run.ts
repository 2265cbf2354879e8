import { startGitHub } from '../__tests__/support/github/simulator.ts';
import { startQuay } from '../__tests__/support/quay/simulator.ts';
import { type FinishedRun, runBundle } from '../__tests__/support/run-bundle.ts';
import { DEMO_TOKEN, fillDemoGitHub, fillDemoQuay } from './demo-quay.ts';

/** The inputs of the README's workflow, with a tag that is to stay. */
export const DEMO_INPUTS = { repository: 'acme/web', tags: 'pr-{pr}*', 'exclude-tags': '*-keep' };

/** Runs the bundle on a schedule, as the runner does, against a simulated Quay. `onOutput` sees the log as it is written. */
export async function runDemo(onOutput: (text: string) => void): Promise<FinishedRun> {
  const quay = await startQuay({ delayMs: 10 });
  const github = await startGitHub();
  fillDemoQuay(quay);
  fillDemoGitHub(github);
  try {
    return await runBundle({
      inputs: {
        ...DEMO_INPUTS,
        registry: quay.url,
        token: DEMO_TOKEN,
        'github-token': 'ghs_0a1b2c3d4e5f6a7b8c9d',
      },
      environment: { ...github.environment, GITHUB_EVENT_NAME: 'schedule' },
      onOutput,
    });
  } finally {
    github.stop();
    await quay.stop();
  }
}
