import type { CleanupResult, Mode } from '../model/result.ts';
import { countOf, formatCount } from './format.ts';
import type { Tally } from './tally.ts';

/** Whether the run shows a plan instead of carrying it out. */
export function isPlanOnly({ dryRun, stopped }: CleanupResult): boolean {
  return dryRun || stopped?.kind === 'guard';
}

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
function placeOf(repositories: CleanupResult['repositories'], name: (repository: string) => string): string {
  const [only] = repositories;
  return only && repositories.length === 1
    ? name(only.repository)
    : countOf(repositories.length, 'repository');
}

function* troubles({ run, totals }: Tally, place: string): Generator<string> {
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
      yield run.dryRun
        ? 'The plan was refused.'
        : `The plan was refused, and nothing was ${verbOf(run.mode).participle}.`;
      break;
    default:
      run.stopped satisfies never;
  }
  if (totals.failed > 0) yield `Failed to ${verbOf(run.mode).failed} ${countOf(totals.failed, 'tag')}.`;
  if (totals.unknown > 0)
    yield `Whether ${countOf(totals.unknown, 'tag')} ${totals.unknown === 1 ? 'was' : 'were'} ${verbOf(run.mode).participle} is unknown.`;
  if (totals.lost > 0)
    yield `${countOf(totals.lost, 'tag')} that had to be kept ${totals.lost === 1 ? 'was' : 'were'} deleted by Quay, and could not be restored.`;
  const failing = run.repositories.filter(({ error }) => error !== undefined).length;
  if (failing > 0)
    yield run.repositories.length === 1 ? `${place} failed.` : `${formatCount(failing)} of ${place} failed.`;
}

function* achievement({ run, totals }: Tally, place: string): Generator<string> {
  const planOnly = isPlanOnly(run);
  const done = planOnly ? totals.unprocessed : totals.deleted + totals.expiring;
  const troubled = run.error !== undefined || run.repositories.some(({ error }) => error !== undefined);
  if (totals.selected === 0 && !troubled) {
    yield nothingToDo({ run, totals }, place);
    return;
  }
  const didNothing =
    done === 0 && totals.unknown === 0 && (troubled || (!planOnly && totals.failed + totals.unprocessed > 0));
  if (totals.listed === 0 || didNothing) {
    if (!run.dryRun && !saysNothing(run)) yield `Nothing was ${verbOf(run.mode).participle}.`;
  } else {
    yield `${verb(run.mode, planOnly)} ${formatCount(done)} of ${countOf(totals.listed, 'tag')} in ${place}${manner(run.mode)}.`;
  }
  if (totals.deletedWithImage > 0)
    yield `Quay deleted ${formatCount(totals.deletedWithImage)} of them with ${totals.deletedWithImage === 1 ? 'its image' : 'their images'}.`;
  if (totals.restored > 0)
    yield totals.restored === 1
      ? 'Quay deleted 1 more tag with its image, and this run restored it.'
      : `Quay deleted ${formatCount(totals.restored)} more tags with their images, and this run restored them.`;
  if (totals.expiringLater > 0)
    yield `${formatCount(totals.expiringLater)} of them will expire later than asked: Quay expires no tag within an hour of its last push.`;
  if (run.dryRun) yield saysNothing(run) ? 'This was a dry run.' : 'This was a dry run: nothing was changed.';
  else if (!planOnly && totals.unprocessed > 0)
    yield `${countOf(totals.unprocessed, 'selected tag')} ${totals.unprocessed === 1 ? 'was' : 'were'} not processed.`;
}

/** Whether the error says already that nothing was done. */
function saysNothing({ error, repositories }: CleanupResult): boolean {
  return [error, ...repositories.map((repository) => repository.error)].some((text) =>
    text?.includes('othing was deleted'),
  );
}

function verbOf(mode: Mode): { readonly failed: string; readonly participle: string } {
  return mode.kind === 'delete'
    ? { failed: 'delete', participle: 'deleted' }
    : { failed: 'set the expiration of', participle: 'changed' };
}

function verb(mode: Mode, planOnly: boolean): string {
  if (mode.kind === 'delete') return planOnly ? 'Would delete' : 'Deleted';
  return planOnly ? 'Would set' : 'Set';
}

function manner(mode: Mode): string {
  return mode.kind === 'delete' ? '' : ` to expire in ${mode.duration}`;
}

function nothingToDo(
  { run: { mode, repositories }, totals }: Pick<Tally, 'run' | 'totals'>,
  place: string,
): string {
  const opening = mode.kind === 'delete' ? 'Nothing to delete' : 'Nothing to expire';
  if (repositories.length === 0) return `${opening}: no repository was selected.`;
  if (totals.listed === 0)
    return `${opening}: ${place} ${repositories.length === 1 ? 'has' : 'have'} no tags.`;
  const matches = repositories.some(({ tags }) =>
    tags.some(({ verdict }) => verdict.reason.kind !== 'not-matched'),
  );
  if (!matches) return `${opening}: none of the ${countOf(totals.listed, 'tag')} in ${place} matches.`;
  return `${opening}: ${totals.listed === 1 ? 'the only tag' : `all ${countOf(totals.listed, 'tag')}`} in ${place} ${totals.listed === 1 ? 'is' : 'are'} kept.`;
}
