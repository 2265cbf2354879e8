import pMap from 'p-map';
import { askUntil, LONGEST_LAG } from '../model/clock.ts';
import { quote } from '../model/errors.ts';
import type { Outcome, Plan } from '../model/result.ts';
import type { TagList, TagName } from '../model/tag.ts';
import { REPOSITORIES_AT_ONCE, type Repository } from '../quay/quay.ts';
import { countOf } from '../report/format.ts';
import { refuseLoneBranch, refuseUnbounded } from '../selection/guards.ts';
import { outcomesOf } from '../selection/outcomes.ts';
import type { CleanupContext, OpenContext } from './context.ts';

/** Clocks that differ by more than this are worth a warning, in seconds. */
const NOTICEABLE_SKEW = 60;

/** Lists every repository. One that fails is reported, and does not stop the others. */
export async function listTags(context: OpenContext): Promise<readonly TagList[]> {
  const lists = await pMap(context.repositories.values(), (repository) => listOne(repository, context), {
    concurrency: REPOSITORIES_AT_ONCE,
  });
  const listed = lists.filter((list) => list !== undefined);
  warnOfSkew(listed, context);
  return listed;
}

async function listOne(
  { repository, list: read }: Repository,
  { rules, record, log }: CleanupContext,
): Promise<TagList | undefined> {
  try {
    const list = await read();
    const names = list.tags.map(({ name }) => name);
    record.repository(repository, { listed: list.tags });
    log.info(`${repository}: ${countOf(list.tags.length, 'tag')}`);
    for (const note of notesOnNames(list)) record.notes.push(note);
    if (rules.mode.kind === 'never-expire') return list;
    refuseUnbounded(rules, names);
    refuseLoneBranch(rules, names);
    return list;
  } catch (error) {
    record.repository(repository, { error: log.explain(error) });
    log.info(`${repository}: failed`);
    return undefined;
  }
}

/** Names that are shown one by one. */
const MOST_NAMED = 5;

function notesOnNames({ repository, invalidNames }: TagList): readonly string[] {
  const named = invalidNames
    .slice(0, MOST_NAMED)
    .map((name) => `${repository} lists a tag named ${quote(name)}, which is not a valid name. It is kept.`);
  const left = invalidNames.length - named.length;
  if (left === 0) return named;
  const kept = left === 1 ? 'It is' : 'They are';
  return [...named, `${repository} lists ${countOf(left, 'more tag')} with an invalid name. ${kept} kept.`];
}

/** Whether a tag lives is judged by the registry's clock, its age by the earlier of the two. */
function warnOfSkew(lists: readonly TagList[], { record }: CleanupContext): void {
  // Between asking and answering any time may pass: a busy registry is no wrong clock.
  const skews = lists.map(({ at, seenAt, askedAt }) => Math.max(askedAt - at, at - seenAt));
  const skew = skews.find((seconds) => seconds > NOTICEABLE_SKEW);
  if (skew === undefined) return;
  record.warnings.push(
    `The clocks of the runner and the registry differ by ${Math.round(skew)} s. Ages are counted by the earlier of the two, so that nothing is deleted too early.`,
  );
}

/** Lists every repository again that something was changed in, and finds out what became of each tag. */
export async function listRemaining(plans: readonly Plan[], context: OpenContext): Promise<void> {
  const { record, cancellation, log, repositories } = context;
  const listAgain = async (plan: Plan) => {
    const { repository, list } = plan;
    const answers = record.answers(repository).values();
    if (answers.every(({ kind }) => kind === 'not-attempted'))
      return record.repository(repository, { remaining: list.tags });
    const opened = repositories.get(repository);
    try {
      if (opened) await settle(plan, opened, context);
    } catch (error) {
      settleUnlisted(plan, context);
      // A run that was told to stop has not failed for that reason: what is known of the remaining tags is reported.
      if (cancellation.cause !== undefined) return;
      const why = log.explain(error);
      record.repository(repository, { error: `The remaining tags could not be listed: ${why}` });
    }
  };
  await pMap(plans, listAgain, { concurrency: REPOSITORIES_AT_ONCE });
}

/** Reads the list until it shows nothing that this run deleted, where anything depends on that. */
async function settle(plan: Plan, opened: Repository, context: CleanupContext): Promise<void> {
  const { record, clock, cancellation, log, rules } = context;
  const { repository } = plan;
  const answers = record.answers(repository);
  let before: ReadonlySet<TagName> = new Set();
  const readAgain = async () => {
    const list = await opened.list();
    const aftermath = outcomesOf({ plan, answers, remaining: list, rules });
    // A list that catches up while it is read, page by page, misses rows: who is missing twice is gone.
    const isWhole = aftermath.unseen.isSubsetOf(before);
    before = aftermath.unseen;
    return { ...aftermath, list, isWhole };
  };
  const { list, outcomes, remaining, isSettled } = await askUntil(
    (reading) => reading.isSettled && reading.isWhole,
    readAgain,
    { clock, longest: LONGEST_LAG, signal: cancellation.sending },
  );
  record.outcomes(repository, outcomes);
  if (remaining) record.repository(repository, { remaining });
  if (!isSettled && list.namesOnly)
    record.notes.push(
      `The list of ${repository} still shows what was deleted, so that signatures that Quay deleted with their images may be shown as remaining. Undo brings them back.`,
    );
  log.info(`${repository}: ${countOf(remaining?.length ?? list.tags.length, 'tag')}`);
}

/** What became of each tag, as far as the answers alone tell: what remains was not listed. */
export function settleUnlisted(plan: Plan, { record, rules }: CleanupContext): void {
  const { repository } = plan;
  const { mode } = rules;
  const answers = record.answers(repository);
  const isAsked = (answer: Outcome) =>
    answer.kind === 'expiring' && mode.kind === 'expire' && answer.expiration === mode.at;
  if (answers.values().some(isAsked))
    record.notes.push(
      `The expirations in ${repository} were not read again: the times shown are those that were asked for. Quay may have set later ones, as no tag expires within an hour of its last push.`,
    );
  record.outcomes(repository, outcomesOf({ plan, answers, remaining: undefined, rules }).outcomes);
}
