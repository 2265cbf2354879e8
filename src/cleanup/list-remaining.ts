import pMap from 'p-map';
import { wait } from '../model/clock.ts';
import type { Outcome, Plan } from '../model/result.ts';
import type { TagName } from '../model/tag.ts';
import type { Repository } from '../quay/quay.ts';
import { countOf } from '../report/format.ts';
import { outcomesOf } from '../selection/outcomes.ts';
import { type CleanupContext, type OpenRepositories, REPOSITORIES_AT_ONCE } from './context.ts';

/** How long a list is read again that still shows what was deleted, and the pauses between, in milliseconds. */
const LONGEST_LAG = 10_000;
const PAUSES = [100, 200, 400, 800, 1500, 2000];

/** Lists every repository again that something was changed in, and finds out what became of each tag. */
export async function listRemaining(
  plans: readonly Plan[],
  { repositories, context }: { readonly repositories: OpenRepositories; readonly context: CleanupContext },
): Promise<void> {
  const { record, cancellation, log } = context;
  const listAgain = async (plan: Plan) => {
    const { repository, list } = plan;
    const answers = [...record.answers(repository).values()];
    if (answers.every(({ kind }) => kind === 'not-attempted'))
      return record.repository(repository, { remaining: list.tags });
    const opened = repositories.get(repository);
    try {
      if (opened) await settle(plan, opened, context);
    } catch (error) {
      settleUnlisted(plan, context);
      // A run that was told to stop has not failed for that reason: what is known of the remaining tags is reported.
      if (cancellation.cause !== undefined) return;
      record.repository(repository, {
        error: `The remaining tags could not be listed: ${log.explain(error)}`,
      });
    }
  };
  await pMap(plans, listAgain, { concurrency: REPOSITORIES_AT_ONCE });
}

/** Reads the list until it shows nothing that this run deleted, where anything depends on that. */
async function settle(plan: Plan, { list: read }: Repository, context: CleanupContext): Promise<void> {
  const { record, clock, cancellation, log, rules } = context;
  const { repository } = plan;
  const answers = record.answers(repository);
  const end = clock.elapsed() + LONGEST_LAG;
  let before: ReadonlySet<TagName> = new Set();
  for (let reading = 0; ; reading += 1) {
    const list = await read();
    const pause = PAUSES[reading] ?? PAUSES.at(-1) ?? 0;
    const isLast = clock.elapsed() + pause > end || cancellation.sending.aborted;
    const { outcomes, remaining, unseen, isSettled } = outcomesOf({ plan, answers, remaining: list, rules });
    // A list that catches up while it is read, page by page, misses rows: who is missing twice is gone.
    const isWhole = [...unseen].every((name) => before.has(name));
    before = unseen;
    if ((isSettled && isWhole) || isLast) {
      record.outcomes(repository, outcomes);
      if (remaining) record.repository(repository, { remaining });
      if (!isSettled && list.namesOnly) record.note(whatNamesHide(repository));
      log.info(`${repository}: ${countOf(remaining?.length ?? list.tags.length, 'tag')}`);
      return;
    }
    await wait(clock, pause, cancellation.sending).catch(() => {});
  }
}

function whatNamesHide(repository: string): string {
  return `The list of ${repository} still shows what was deleted, so that signatures that Quay deleted with their images may be shown as remaining. Undo brings them back.`;
}

/** What became of each tag, as far as the answers alone tell: what remains was not listed. */
export function settleUnlisted(plan: Plan, { record, rules }: CleanupContext): void {
  const answers = record.answers(plan.repository);
  const { mode } = rules;
  const isAsked = (outcome: Outcome) =>
    outcome.kind === 'expiring' && mode.kind === 'expire' && outcome.expiration === mode.at;
  if ([...answers.values()].some(isAsked))
    record.note(
      `The expirations in ${plan.repository} were not read again: the times shown are those that were asked for. Quay may have set later ones, as no tag expires within an hour of its last push.`,
    );
  record.outcomes(plan.repository, outcomesOf({ plan, answers, remaining: undefined, rules }).outcomes);
}
