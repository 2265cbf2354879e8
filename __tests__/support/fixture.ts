import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JumpingClock } from './clock.ts';
import { type QuayOptions, type QuaySimulator, startQuay } from './quay/simulator.ts';
import { endsWithTest, fileOf } from './resources.ts';
import { type RunInProcess, runAction } from './run-action.ts';
import { type BundleRun, type FinishedRun, runBundle } from './run-bundle.ts';

export const TOKEN = 'oauth-token-of-the-tests-0123456789';
export const ROBOT = { token: '', username: 'acme+ci', password: 'robot-password-0123456789' };
/** Any, for a simulated GitHub. */
export const GITHUB_TOKEN = 'ghs_0a1b2c3d4e5f6a7b8c9d';

export const HOUR = 3600;
export const DAY = 86_400;
/** Unix seconds. */
export const now = () => Math.floor(Date.now() / 1000);

/** A Quay with one private repository, `acme/web`, of the given tags, and a token and a robot account that may write. */
export async function quayWithTags(
  tags: readonly string[],
  options: QuayOptions = {},
): Promise<QuaySimulator> {
  const quay = endsWithTest(await startQuay(options));
  quay.addRepository('acme/web');
  tags.forEach((name, index) => {
    quay.addTag('acme/web', { name, lastModified: now() - HOUR * (index + 1) });
  });
  quay.addOAuthToken(TOKEN);
  quay.addRobot(ROBOT.username, ROBOT.password, { 'acme/web': 'write' });
  return quay;
}

type Inputs = Readonly<Record<string, string>>;

/** Runs the cleanup on `acme/web` with the token, unless the inputs say otherwise; nothing waits, unless the clock says so. */
export function cleanUp(
  quay: QuaySimulator,
  inputs: Inputs,
  run: Partial<RunInProcess> = {},
): Promise<FinishedRun> {
  return runAction({ clock: new JumpingClock(quay), ...run, inputs: inputsFor(quay, inputs) });
}

/** The same by the bundle, in a process of its own. */
export function cleanUpSpawned(
  quay: QuaySimulator,
  inputs: Inputs,
  run: Partial<BundleRun> = {},
): Promise<FinishedRun> {
  return runBundle({ ...run, inputs: inputsFor(quay, inputs) });
}

function inputsFor(quay: QuaySimulator, inputs: Inputs): Inputs {
  return { repository: 'acme/web', registry: quay.url, token: TOKEN, ...inputs };
}

/** Runs the restore action with the token. */
export function restore(
  quay: QuaySimulator,
  inputs: Inputs,
  run: Partial<RunInProcess> = {},
): Promise<FinishedRun> {
  return runAction({
    clock: new JumpingClock(quay),
    ...run,
    action: 'restore',
    inputs: { registry: quay.url, token: TOKEN, ...inputs },
  });
}

/** Undoes a run by its report. */
export function undo(
  quay: QuaySimulator,
  report: string | undefined,
  inputs: Inputs = {},
  run: Partial<RunInProcess> = {},
): Promise<FinishedRun> {
  return restore(quay, { report: fileOf(report ?? ''), ...inputs }, run);
}

/** A tag as a report has it. */
export interface ReportedTag {
  readonly name: string;
  readonly digest: string | null;
  readonly verdict: 'delete' | 'keep';
  readonly reason: string;
  readonly outcome: string | null;
  readonly detail?: string;
  readonly expiration: string | null;
  /** The tag of its image that a signature may be deleted with. */
  readonly takenAlongWith?: string;
}

/** The tags of the first repository of a report. */
export function reportedTags(report: string | undefined): readonly ReportedTag[] {
  return JSON.parse(report ?? '').repositories[0].tags;
}

export function reported(report: string | undefined, name: string): ReportedTag | undefined {
  return reportedTags(report).find((tag) => tag.name === name);
}

/** The report that a run has written so far. */
export function reportIn(folder: string): string | undefined {
  const path = readdirSync(folder)
    .map((name) => join(folder, name, 'report.json'))
    .find((file) => existsSync(file));
  return path && readFileSync(path, 'utf8');
}

/** All that a run wrote, without the lines in which it tells the runner what to mask. */
export function written(run: FinishedRun): string {
  return run.everything.replaceAll(/^::add-mask::.*$/gm, '');
}

/** What the runner shows of a log: without the lines it takes for itself, and with a stable host. */
export function shown(run: FinishedRun, quay: QuaySimulator): string {
  return run.log
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n')
    .replaceAll(quay.host, 'quay.example')
    .replace(/^(Report: ).*[\\/]([^\\/]+)$/m, '$1<RUNNER_TEMP>/$2')
    .trim();
}

/** `METHOD path → answer` of every request, in order. */
export function requestsOf(quay: QuaySimulator): string {
  return quay.requests.map(({ method, path, answer }) => `${method} ${path} → ${answer}`).join('\n');
}
