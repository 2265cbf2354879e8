import type { Mutation } from '../../__tests__/support/quay/server.ts';
import type { FinishedRun } from '../../__tests__/support/run-bundle.ts';
import type { Need } from './capabilities.ts';
import type { Image } from './images.ts';
import type { ActionResult, Stage } from './stage.ts';
import type { TestRepository } from './test-repository.ts';

/** One sentence about what the action does on a server, and how to find out. */
export interface Check {
  readonly name: string;
  /** Nothing, if not given. */
  readonly needs?: readonly Need[];
  /** The behaviour of the simulated Quay that, broken on purpose, makes this check fail: one that cannot fail is none. */
  readonly brokenBy: Mutation;
  readonly run: (stage: Stage) => Promise<void>;
}

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'skipped'; readonly missing: readonly Need[] }
  /** The suite was stopped before it, or in the midst of it. */
  | { readonly kind: 'stopped' };

export interface CheckResult {
  readonly check: Check;
  readonly outcome: Outcome;
}

/** @throws Error that shows both, unless they are the same */
export function same(found: unknown, wanted: unknown, what: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`${what}: found ${one}, expected ${other}.`);
}

/** @throws Error unless the text holds what was expected */
export function holds(text: string, wanted: string | RegExp, what: string): void {
  if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) return;
  throw new Error(`${what} does not say "${wanted}":\n${excerpt(text)}`);
}

/** The end of a log; on a runner no line of it is taken for a command. */
export function excerpt(log: string): string {
  return log.trim().slice(-1500).replaceAll(/^/gm, '  | ');
}

type Inputs = Readonly<Record<string, string>>;

/** A check that is data: what is pushed, what the action is told, and what the server has afterwards. */
export interface Scenario extends Omit<Check, 'run'> {
  /** What is special of its repository. */
  readonly on?: Parameters<Stage['repository']>[0];
  /** Tags and their images, pushed in this order: the last is the newest. A text stands for an image that holds it. */
  readonly tags: Readonly<Record<string, string | Image>>;
  /** Those of them that are immutable meanwhile. */
  readonly immutable?: readonly string[];
  /** The right with which the robot account runs it; the owner's token does, if not given. */
  readonly robot?: 'read' | 'write';
  /** What else comes before the run. */
  readonly prepare?: (stage: Stage, repository: TestRepository) => unknown;
  /** Takes back what `prepare` set, so that the repository can be removed whatever is found. */
  readonly takeBack?: (repository: TestRepository) => unknown;
  /** `pr-*` in the repository of the check, unless they say otherwise. */
  readonly inputs?: Inputs | ((stage: Stage, repository: TestRepository) => Inputs);
  /** The tags that the server has afterwards. */
  readonly remain: readonly string[];
  /** 0 if not given. */
  readonly exitCode?: number;
  /** What stands in the log. */
  readonly says?: string | RegExp;
  /** What else must be so. */
  readonly afterwards?: (run: ActionResult, repository: TestRepository, stage: Stage) => unknown;
}

export function scenario({ name, brokenBy, needs = [], ...rest }: Scenario): Check {
  const { on, tags, immutable = [], robot, prepare, takeBack, inputs = {} } = rest;
  const { remain, exitCode, says, afterwards } = rest;
  const run = async (stage: Stage) => {
    const repository = await stage.repository(on);
    await repository.pushTags(tags);
    for (const tag of immutable) await repository.change(tag, { immutable: true });
    await prepare?.(stage, repository);
    const account = stage.options.robot ?? { username: '', password: '' };
    if (robot) await repository.grant(account.username, robot);
    const given = typeof inputs === 'function' ? inputs(stage, repository) : inputs;
    const credentials = robot ? account : {};
    const all = { repository: repository.name, tags: 'pr-*', ...credentials, ...given };
    const finished = await stage.cleanup(all);
    await takeBack?.(repository);
    expectExit(finished, exitCode ?? 0);
    same(await repository.alive(), [...remain].sort(), 'The server has');
    if (says !== undefined) holds(finished.log, says, 'The log');
    if (exitCode === undefined && given['dry-run'] === undefined) expectOutputs(finished, rest);
    await afterwards?.(finished, repository, stage);
    for (const tag of immutable) await repository.change(tag, { immutable: false });
  };
  return { name, brokenBy, needs, run };
}

/** Outputs tell what the server tells: what was deleted, and what remains. */
function expectOutputs(finished: FinishedRun, { tags, remain }: Pick<Scenario, 'tags' | 'remain'>): void {
  const names = (output: string) =>
    finished
      .list(output)
      .map((tag) => tag.slice(tag.indexOf(':') + 1))
      .sort();
  same(names('remaining'), [...remain].sort(), 'The output `remaining`');
  const gone = Object.keys(tags).filter((tag) => !remain.includes(tag));
  same(names('deleted'), gone.sort(), 'The output `deleted`');
}

export function expectExit({ exitCode, log }: FinishedRun, wanted: number): void {
  if (exitCode !== wanted) throw new Error(`The run ended with ${exitCode}, not ${wanted}:\n${excerpt(log)}`);
}
