import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAction } from './run-action.ts';

export interface WorkflowStep {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Runs the steps of a job one after the other, as a runner does: our own actions by their bundles, scripts by bash.
 *
 * @throws Error for a step that fails, with its log
 */
export async function runSteps(steps: readonly WorkflowStep[]): Promise<Outputs> {
  const outputs: Record<string, Readonly<Record<string, string>>> = {};
  for (const step of steps) {
    const given = await runStep(step, (value) => resolveOutputs(value, outputs));
    if (step.id) outputs[step.id] = given;
  }
  return outputs;
}

async function runStep(
  { uses, with: inputs = {}, run, env = {} }: WorkflowStep,
  resolve: (value: string) => string,
): Promise<Readonly<Record<string, string>>> {
  const resolved = (values: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, resolve(String(value))]));
  if (run !== undefined) {
    execFileSync('bash', ['-eo', 'pipefail', '-c', run], { env: { ...process.env, ...resolved(env) } });
    return {};
  }
  const action = uses === './restore' ? 'restore' : 'cleanup';
  const { exitCode, log, outputs, report } = await runAction({ action, inputs: resolved(inputs) });
  if (exitCode !== 0) throw new Error(`The step with ${uses} failed:\n${log}`);
  return report === undefined ? outputs : { ...outputs, report: keep(report) };
}

/** A runner keeps its temporary folder to the end of the job. */
function keep(report: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'report-')), 'report.json');
  writeFileSync(path, report);
  return path;
}

function resolveOutputs(value: string, outputs: Outputs): string {
  return value.replace(
    /\$\{\{ steps\.(\w+)\.outputs\.([\w-]+) \}\}/g,
    (_, id: string, name: string) => outputs[id]?.[name] ?? '',
  );
}
