import type { FinishedRun } from '../../__tests__/support/run-bundle.ts';
import { type Check, holds, same } from './check.ts';
import { excerpt } from './run-log.ts';
import type { Stage } from './stage.ts';

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
