import { startQuay } from '../__tests__/support/quay/simulator.ts';
import { type FinishedRun, runAction } from '../__tests__/support/run-action.ts';
import { DEMO_TOKEN, fillDemoQuay } from './demo-quay.ts';

/** The inputs of the demo, as a workflow would give them; `registry` is the simulator's. */
export const DEMO_INPUTS = {
  repository: 'acme/web\nprojectquay/example',
  tags: 'pr-*\ntest',
  'exclude-tags': 'pr-*-keep',
};

/** Runs the bundle as the runner does against a simulated Quay. `onOutput` sees the log as it is written. */
export async function runDemo(onOutput: (text: string) => void): Promise<FinishedRun> {
  const quay = await startQuay({ delayMs: 10 });
  fillDemoQuay(quay);
  try {
    return await runAction({ inputs: { ...DEMO_INPUTS, registry: quay.url, token: DEMO_TOKEN }, onOutput });
  } finally {
    await quay.stop();
  }
}
