import type { Duration } from '../model/duration.ts';
import { InvalidInputError } from '../model/errors.ts';
import { asBoolean, asNumber, asString, isObject, type JsonObject, parseJson } from '../model/json.ts';
import type { CleanupResult, TagResult } from '../model/result.ts';
import { parseTagName } from '../model/tag.ts';
import { clip, countOf, isoTime } from './format.ts';
import { describeOutcome, describeReason } from './reasons.ts';
import { expirationOf } from './tally.ts';

/** The version of the report's format that this code writes and reads; `docs/report.schema.json` describes it. */
const VERSION = 1;

/**
 * The JSON report: before the deletions every outcome is null, afterwards it has what became of the selected tags.
 * It has one tag per line, so that a report of many tags can be searched and compared by line. It comes in small parts, since
 * one of many tags is too large to hold twice.
 *
 * @param redact - replaces secrets in the texts that people read; what a machine reads stands as it is
 */
export function* reportParts(run: CleanupResult, redact: (text: string) => string): Generator<string> {
  const { mode, github } = run;
  const shown = (text: string | undefined) => (text === undefined ? undefined : redact(text));
  // What is undefined is not written.
  const head = {
    version: VERSION,
    registry: run.registry,
    dryRun: run.dryRun,
    mode: mode.kind,
    expireIn: mode.kind === 'expire' ? { text: mode.duration, seconds: mode.seconds } : undefined,
    startedAt: timeOrNull(run.startedAt),
    finishedAt: timeOrNull(run.finishedAt),
    stopped: run.stopped?.kind,
    error: shown(run.error),
    github: github?.kind === 'one' ? [github.repository] : github?.repositories,
    notes: [...run.warnings, ...run.notes].map(redact),
  };
  const tagPart = (result: TagResult) => {
    const { tag, verdict, rule, deletedWith, outcome } = result;
    return JSON.stringify({
      name: tag.name,
      digest: tag.digest ?? null,
      lastModified: timeOrNull(tag.lastModified),
      size: tag.size ?? null,
      expiration: timeOrNull(expirationOf(result)),
      formerExpiration: outcome?.kind === 'expiration-removed' ? timeOrNull(outcome.was) : undefined,
      verdict: verdict.kind,
      reason: redact(describeReason(verdict.reason)),
      rule,
      outcome: outcome?.kind ?? null,
      detail: shown(describeOutcome(outcome)),
      takenAlongWith: deletedWith,
    });
  };
  yield* withArray(head, 'repositories', run.repositories, ({ repository, error, tags }) =>
    withArray({ repository, error: shown(error) }, 'tags', tags, (tag) => [tagPart(tag)]),
  );
  yield '\n';
}

/** A JSON object whose last property is an array, with one element per line. */
function* withArray<Item>(
  head: object,
  key: string,
  items: readonly Item[],
  partsOf: (item: Item) => Iterable<string>,
): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"${key}":[`;
  let separator = '\n';
  for (const item of items) {
    yield separator;
    yield* partsOf(item);
    separator = ',\n';
  }
  yield items.length === 0 ? ']}' : '\n]}';
}

function timeOrNull(seconds: number | undefined): string | null {
  return seconds === undefined ? null : (isoTime(seconds) ?? null);
}

function reader<Value>(expected: string, read: (value: unknown) => Value | undefined) {
  return (value: unknown, what: string): Value => {
    const found = read(value);
    if (found === undefined) throw wrong(what, expected, value);
    return found;
  };
}

const object = reader('an object', (value) => (isObject(value) ? value : undefined));
const array = reader('an array', (value): readonly unknown[] | undefined =>
  Array.isArray(value) ? value : undefined,
);
const text = reader('text', asString);

/** ISO 8601, in Unix seconds. */
function time(value: unknown, what: string): number {
  const seconds = Date.parse(text(value, what)) / 1000;
  if (Number.isNaN(seconds)) throw wrong(what, 'a time', value);
  return seconds;
}

function duration(value: unknown, what: string): Duration {
  const { text: written, seconds } = object(value, what);
  if (typeof seconds === 'number' && seconds > 0) return { text: text(written, what), seconds };
  throw wrong(what, 'a duration', value);
}

function matching(expected: string, pattern: RegExp) {
  return reader(expected, (value) => {
    const found = asString(value);
    return found !== undefined && pattern.test(found) ? found : undefined;
  });
}

/** How each property is read, wherever it stands. Times are read as Unix seconds. */
const PROPERTIES = {
  /** `host` or `host:port`. */
  registry: text,
  dryRun: reader('`true` or `false`', asBoolean),
  /** As the report has it; other versions may have others than this one. */
  mode: text,
  /** Absent where the run deletes, and in reports of earlier versions. */
  expireIn: duration,
  startedAt: time,
  /** Absent where the run did not come to its end. */
  finishedAt: time,
  /** Why the run ended before its plan was carried out. */
  stopped: text,
  /** Why the whole run failed. */
  error: text,
  repositories: array,
  repository: matching('`namespace/name`', /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9_][a-z0-9._-]*)+$/),
  tags: array,
  name: reader('a tag', (value) => parseTagName(asString(value) ?? '')),
  verdict: reader('`delete` or `keep`', (value) =>
    value === 'delete' || value === 'keep' ? value : undefined,
  ),
  digest: matching('`sha256:` and 64 hexadecimal digits', /^sha256:[0-9a-f]{64}$/),
  lastModified: time,
  size: reader('a number of bytes', asNumber),
  /** When Quay was to expire it. */
  expiration: time,
  /** As the report has it; other versions may have others than this one. */
  outcome: text,
  /** The tag of its image that Quay deletes it with. */
  takenAlongWith: text,
};

type Key = keyof typeof PROPERTIES;
type Found<Name extends Key> = { readonly [_ in Name]: ReturnType<(typeof PROPERTIES)[_]> };

const RUN_DETAILS = ['mode', 'expireIn', 'finishedAt', 'stopped', 'error'] as const;
const TAG_DETAILS = ['digest', 'lastModified', 'size', 'expiration', 'outcome', 'takenAlongWith'] as const;

/** What a restore, or a run that carries a plan out, needs of a cleanup's report. */
export type Report = Found<'registry' | 'dryRun' | 'mode' | 'startedAt'> &
  Partial<Found<(typeof RUN_DETAILS)[number]>> & {
    /** Each repository once, and in it each tag once. */
    readonly repositories: readonly ReportedRepository[];
    /** What could not be read and is left out, a sentence each. */
    readonly problems: readonly string[];
  };

export interface ReportedRepository {
  /** `namespace/name`. */
  readonly repository: string;
  readonly tags: readonly ReportedTag[];
}

export type ReportedTag = Found<'name' | 'verdict'> & Partial<Found<(typeof TAG_DETAILS)[number]>>;

/** So many rows that cannot be read are told one by one. */
const TOLD_PROBLEMS = 20;

/**
 * Reads a cleanup's report. A repository or a tag in it that cannot be read does not spoil the others.
 *
 * @throws InvalidInputError if the text is not a report, or one of a version that this code does not know
 */
export function parseReport(json: string): Report {
  const value = parseJson(json.replace(/^\ufeff/, ''));
  if (value === undefined)
    throw new InvalidInputError(
      'The report is not JSON. Give the file that a cleanup named in its output `report`.',
    );
  const report = object(value, 'the whole');
  checkVersion(report['version']);
  const problems: string[] = [];
  const repositories = readable(need(report, 'repositories'), problems, (entry) => {
    const found = object(entry, 'an entry of `repositories`');
    const repository = need(found, 'repository');
    const tags = readable(need(found, 'tags', ` of ${repository}`), problems, (tag) =>
      tagOf(tag, repository),
    );
    return [repository, { repository, tags }];
  });
  const more = problems.length - TOLD_PROBLEMS;
  return {
    registry: need(report, 'registry'),
    dryRun: need(report, 'dryRun'),
    startedAt: need(report, 'startedAt'),
    // Earlier versions could only delete, and did not say so.
    mode: 'delete',
    ...may(report, RUN_DETAILS),
    repositories,
    problems: [
      ...problems.slice(0, TOLD_PROBLEMS),
      ...(more > 0 ? [`${countOf(more, 'more entry')} of the report cannot be read.`] : []),
    ],
  };
}

function tagOf(value: unknown, repository: string): readonly [key: string, ReportedTag] {
  const entry = object(value, `an entry of \`tags\` of ${repository}`);
  const name = need(entry, 'name', ` of a tag of ${repository}`);
  const key = `${repository}:${name}`;
  const verdict = need(entry, 'verdict', ` of ${key}`);
  return [key, { name, verdict, ...may(entry, TAG_DETAILS, ` of ${key}`) }];
}

function checkVersion(version: unknown): void {
  if (version === VERSION) return;
  if (typeof version === 'number' && version > VERSION) {
    throw new InvalidInputError(
      `The report was written by a newer version of this action (format ${version}; this one reads ${VERSION}). Use that version of the action.`,
    );
  }
  throw wrong('`version`', String(VERSION), version);
}

/** The values that can be read, each key once; what is wrong with the others is added to the problems. */
function readable<Item>(
  values: readonly unknown[],
  problems: string[],
  read: (value: unknown) => readonly [key: string, Item],
): readonly Item[] {
  const items = new Map<string, Item>();
  for (const value of values) {
    try {
      const [key, item] = read(value);
      if (items.has(key)) throw new InvalidInputError(`The report names ${key} twice.`);
      items.set(key, item);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      problems.push(error.message);
    }
  }
  return [...items.values()];
}

/** @param of - whose property it is, for the error */
function need<Name extends Key>(entry: JsonObject, key: Name, of = ''): Found<Name>[Name] {
  return PROPERTIES[key](entry[key], `\`${key}\`${of}`) as Found<Name>[Name];
}

/** The properties that are there, and not null. */
function may<Name extends Key>(entry: JsonObject, keys: readonly Name[], of = ''): Partial<Found<Name>> {
  const there = keys.filter((key) => (entry[key] ?? undefined) !== undefined);
  return Object.fromEntries(there.map((key) => [key, need(entry, key, of)])) as Partial<Found<Name>>;
}

function wrong(what: string, expected: string, found: unknown): InvalidInputError {
  return new InvalidInputError(
    `In the report, ${what} must be ${expected}, but is ${describe(found)}. Give the file that a cleanup wrote, unchanged.`,
  );
}

/** What was found, in a few words: an array or an object may be nested deeper than can be written down. */
function describe(found: unknown): string {
  if (Array.isArray(found)) return 'an array';
  if (isObject(found)) return 'an object';
  return clip(JSON.stringify(found) ?? 'nothing', 80);
}

/** Outcomes of tags that were deleted by the run, or may have been. */
const MAY_BE_DELETED: readonly (string | undefined)[] = ['deleted', 'deleted-with-image', 'unknown'];

/**
 * The tags that the run deleted or may have deleted. Of a run that was killed before it could tell, all that it selected; and
 * of one that could not look at what remains, the signatures that Quay may have deleted with their images.
 */
export function deletedTags(report: Report): readonly ReportedRepository[] {
  if (report.dryRun || report.mode !== 'delete') return [];
  const wasKilled = report.finishedAt === undefined;
  const didNotLook = wasKilled || report.stopped !== undefined;
  const mayBeDeleted = ({ verdict, outcome }: ReportedTag) =>
    outcome === undefined ? wasKilled && verdict === 'delete' : MAY_BE_DELETED.includes(outcome);
  return report.repositories
    .map(({ repository, tags }) => {
      const deleted = new Set<string>(tags.filter(mayBeDeleted).map(({ name }) => name));
      const mayHaveGoneWithImage = ({ outcome, takenAlongWith }: ReportedTag) =>
        didNotLook && outcome === undefined && takenAlongWith !== undefined && deleted.has(takenAlongWith);
      return { repository, tags: tags.filter((tag) => deleted.has(tag.name) || mayHaveGoneWithImage(tag)) };
    })
    .filter(({ tags }) => tags.length > 0);
}
