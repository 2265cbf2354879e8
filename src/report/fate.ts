import type { TagResult } from '../model/result.ts';

/** What a tally sorts tags by; see `RepositoryTally`. */
export type Fate = 'deleted' | 'expiring' | 'failed' | 'unknown' | 'unprocessed' | 'keptLate' | 'kept';

/** What became of a tag, in the words of the tally. */
export function fateOf({ verdict, outcome }: TagResult): Fate {
  switch (outcome?.kind) {
    case undefined:
    case 'not-attempted':
      return verdict.kind === 'keep' ? 'kept' : 'unprocessed';
    case 'deleted':
    case 'deleted-with-image':
    case 'gone':
      return 'deleted';
    case 'kept':
      return 'keptLate';
    case 'restored':
      return 'kept';
    case 'expiring':
    case 'failed':
    case 'unknown':
      return outcome.kind;
    default:
      return outcome satisfies never;
  }
}
