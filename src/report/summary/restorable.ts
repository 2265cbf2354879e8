import type { CleanupResult, RepositoryResult } from '../../model/result.ts';
import { countOf, formatDuration, formatTime } from '../format.ts';

/** Unix seconds until which every tag that the run deleted from the repository can be restored; undefined if unknown. */
export function restorableUntil(run: CleanupResult, { restorableFor }: RepositoryResult): number | undefined {
  // The deletions came later than the start, so the true time is not before this one.
  return restorableFor === undefined ? undefined : run.startedAt + restorableFor;
}

/** Until when deleted tags can be brought back. */
export function restorableSentence(run: CleanupResult, repository: RepositoryResult): string {
  const until = restorableUntil(run, repository);
  if (until === undefined)
    return 'Restorable for as long as the time machine of the namespace keeps deleted tags.';
  if (repository.restorableFor === 0)
    return 'They cannot be restored: the time machine of the namespace is off.';
  return `Restorable until **${formatTime(until)} UTC** (${days(repository.restorableFor ?? 0)}).`;
}

function days(seconds: number): string {
  return seconds % 86_400 === 0 ? countOf(seconds / 86_400, 'day') : formatDuration(seconds);
}
