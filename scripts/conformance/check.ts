import type { Mutation } from '../../__tests__/support/quay/server.ts';
import type { FinishedRun } from '../../__tests__/support/run-bundle.ts';
import type { Need } from './capabilities.ts';
import type { Stage } from './stage.ts';

/** One sentence about what the action does on a server, and how to find out. */
export interface Check {
  readonly name: string;
  readonly needs: readonly Need[];
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

/** A check that is data: what is pushed, what the action is told, and what the server has afterwards. */
export interface Scenario extends Pick<Check, 'name' | 'brokenBy'>, Partial<Pick<Check, 'needs'>> {
  /** Tags and the text in their image, pushed in this order: the last is the newest. */
  readonly tags: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
  /** The tags that the server has afterwards. */
  readonly remain: readonly string[];
  /** 0 if not given. */
  readonly exitCode?: number;
  /** What stands in the log. */
  readonly says?: string | RegExp;
  readonly prepare?: (stage: Stage) => void;
}

export function scenario({ name, brokenBy, needs = [], ...rest }: Scenario): Check {
  const run = async (stage: Stage) => {
    rest.prepare?.(stage);
    const repository = await stage.repository();
    await repository.pushTags(rest.tags);
    const finished = await stage.cleanup({ repository: repository.name, ...rest.inputs });
    expectExit(finished, rest.exitCode ?? 0);
    same(await repository.alive(), [...rest.remain].sort(), 'The server has');
    if (rest.says !== undefined) holds(finished.log, rest.says, 'The log');
    if (rest.exitCode === undefined && rest.inputs['dry-run'] === undefined) expectOutputs(finished, rest);
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
