import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JumpingClock } from './clock.ts';
import type { GitHubSimulator } from './github/simulator.ts';
import { addSigned } from './images.ts';
import { type QuayOptions, type QuaySimulator, startQuay } from './quay/simulator.ts';
import type { RepositorySeed, TagSeed } from './quay/state.ts';
import { endsWithTest, fileOf } from './resources.ts';
import { type RunInProcess, runAction } from './run-action.ts';
import { type BundleRun, type FinishedRun, type RunningAction, runBundle } from './run-bundle.ts';

export const TOKEN = 'oauth-token-of-the-tests-0123456789';
export const ROBOT = { token: '', username: 'acme+ci', password: 'robot-password-0123456789' };
/** Any, for a simulated GitHub. */
export const GITHUB_TOKEN = 'ghs_0a1b2c3d4e5f6a7b8c9d';

export const HOUR = 3600;
export const DAY = 86_400;
/** Unix seconds. */
export const now = () => Math.floor(Date.now() / 1000);

/** What a server answers that does not want to, and will not want to later. */
export const NO = { kind: 'status', status: 400, body: '{"message": "No."}' } as const;

/** A Quay with one private repository, `acme/web`, of the given tags, newest first, and a token and a robot account that may write. */
export async function quayWithTags(
  tags: readonly (string | TagSeed)[],
  { repository, ...options }: QuayOptions & { readonly repository?: RepositorySeed } = {},
): Promise<QuaySimulator> {
  const quay = endsWithTest(await startQuay(options));
  quay.addRepository('acme/web', repository);
  tags.forEach((tag, index) => {
    const seed = typeof tag === 'string' ? { name: tag } : tag;
    quay.addTag('acme/web', { lastModified: now() - HOUR * (index + 1), ...seed });
  });
  quay.addOAuthToken(TOKEN);
  quay.addRobot(ROBOT.username, ROBOT.password, { 'acme/web': 'write' });
  return quay;
}

/** `acme/web` with `latest` and so many signed previews. */
export async function quayWithSigned(count: number, options: QuayOptions = {}): Promise<QuaySimulator> {
  const quay = await quayWithTags([], options);
  addSigned(quay, count);
  return quay;
}

/** The same with a clock that it shares with the run. */
export async function clockedQuay(
  tags: readonly (string | TagSeed)[],
  options: Parameters<typeof quayWithTags>[1] = {},
): Promise<{ readonly quay: QuaySimulator; readonly clock: JumpingClock }> {
  const clock = new JumpingClock();
  const quay = await quayWithTags(tags, { now: () => clock.time() / 1000, ...options });
  clock.watch(quay);
  // What was pushed is no news to any replica.
  clock.advance(60_000);
  return { quay, clock };
}

/** A GitHub with the repository `acme/app` and pull requests by their state. */
export async function gitHubWith(
  pulls: Partial<Record<'OPEN' | 'CLOSED' | 'MERGED', readonly number[]>> = {},
): Promise<GitHubSimulator> {
  // It loads a GraphQL server, which few tests need.
  const { startGitHub } = await import('./github/simulator.ts');
  const github = endsWithTest(await startGitHub());
  for (const state of ['OPEN', 'CLOSED', 'MERGED'] as const)
    github.setPullRequests(state, ...(pulls[state] ?? []));
  return github;
}

type Inputs = Readonly<Record<string, string>>;

/** How an action is run here; nothing waits, unless the clock says so. */
export type Run = Partial<RunInProcess> & {
  /** Whose workflow it is. */
  readonly github?: GitHubSimulator;
  /** Whether it ends with 1; an error is thrown where it ends otherwise. It does not, if this is not given. */
  readonly fails?: boolean | 'perhaps';
};

async function act(quay: QuaySimulator, inputs: Inputs, run: Run): Promise<FinishedRun> {
  const { github, fails = false, ...rest } = run;
  const finished = await runAction({
    clock: new JumpingClock(quay),
    ...rest,
    environment: { ...github?.environment, ...rest.environment },
    inputs: { ...(github && { 'github-token': GITHUB_TOKEN }), registry: quay.url, token: TOKEN, ...inputs },
  });
  if (fails !== 'perhaps' && finished.exitCode !== (fails ? 1 : 0))
    throw new Error(`The run ended with ${finished.exitCode}:\n${finished.log.slice(-2000)}`);
  return finished;
}

/** Runs the cleanup on `acme/web` with the token, unless the inputs say otherwise. */
export function cleanUp(quay: QuaySimulator, inputs: Inputs, run: Run = {}): Promise<FinishedRun> {
  return act(quay, { repository: 'acme/web', ...inputs }, run);
}

/** The same by the bundle, in a process of its own. */
export function cleanUpSpawned(
  quay: QuaySimulator,
  inputs: Inputs,
  run: Partial<BundleRun> = {},
): Promise<FinishedRun> {
  return runBundle({
    ...run,
    inputs: { repository: 'acme/web', registry: quay.url, token: TOKEN, ...inputs },
  });
}

/** Acts at each deletion that comes in, by its number: the report on disk can be read, and the run be told to end. */
export function atDelete(
  quay: QuaySimulator,
  act: (count: number, run: RunningAction) => unknown,
): { readonly onStart: (run: RunningAction) => void } {
  return { onStart: (run) => quay.onRequest(/^DELETE/, (count) => act(count, run)) };
}

/** Runs the restore action with the token. */
export function restore(quay: QuaySimulator, inputs: Inputs, run: Run = {}): Promise<FinishedRun> {
  return act(quay, inputs, { ...run, action: 'restore' });
}

/** Undoes a run by its report. */
export function undo(
  quay: QuaySimulator,
  report: string | undefined,
  inputs: Inputs = {},
  run: Run = {},
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
