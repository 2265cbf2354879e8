import { present } from '../model/json.ts';
import type { TagName } from '../model/tag.ts';
import type { History, HistoryEntry } from '../quay/quay.ts';
import { deletedTags, type Report, type ReportedTag } from '../report/report-file.ts';
import { type Patterns, selectedBy } from '../selection/rules.ts';
import { attachmentOf } from '../selection/signatures.ts';
import type { PatternChoice, ReportChoice, RestoreChoice } from './inputs.ts';

/** What is to be done about one name. Times are Unix seconds. */
export interface WantedTag {
  readonly name: TagName;
  /** The digest that the name stands for, or is to stand for again. */
  readonly digest?: string;
  readonly deletedAt?: number;
  /** The expiration that the tag had. */
  readonly expiration?: number;
  readonly todo:
    | { readonly kind: 'restore' }
    /** The list shows the tag, which was or may have been deleted, as it was: the list may lag. `startedAt` is of its row. */
    | { readonly kind: 'unchanged'; readonly startedAt: number; readonly isSaidDeleted: boolean }
    /** An earlier restore brought it back, and its expiration did not come with it. */
    | { readonly kind: 'set-expiration' }
    | { readonly kind: 'leave-alive' }
    /** History has nothing to restore it from. */
    | { readonly kind: 'fail'; readonly why: 'no-digest' | 'foreign-digest' };
}

/** The tags that are to come back in one repository. */
export interface Wanted {
  /** `namespace/name`. */
  readonly repository: string;
  /** Chooses among the names of the repository's history. */
  choose(history: History): readonly WantedTag[];
}

/** What the inputs ask to bring back. */
export function wantedTags(choice: RestoreChoice): readonly Wanted[] {
  return choice.kind === 'report' ? wantedByReport(choice) : wantedByPatterns(choice);
}

function wantedByPatterns({ patterns, deletedWithin, repositories }: PatternChoice): readonly Wanted[] {
  const choose = ({ entries, at }: History) => {
    const since = at - deletedWithin.seconds;
    const deleted = entries.filter(
      ({ alive, deletedAt }) => !alive && deletedAt !== undefined && deletedAt >= since,
    );
    return matching(patterns, deleted).map((entry) => restoring(entry, entry.digest));
  };
  return repositories.map((repository) => ({ repository, choose }));
}

function matching<Named extends { readonly name: TagName }>(
  patterns: Patterns,
  all: readonly Named[],
): readonly Named[] {
  const names = selectedBy(
    patterns,
    all.map(({ name }) => name),
  );
  return all.filter(({ name }) => names.has(name));
}

function wantedByReport({ report, repositories, patterns }: ReportChoice): readonly Wanted[] {
  return deletedTags(report)
    .filter(({ repository }) => repositories?.includes(repository) ?? true)
    .map(({ repository, tags }) => ({
      repository,
      choose: ({ entries, at }) => {
        const known = new Map(entries.map((entry) => [entry.name, entry]));
        const listed = report.repositories.find((one) => one.repository === repository)?.tags ?? [];
        const went = [...tags, ...wentUnseen({ deleted: tags, listed, known }, report)];
        const chosen = patterns ? matching(patterns, went) : went;
        return chosen.map((tag) => wantedOf(tag, known.get(tag.name), { report, at }));
      },
    }));
}

/** The clocks of runner and registry may differ by so many seconds. */
const CLOCKS_DIFFER = 60;

/** The tags of a repository: those that the run deleted, all that it listed, and what the registry's history shows of them. */
interface RepositoryTags {
  readonly deleted: readonly ReportedTag[];
  readonly listed: readonly ReportedTag[];
  readonly known: ReadonlyMap<TagName, HistoryEntry>;
}

/** The signatures that ended during a run that saw names alone, and whose image that run deleted. */
function wentUnseen(
  { deleted, listed, known }: RepositoryTags,
  { startedAt, finishedAt = Number.POSITIVE_INFINITY }: Report,
): readonly ReportedTag[] {
  const images = new Set(deleted.map(({ name }) => known.get(name)?.digest));
  const names = new Set(deleted.map(({ name }) => name));
  return listed.filter(({ name, digest }) => {
    const attachment = attachmentOf(name);
    const { deletedAt = Number.NaN } = known.get(name) ?? {};
    const endedInRun = deletedAt >= startedAt - CLOCKS_DIFFER && deletedAt <= finishedAt + CLOCKS_DIFFER;
    const isUnseen = digest === undefined && !names.has(name) && attachment?.isSignature === true;
    return isUnseen && images.has(attachment.subject) && endedInRun;
  });
}

interface Circumstances {
  readonly report: Report;
  /** The registry's time, in Unix seconds. */
  readonly at: number;
}

/** Exactly what that run deleted comes back, on the digest that it deleted, if Quay's history shows it for that name. */
function wantedOf(
  tag: ReportedTag,
  entry: HistoryEntry | undefined,
  { report, at }: Circumstances,
): WantedTag {
  const { name, digest, expiration } = tag;
  if (!entry) return present({ name, digest, todo: { kind: 'fail', why: 'no-digest' } as const });
  if (entry.alive) return wantedAlive(tag, entry, { report, at });
  // It was pushed again after the run had listed it: that push is what the run deleted.
  const isOfNewPush = entry.digest !== undefined && entry.digest !== digest && endedIn(report, entry);
  if (digest === undefined || isOfNewPush) return restoring(entry, entry.digest);
  if (!entry.digests.has(digest))
    return { ...shown(entry), digest, todo: { kind: 'fail', why: 'foreign-digest' } };
  return { ...restoring(entry, digest), ...present({ expiration }) };
}

function wantedAlive(tag: ReportedTag, entry: HistoryEntry, { report, at }: Circumstances): WantedTag {
  const { digest, expiration, lastModified } = tag;
  const { startedAt } = entry;
  const isSaidDeleted = tag.outcome === 'deleted' || tag.outcome === 'deleted-with-image';
  const isSame = digest !== undefined && entry.digest === digest && startedAt !== undefined;
  const isOld = digest === undefined && startedAt !== undefined && startedAt < report.startedAt;
  if (isOld || (isSame && startedAt === lastModified)) {
    const todo = { kind: 'unchanged', startedAt, isSaidDeleted } as const;
    return { ...shown(entry), ...present({ expiration }), todo };
  }
  const cameBack = isSame && entry.isReversion && startedAt >= report.startedAt;
  if (cameBack && entry.expiration === undefined && expiration !== undefined && expiration > at)
    return { ...shown(entry), expiration, todo: { kind: 'set-expiration' } };
  return { ...shown(entry), todo: { kind: 'leave-alive' } };
}

function shown({ name, digest, deletedAt }: HistoryEntry): Omit<WantedTag, 'todo'> {
  return present({ name, digest, deletedAt });
}

function restoring(entry: HistoryEntry, digest: string | undefined): WantedTag {
  if (digest === undefined) return { ...shown(entry), todo: { kind: 'fail', why: 'no-digest' } };
  return { ...shown(entry), digest, todo: { kind: 'restore' } };
}

/** Whether the name was deleted last while the run was going on. */
function endedIn({ startedAt, finishedAt }: Report, { deletedAt }: HistoryEntry): boolean {
  if (deletedAt === undefined || finishedAt === undefined) return false;
  return deletedAt >= startedAt && deletedAt <= finishedAt;
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
    ...report.problems.map((problem) => `${problem} That entry is left out.`),
    ...whyNothing(report),
  ];
}

function whyNothing(report: Report): readonly string[] {
  if (report.dryRun) return ['The report is from a dry run, which deleted nothing.'];
  if (report.mode === 'expire')
    return [
      'The report is from a run with `expire-in`, which deleted nothing: its tags expire at the times in the report. To keep one, run a cleanup with its name in `tags` and `expire-in: never` before then; to restore one that has expired, name it in `tags`.',
    ];
  if (report.mode === 'never-expire')
    return ['The report is from a run with `expire-in: never`, which deleted nothing.'];
  return [];
}
