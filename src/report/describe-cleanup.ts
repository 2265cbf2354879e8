import type { GitHubAsked, Mode, Stopped } from '../model/result.ts';
import { agree, countOf, formatCount, listOf } from './format.ts';
import { doneIn, isPlanOnly, type Tally } from './tally.ts';

/** The words of what a run does with the tags of its plan: it will `infinitive` 3 tags `aim`, which will `become`. */
export const MODE_WORDS = {
  delete: {
    infinitive: 'delete',
    did: 'Deleted',
    aim: '',
    participle: 'deleted',
    become: 'be deleted',
    /** What the tags are afterwards, as an adjective. */
    now: 'deleted',
  },
  expire: {
    infinitive: 'set',
    did: 'Set',
    aim: ' to expire',
    participle: 'changed',
    become: 'expire',
    now: 'expiring',
  },
  'never-expire': {
    infinitive: 'take away the expiration of',
    did: 'Took away the expiration of',
    aim: '',
    participle: 'changed',
    become: 'no longer expire',
    now: 'no longer expiring',
  },
} as const satisfies Record<Mode['kind'], Record<string, string>>;

/** Writes the name of a repository into a sentence. */
export type WriteName = (repository: string) => string;

const plainly: WriteName = (repository) => repository;

/** What the run did, in a few sentences, trouble first. */
export function describeCleanup(tally: Tally, name = plainly): string {
  return [...sentences(tally, name)].join(' ');
}

function* sentences({ run, totals }: Tally, name: WriteName): Generator<string> {
  const { mode, stopped, repositories } = run;
  if (stopped?.kind === 'no-secrets') {
    yield `This pull request's run has no secrets (${stopped.why}); its images are deleted by the next scheduled run.`;
    return;
  }
  const { infinitive, did, aim, participle } = MODE_WORDS[mode.kind];
  const listed = repositories.filter((repository) => repository.listed !== undefined);
  const place = placeOf(listed.length > 0 ? listed : repositories, name);
  if (stopped) yield stopSentence(stopped);
  else if (run.error !== undefined) yield 'The run failed.';
  if (totals.failed > 0) yield `Failed to ${infinitive} ${countOf(totals.failed, 'tag')}${aim}.`;
  if (totals.unknown > 0)
    yield `Whether ${agree(totals.unknown, 'tag', 'was', 'were')} ${participle} is unknown.`;
  yield* failingRepositories(repositories, name);
  const isTroubled =
    run.error !== undefined || stopped || repositories.some(({ error }) => error !== undefined);
  if (totals.selected === 0 && !isTroubled) {
    yield nothingToDo({ run, totals }, place);
    return;
  }
  const isPlan = isPlanOnly(run);
  const when = mode.kind === 'expire' ? ` in ${mode.duration}` : '';
  if (totals.listed > 0 && (isPlan ? totals.selected > 0 : run.hasChanged))
    yield `${isPlan ? `Would ${infinitive}` : did} ${formatCount(doneIn(run, totals))} of ${countOf(totals.listed, 'tag')} in ${place}${aim}${when}.`;
  if (totals.deletedWithImage > 0)
    yield `Quay deleted ${formatCount(totals.deletedWithImage)} of them with ${totals.deletedWithImage === 1 ? 'its image' : 'their images'}.`;
  if (totals.gone > 0) yield `${agree(totals.gone, 'selected tag', 'was', 'were')} already gone.`;
  if (totals.expiringLater > 0)
    yield `${formatCount(totals.expiringLater)} of them will expire later than asked: Quay expires no tag within an hour of its last push.`;
  if (run.dryRun) yield 'This was a dry run: nothing was changed.';
  else if (!run.hasChanged) yield `Nothing was ${participle}.`;
  if (!isPlan && totals.unprocessed > 0)
    yield `${agree(totals.unprocessed, 'selected tag', 'was', 'were')} not processed.`;
}

function stopSentence(stopped: Exclude<Stopped, { kind: 'no-secrets' }>): string {
  switch (stopped.kind) {
    case 'cancelled':
      return 'The run was cancelled.';
    case 'time-budget':
      return `The time budget of ${stopped.duration} was reached.`;
    case 'guard':
      return 'The plan was refused.';
    default:
      return stopped satisfies never;
  }
}

/** `acme/web`, or `14 repositories` */
export function placeOf(repositories: readonly { readonly repository: string }[], name: WriteName): string {
  const [only] = repositories;
  return only && repositories.length === 1
    ? name(only.repository)
    : countOf(repositories.length, 'repository');
}

/** How many repositories failed, if any. */
export function failingRepositories(
  repositories: readonly { readonly repository: string; readonly error?: string }[],
  name: WriteName,
): readonly string[] {
  const failing = repositories.filter(({ error }) => error !== undefined).length;
  if (failing === 0) return [];
  const some = repositories.length === 1 ? '' : `${formatCount(failing)} of `;
  return [`${some}${placeOf(repositories, name)} failed.`];
}

function nothingToDo(
  { run: { mode, repositories }, totals }: Pick<Tally, 'run' | 'totals'>,
  place: string,
): string {
  const opening = mode.kind === 'delete' ? 'Nothing to delete' : 'Nothing to change';
  const tags = countOf(totals.listed, 'tag');
  if (repositories.length === 0) return `${opening}: no repository was selected.`;
  if (totals.listed === 0)
    return `${opening}: ${place} ${repositories.length === 1 ? 'has' : 'have'} no tags.`;
  const reasons = repositories.flatMap((repository) =>
    repository.tags.map(({ verdict }) => verdict.reason.kind),
  );
  if (reasons.every((kind) => kind === 'not-matched'))
    return `${opening}: none of the ${tags} in ${place} matches.`;
  return `${opening}: ${totals.listed === 1 ? 'the only tag' : `all ${tags}`} in ${place} ${totals.listed === 1 ? 'is' : 'are'} kept.`;
}

/** So many GitHub repositories are named. */
const NAMED_REPOSITORIES = 20;

/** Which GitHub repository was asked about pull requests, branches and commits. */
export function describeGitHub(asked: GitHubAsked, name = plainly): string {
  if (asked.kind === 'one') return `GitHub repository asked: ${name(asked.repository)}.`;
  if (asked.repositories.length === 0) return 'No image names a GitHub repository that could be asked.';
  const more = asked.repositories.length - NAMED_REPOSITORIES;
  const names = asked.repositories.slice(0, NAMED_REPOSITORIES).map(name);
  return `GitHub repositories asked, each tag by the one that its image names: ${listOf([...names, ...(more > 0 ? [`${formatCount(more)} more`] : [])])}.`;
}

/** What the log says at the end, before the run's last sentence: what remains, and where the report is. */
export function closingLines({ run, totals: { listed, remaining } }: Tally): readonly string[] {
  if (listed === 0) return [];
  const [one, many] = run.dryRun ? ['would remain', 'would remain'] : ['remains', 'remain'];
  return [
    ...(remaining === undefined ? [] : [`${agree(remaining, 'tag', one, many)}.`]),
    ...(run.reportPath === undefined ? [] : [`Report: ${run.reportPath}`]),
  ];
}
