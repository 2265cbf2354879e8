import type { Duration } from '../model/duration.ts';
import { InvalidInputError } from '../model/errors.ts';
import {
  asBoolean,
  asNumber,
  asString,
  isObject,
  type JsonObject,
  parseJson,
  present,
} from '../model/json.ts';
import type { CleanupResult, TagResult } from '../model/result.ts';
import { parseTagName, readDigest } from '../model/tag.ts';
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
  yield opened(head, 'repositories');
  for (const [index, { repository, error, tags }] of run.repositories.entries()) {
    yield lineAt(index, opened({ repository, error: shown(error) }, 'tags'));
    for (const [place, tag] of tags.entries()) yield lineAt(place, tagPart(tag));
    yield closed(tags);
  }
  yield `${closed(run.repositories)}\n`;
}

/** The beginning of a JSON object whose last property is an array, with one element per line. */
function opened(head: object, key: string): string {
  return `${JSON.stringify(head).slice(0, -1)},"${key}":[`;
}

function lineAt(place: number, element: string): string {
  return place === 0 ? `\n${element}` : `,\n${element}`;
}

function closed(elements: readonly unknown[]): string {
  return elements.length === 0 ? ']}' : '\n]}';
}

function timeOrNull(seconds: number | undefined): string | null {
  return seconds === undefined ? null : (isoTime(seconds) ?? null);
}

/** Reads a value, or throws an InvalidInputError that says what it is of the report. */
type Reader<Value> = (value: unknown, what: string) => Value;

function reader<Value>(expected: string, read: (value: unknown) => Value | undefined): Reader<Value> {
  return (value, what) => {
    const found = read(value);
    if (found === undefined) throw wrong(what, expected, value);
    return found;
  };
}

const REPOSITORY = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9_][a-z0-9._-]*)+$/;

const object = reader('an object', (value) => (isObject(value) ? value : undefined));
const array = reader<readonly unknown[]>('an array', (value) => (Array.isArray(value) ? value : undefined));
const text = reader('text', asString);
const bytes = reader('a number of bytes', asNumber);
const trueOrFalse = reader('`true` or `false`', asBoolean);
const tagName = reader('a tag', (value) => parseTagName(asString(value) ?? ''));
const repositoryName = reader('`namespace/name`', (value) => REPOSITORY.exec(asString(value) ?? '')?.[0]);
const digest = reader('`sha256:` and 64 hexadecimal digits', readDigest);
const deleteOrKeep = reader('`delete` or `keep`', (value) =>
  value === 'delete' || value === 'keep' ? value : undefined,
);

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

/** Reads a property; `of` says whose it is, for the error. */
function need<Value>(entry: JsonObject, key: string, read: Reader<Value>, of = ''): Value {
  return read(entry[key], `\`${key}\`${of}`);
}

/** The same of a property that may be missing, or null. */
function may<Value>(entry: JsonObject, key: string, read: Reader<Value>, of = ''): Value | undefined {
  return (entry[key] ?? undefined) === undefined ? undefined : need(entry, key, read, of);
}

/** What a restore, or a run that carries a plan out, needs of a cleanup's report. Times are Unix seconds. */
export type Report = ReturnType<typeof parseReport>;
type ReportedRepository = Report['repositories'][number];
export type ReportedTag = ReportedRepository['tags'][number];

/** So many rows that cannot be read are told one by one. */
const TOLD_PROBLEMS = 20;

/**
 * Reads a cleanup's report. A repository or a tag in it that cannot be read does not spoil the others.
 *
 * @throws InvalidInputError if the text is not a report, or one of a version that this code does not know
 */
export function parseReport(json: string) {
  const value = parseJson(json.replace(/^\ufeff/, ''));
  if (value === undefined)
    throw new InvalidInputError(
      'The report is not JSON. Give the file that a cleanup named in its output `report`.',
    );
  const report = object(value, 'the whole');
  const { version } = report;
  if (typeof version === 'number' && version > VERSION)
    throw new InvalidInputError(
      `The report was written by a newer version of this action (format ${version}; this one reads ${VERSION}). Use that version of the action.`,
    );
  if (version !== VERSION) throw wrong('`version`', String(VERSION), version);
  const problems: string[] = [];
  /** Each repository once, and in it each tag once. */
  const repositories = readable(need(report, 'repositories', array), problems, (entry) => {
    const found = object(entry, 'an entry of `repositories`');
    const repository = need(found, 'repository', repositoryName);
    const tags = need(found, 'tags', array, ` of ${repository}`);
    return [repository, { repository, tags: readable(tags, problems, (tag) => tagOf(tag, repository)) }];
  });
  const more = problems.length - TOLD_PROBLEMS;
  return present({
    /** `host` or `host:port`. */
    registry: need(report, 'registry', text),
    dryRun: need(report, 'dryRun', trueOrFalse),
    startedAt: need(report, 'startedAt', time),
    /** Absent where the run did not come to its end. */
    finishedAt: may(report, 'finishedAt', time),
    /** As the report has it; other versions may have others than this one. Earlier versions could only delete, and did not say so. */
    mode: may(report, 'mode', text) ?? 'delete',
    /** Absent where the run deletes, and in reports of earlier versions. */
    expireIn: may(report, 'expireIn', duration),
    /** Why the run ended before its plan was carried out. */
    stopped: may(report, 'stopped', text),
    /** Why the whole run failed. */
    error: may(report, 'error', text),
    repositories,
    /** What could not be read and is left out, a sentence each. */
    problems: [
      ...problems.slice(0, TOLD_PROBLEMS),
      ...(more > 0 ? [`${countOf(more, 'more entry')} of the report cannot be read.`] : []),
    ],
  });
}

function tagOf(value: unknown, repository: string) {
  const entry = object(value, `an entry of \`tags\` of ${repository}`);
  const name = need(entry, 'name', tagName, ` of a tag of ${repository}`);
  const key = `${repository}:${name}`;
  const of = ` of ${key}`;
  const tag = present({
    name,
    verdict: need(entry, 'verdict', deleteOrKeep, of),
    digest: may(entry, 'digest', digest, of),
    lastModified: may(entry, 'lastModified', time, of),
    size: may(entry, 'size', bytes, of),
    /** When Quay was to expire it. */
    expiration: may(entry, 'expiration', time, of),
    /** As the report has it; other versions may have others than this one. */
    outcome: may(entry, 'outcome', text, of),
    /** The tag of its image that Quay deletes it with. */
    takenAlongWith: may(entry, 'takenAlongWith', text, of),
  });
  return [key, tag] as const;
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
