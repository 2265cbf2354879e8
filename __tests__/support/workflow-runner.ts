import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expand } from './documentation/expression.ts';
import { runBundle } from './run-bundle.ts';

export interface WorkflowStep {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'continue-on-error'?: boolean;
}

type Outputs = Readonly<Record<string, string>>;

/** What expressions know of a step that has run. */
type RanStep = {
  readonly outcome: 'success' | 'failure';
  readonly outputs: Outputs;
};

/**
 * Runs the steps of a job one after the other, as a runner does: our own actions by their bundles, scripts by bash.
 *
 * @throws Error for a step that fails, with its log
 */
export async function runSteps(steps: readonly WorkflowStep[]): Promise<Readonly<Record<string, RanStep>>> {
  const ran: Record<string, RanStep> = {};
  for (const step of steps) {
    const contexts = { steps: { ...ran } };
    const result = await runStep(step, (value) => expand(value, contexts));
    if (step.id) ran[step.id] = result;
  }
  return ran;
}

async function runStep(step: WorkflowStep, resolve: (value: string) => string): Promise<RanStep> {
  const { uses, with: inputs = {}, run, env = {} } = step;
  const resolved = (values: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, resolve(String(value))]));
  if (run !== undefined) {
    execFileSync('bash', ['-eo', 'pipefail', '-c', run], { env: { ...process.env, ...resolved(env) } });
    return { outcome: 'success', outputs: {} };
  }
  const action = uses === './restore' ? 'restore' : 'cleanup';
  const { exitCode, log, outputs, report } = await runBundle({ action, inputs: resolved(inputs) });
  if (exitCode !== 0 && step['continue-on-error'] !== true)
    throw new Error(`The step with ${uses} failed:\n${log}`);
  return {
    outcome: exitCode === 0 ? 'success' : 'failure',
    outputs: report === undefined ? outputs : { ...outputs, report: keep(report) },
  };
}

/** A runner keeps its temporary folder to the end of the job. */
function keep(report: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'report-')), 'report.json');
  writeFileSync(path, report);
  return path;
}
