import type { History, HistoryEntry } from '../quay/rest/history.ts';
import { deletedTags, type Report, type ReportedTag } from '../report/read-report.ts';
import { selectedBy } from '../selection/rules.ts';
import type { RestoreChoice } from './inputs.ts';

/** A tag that is to come back. */
export interface WantedTag extends HistoryEntry {
  /** The expiration that it had, in Unix seconds. */
  readonly expiration?: number;
}

/** The tags that are to come back in one repository. */
export interface Wanted {
  /** `namespace/name`. */
  readonly repository: string;
  /** Chooses among the names of the repository's history; a name that it does not know comes back without a digest. */
  choose(history: History): readonly WantedTag[];
}

/** What the inputs ask to bring back. */
export function wantedTags(choice: RestoreChoice): readonly Wanted[] {
  switch (choice.kind) {
    case 'report': {
      const { report, repositories, patterns } = choice;
      const chosen = (tags: readonly ReportedTag[]) => {
        const names =
          patterns &&
          selectedBy(
            patterns,
            tags.map(({ name }) => name),
          );
        return names ? tags.filter(({ name }) => names.has(name)) : tags;
      };
      return deletedTags(report)
        .filter(({ repository }) => repositories?.includes(repository) ?? true)
        .map(({ repository, tags }) => ({
          repository,
          choose: (history) => chooseReported(chosen(tags), history, report),
        }));
    }
    case 'patterns': {
      const { patterns, deletedWithin } = choice;
      const choose = ({ entries, at }: History) => {
        const since = at - deletedWithin.seconds;
        const deleted = entries.filter(
          ({ alive, deletedAt }) => !alive && deletedAt !== undefined && deletedAt >= since,
        );
        const names = selectedBy(
          patterns,
          deleted.map(({ name }) => name),
        );
        return deleted.filter(({ name }) => names.has(name));
      };
      return choice.repositories.map((repository) => ({ repository, choose }));
    }
    default:
      return choice satisfies never;
  }
}

/** What a person should know of the choice: why there is nothing to restore, or what cannot come back. */
export function notesOnChoice(choice: RestoreChoice): readonly string[] {
  if (choice.kind === 'patterns')
    return [
      "Quay's history does not show which expirations tags had, so restored tags do not expire. Restoring from a report sets their expirations again.",
    ];
  const { report, repositories = [] } = choice;
  const named = new Set(report.repositories.map(({ repository }) => repository));
  const missing = repositories.filter((repository) => !named.has(repository));
  return [
    ...missing.map((repository) => `The report names no repository ${repository}: check its spelling.`),
    ...whyNothing(report),
  ];
}

function whyNothing(report: Report): readonly string[] {
  if (report.dryRun) return ['The report is from a dry run, which deleted nothing.'];
  if (report.mode === 'expire')
    return [
      'The report is from a run with `expire-in`, which deleted nothing: its tags expire at the times in the report. To keep one, change its expiration in Quay before then; to restore one that has expired, name it in `tags`.',
    ];
  return [];
}

/**
 * Exactly what that run deleted, on the digests that it deleted: those of the report, except where a tag was pushed again after
 * the run had listed it.
 */
function chooseReported(
  tags: readonly ReportedTag[],
  { entries }: History,
  report: Report,
): readonly WantedTag[] {
  const known = new Map(entries.map((entry) => [entry.name, entry]));
  return tags.map(({ name, digest, expiration }) => {
    const entry = known.get(name) ?? { name, alive: false };
    if (entry.alive || (entry.digest !== undefined && entry.digest !== digest && endedIn(report, entry)))
      return entry;
    return {
      ...entry,
      ...(digest === undefined ? {} : { digest }),
      ...(expiration === undefined ? {} : { expiration }),
    };
  });
}

/** Whether the name was deleted last while the run was going on. */
function endedIn({ startedAt, finishedAt }: Report, { deletedAt }: HistoryEntry): boolean {
  if (deletedAt === undefined || finishedAt === undefined) return false;
  return deletedAt >= Date.parse(startedAt) / 1000 && deletedAt <= Date.parse(finishedAt) / 1000;
}
