import type { RestoredTag, RestoreOutcome, RestoreResult } from '../model/restored.ts';
import { countOf, formatCount } from './format.ts';

/** The tags of all repositories with the given outcome. */
function countOutcomes({ repositories }: RestoreResult, kind: RestoreOutcome['kind']): number {
  return repositories.reduce((sum, { tags }) => sum + tagsWith(tags, kind).length, 0);
}

export function tagsWith(tags: readonly RestoredTag[], kind: RestoreOutcome['kind']): readonly RestoredTag[] {
  return tags.filter(({ outcome }) => outcome.kind === kind);
}

/**
 * What the restore did, in a few sentences, trouble first.
 *
 * @param name - writes a repository's name, as plain text if not given
 */
export function describeRestore(
  run: RestoreResult,
  name: (repository: string) => string = (repository) => repository,
): string {
  const found = run.repositories.filter(({ error }) => error === undefined);
  return [
    ...troubles(run, placeOf(run.repositories, name)),
    ...achievement(run, placeOf(found.length > 0 ? found : run.repositories, name)),
  ].join(' ');
}

/** `acme/web`, or `14 repositories` */
function placeOf(repositories: RestoreResult['repositories'], name: (repository: string) => string): string {
  const [only] = repositories;
  return only && repositories.length === 1
    ? name(only.repository)
    : countOf(repositories.length, 'repository');
}

function* troubles(run: RestoreResult, place: string): Generator<string> {
  if (run.error !== undefined) yield 'The run failed.';
  if (run.cancelled) yield 'The run was cancelled.';
  const failed = countOutcomes(run, 'failed');
  if (failed > 0) yield `Failed to restore ${countOf(failed, 'tag')}.`;
  const failing = run.repositories.filter(({ error }) => error !== undefined).length;
  if (failing > 0)
    yield run.repositories.length === 1 ? `${place} failed.` : `${formatCount(failing)} of ${place} failed.`;
}

function* achievement(run: RestoreResult, place: string): Generator<string> {
  const total = run.repositories.reduce((sum, { tags }) => sum + tags.length, 0);
  const alive = countOutcomes(run, 'alive');
  const left = countOutcomes(run, 'not-attempted');
  const troubled = run.error !== undefined || run.repositories.some(({ error }) => error !== undefined);
  if (total === alive && !troubled) {
    yield total === 0
      ? 'Nothing to restore: no deleted tag matches.'
      : `Nothing to restore: ${countOf(alive, 'matching tag')} in ${place} ${alive === 1 ? 'exists' : 'exist'}.`;
    return;
  }
  const done = countOutcomes(run, run.dryRun ? 'would-restore' : 'restored');
  if (total > 0 || !run.dryRun)
    yield total === 0
      ? 'Nothing was restored.'
      : `${run.dryRun ? 'Would restore' : 'Restored'} ${countOf(done, 'tag')} in ${place}.`;
  if (run.dryRun) yield 'This was a dry run: nothing was changed.';
  if (alive > 0) yield `${countOf(alive, 'existing tag')} ${alive === 1 ? 'was' : 'were'} not changed.`;
  if (left > 0) yield `${countOf(left, 'tag')} ${left === 1 ? 'was' : 'were'} not processed.`;
}
