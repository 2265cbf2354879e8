import type { HistoryEntry } from '../quay/rest/time-machine.ts';
import { deletedTags, type ReportedRepository } from '../report/read-report.ts';
import { selectedBy } from '../selection/rules.ts';
import type { RestoreChoice } from './inputs.ts';

/** The tags that are to come back in one repository. */
export interface Wanted {
  /** `namespace/name`. */
  readonly repository: string;
  /** Chooses among the names of the repository's history; a name that it does not know comes back without a digest. */
  choose(history: readonly HistoryEntry[]): readonly HistoryEntry[];
}

/**
 * What the inputs ask to bring back.
 *
 * @param now - Unix seconds
 */
export function wantedTags(choice: RestoreChoice, now: number): readonly Wanted[] {
  switch (choice.kind) {
    case 'report':
      return deletedTags(choice.report).map((entry) => ({
        repository: entry.repository,
        choose: (history) => chooseDeleted(entry, history),
      }));
    case 'patterns': {
      const { patterns, deletedWithin } = choice;
      const since = now - deletedWithin.seconds;
      const choose = (history: readonly HistoryEntry[]) => {
        const dead = history.filter(
          ({ alive, deletedAt }) => !alive && deletedAt !== undefined && deletedAt >= since,
        );
        const names = selectedBy(
          patterns,
          dead.map(({ name }) => name),
        );
        return dead.filter(({ name }) => names.has(name));
      };
      return choice.repositories.map((repository) => ({ repository, choose }));
    }
    default:
      return choice satisfies never;
  }
}

/** Exactly what that run deleted, on the digests that it deleted. */
function chooseDeleted(
  { tags }: ReportedRepository,
  history: readonly HistoryEntry[],
): readonly HistoryEntry[] {
  const known = new Map(history.map((entry) => [entry.name, entry]));
  return tags.map(({ name, digest }) => {
    const entry = known.get(name) ?? { name, alive: false };
    return digest === undefined ? entry : { ...entry, digest };
  });
}
