import type { GitHubAsked, Mode } from '../model/result.ts';
import { countOf, formatCount, listOf } from './format.ts';
import { doneIn, isPlanOnly, type Tally } from './tally.ts';

/** The words of what a run does with the tags of its plan, by where they stand. */
export const MODE_WORDS = {
  delete: {
    would: 'Would delete',
    did: 'Deleted',
    infinitive: 'delete',
    participle: 'deleted',
    future: 'will be deleted',
    conditional: 'would be deleted',
    /** What the tags are afterwards, as an adjective. */
    now: 'deleted',
  },
  expire: {
    would: 'Would set',
    did: 'Set',
    infinitive: 'set the expiration of',
    participle: 'changed',
    future: 'will expire',
    conditional: 'would expire',
    now: 'expiring',
  },
  'never-expire': {
    would: 'Would take away the expiration of',
    did: 'Took away the expiration of',
    infinitive: 'take away the expiration of',
    participle: 'changed',
    future: 'will no longer expire',
    conditional: 'would no longer expire',
    now: 'no longer expiring',
  },
} as const satisfies Record<Mode['kind'], Record<string, string>>;

/**
 * What the run did, in a few sentences, trouble first.
 *
 * @param name - writes a repository's name, as plain text if not given
 */
export function describeCleanup(
  tally: Tally,
  name: (repository: string) => string = (repository) => repository,
): string {
  const { stopped } = tally.run;
  if (stopped?.kind === 'no-secrets')
    return `This pull request's run has no secrets (${stopped.why}); its images are deleted by the next scheduled run.`;
  const place = placeOf(tally.run.repositories, name);
  const listed = tally.run.repositories.filter((repository) => repository.listed !== undefined);
  return [
    ...troubles(tally, place),
    ...achievement(tally, listed.length > 0 ? placeOf(listed, name) : place),
  ].join(' ');
}

/** `acme/web`, or `14 repositories` */
export function placeOf(
  repositories: readonly { readonly repository: string }[],
  name: (repository: string) => string,
): string {
  const [only] = repositories;
  return only && repositories.length === 1
    ? name(only.repository)
    : countOf(repositories.length, 'repository');
}

/** How many repositories failed, if any. */
export function failingRepositories(
  repositories: readonly { readonly error?: string }[],
  place: string,
): readonly string[] {
  const failing = repositories.filter(({ error }) => error !== undefined).length;
  if (failing === 0) return [];
  return [repositories.length === 1 ? `${place} failed.` : `${formatCount(failing)} of ${place} failed.`];
}

function* troubles({ run, totals }: Tally, place: string): Generator<string> {
  const { infinitive, participle } = MODE_WORDS[run.mode.kind];
  if (run.error !== undefined && run.stopped === undefined) yield 'The run failed.';
  switch (run.stopped?.kind) {
    case undefined:
    case 'no-secrets':
      break;
    case 'cancelled':
      yield 'The run was cancelled.';
      break;
    case 'time-budget':
      yield `The time budget of ${run.stopped.duration} was reached.`;
      break;
    case 'guard':
      yield 'The plan was refused.';
      break;
    default:
      run.stopped satisfies never;
  }
  if (totals.failed > 0) yield `Failed to ${infinitive} ${countOf(totals.failed, 'tag')}.`;
  if (totals.unknown > 0)
    yield `Whether ${countOf(totals.unknown, 'tag')} ${wasOrWere(totals.unknown)} ${participle} is unknown.`;
  yield* failingRepositories(run.repositories, place);
}

function* achievement({ run, totals }: Tally, place: string): Generator<string> {
  const isTroubled =
    run.error !== undefined ||
    run.stopped !== undefined ||
    run.repositories.some(({ error }) => error !== undefined);
  if (totals.selected === 0 && !isTroubled) {
    yield nothingToDo({ run, totals }, place);
    return;
  }
  const { would, did, participle } = MODE_WORDS[run.mode.kind];
  const isPlan = isPlanOnly(run);
  const manner = run.mode.kind === 'expire' ? ` to expire in ${run.mode.duration}` : '';
  if (totals.listed > 0 && (isPlan ? totals.selected > 0 : run.hasChanged))
    yield `${isPlan ? would : did} ${formatCount(doneIn(run, totals))} of ${countOf(totals.listed, 'tag')} in ${place}${manner}.`;
  if (totals.deletedWithImage > 0)
    yield `Quay deleted ${formatCount(totals.deletedWithImage)} of them with ${totals.deletedWithImage === 1 ? 'its image' : 'their images'}.`;
  if (totals.gone > 0)
    yield `${countOf(totals.gone, 'selected tag')} ${wasOrWere(totals.gone)} already gone.`;
  if (totals.expiringLater > 0)
    yield `${formatCount(totals.expiringLater)} of them will expire later than asked: Quay expires no tag within an hour of its last push.`;
  if (run.dryRun) yield 'This was a dry run: nothing was changed.';
  else if (!run.hasChanged) yield `Nothing was ${participle}.`;
  if (!isPlan && totals.unprocessed > 0)
    yield `${countOf(totals.unprocessed, 'selected tag')} ${wasOrWere(totals.unprocessed)} not processed.`;
}

export function wasOrWere(count: number): string {
  return count === 1 ? 'was' : 'were';
}

function nothingToDo(
  { run: { mode, repositories }, totals }: Pick<Tally, 'run' | 'totals'>,
  place: string,
): string {
  const opening = mode.kind === 'delete' ? 'Nothing to delete' : 'Nothing to change';
  if (repositories.length === 0) return `${opening}: no repository was selected.`;
  if (totals.listed === 0)
    return `${opening}: ${place} ${repositories.length === 1 ? 'has' : 'have'} no tags.`;
  const matches = repositories.some(({ tags }) =>
    tags.some(({ verdict }) => verdict.reason.kind !== 'not-matched'),
  );
  if (!matches) return `${opening}: none of the ${countOf(totals.listed, 'tag')} in ${place} matches.`;
  return `${opening}: ${totals.listed === 1 ? 'the only tag' : `all ${countOf(totals.listed, 'tag')}`} in ${place} ${totals.listed === 1 ? 'is' : 'are'} kept.`;
}

/** So many GitHub repositories are named. */
const NAMED_REPOSITORIES = 20;

/**
 * Which GitHub repository was asked about pull requests, branches and commits.
 *
 * @param name - writes a repository's name, as plain text if not given
 */
export function describeGitHub(
  asked: GitHubAsked,
  name: (repository: string) => string = (repository) => repository,
): string {
  if (asked.kind === 'one') return `GitHub repository asked: ${name(asked.repository)}.`;
  if (asked.repositories.length === 0) return 'No image names a GitHub repository that could be asked.';
  const more = asked.repositories.length - NAMED_REPOSITORIES;
  const names = asked.repositories.slice(0, NAMED_REPOSITORIES).map(name);
  return `GitHub repositories asked, each tag by the one that its image names: ${listOf([...names, ...(more > 0 ? [`${formatCount(more)} more`] : [])])}.`;
}

/** What the log says at the end, before the run's last sentence: what remains, and where the report is. */
export function closingLines({ run, totals: { listed, remaining } }: Tally): readonly string[] {
  if (listed === 0) return [];
  return [
    ...(remaining === undefined
      ? []
      : [`${countOf(remaining, 'tag')} ${wouldRemain(run.dryRun, remaining)}.`]),
    ...(run.reportPath === undefined ? [] : [`Report: ${run.reportPath}`]),
  ];
}

function wouldRemain(dryRun: boolean, count: number): string {
  if (dryRun) return 'would remain';
  return count === 1 ? 'remains' : 'remain';
}
