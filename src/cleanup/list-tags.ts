import pMap from 'p-map';
import { quote } from '../model/errors.ts';
import type { TagList } from '../model/tag.ts';
import type { Repository } from '../quay/quay.ts';
import { countOf } from '../report/format.ts';
import { refuseLoneBranch, refuseUnbounded } from '../selection/guards.ts';
import { type CleanupContext, type OpenRepositories, REPOSITORIES_AT_ONCE } from './context.ts';

/** Clocks that differ by more than this are worth a warning, in seconds. */
const NOTICEABLE_SKEW = 60;

/** Lists every repository. One that fails is reported, and does not stop the others. */
export async function listTags(
  repositories: OpenRepositories,
  context: CleanupContext,
): Promise<readonly TagList[]> {
  const lists = await pMap(repositories.values(), (repository) => listOne(repository, context), {
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
    for (const note of notesOnNames(list)) record.note(note);
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
  record.warn(
    `The clocks of the runner and the registry differ by ${Math.round(skew)} s. Ages are counted by the earlier of the two, so that nothing is deleted too early.`,
  );
}
