import type { Duration } from '../model/duration.ts';
import { InvalidInputError } from '../model/errors.ts';
import { isObject, type JsonObject, parseJson } from '../model/json.ts';
import { parseTagName, type TagName } from '../model/tag.ts';
import { countOf } from './format.ts';
import { REPORT_VERSION } from './write-report.ts';

/** What a restore, or a run that carries a plan out, needs of a cleanup's report. */
export interface Report {
  /** `host` or `host:port`. */
  readonly registry: string;
  readonly dryRun: boolean;
  /** As the report has it; other versions may have others than this one. */
  readonly mode: string;
  /** Absent where the run deletes, and in reports of earlier versions. */
  readonly expireIn?: Duration;
  /** Unix seconds. */
  readonly startedAt: number;
  /** Unix seconds; absent where the run did not come to its end. */
  readonly finishedAt?: number;
  /** Why the run ended before its plan was carried out. */
  readonly stopped?: string;
  /** Why the whole run failed. */
  readonly error?: string;
  /** Each repository once, and in it each tag once. */
  readonly repositories: readonly ReportedRepository[];
  /** What could not be read and is left out, a sentence each. */
  readonly problems: readonly string[];
}

export interface ReportedRepository {
  /** `namespace/name`. */
  readonly repository: string;
  readonly tags: readonly ReportedTag[];
}

export interface ReportedTag {
  readonly name: TagName;
  /** `sha256:<hex>` */
  readonly digest?: string;
  /** Unix seconds. */
  readonly lastModified?: number;
  /** In bytes. */
  readonly size?: number;
  /** When Quay was to expire it, in Unix seconds. */
  readonly expiration?: number;
  readonly verdict: 'delete' | 'keep';
  /** As the report has it; other versions may have others than this one. */
  readonly outcome?: string;
  /** The tag of its image that Quay deletes it with. */
  readonly takenAlongWith?: string;
}

/** So many rows that cannot be read are told one by one. */
const TOLD_PROBLEMS = 20;

/**
 * Reads a cleanup's report. A repository or a tag in it that cannot be read does not spoil the others.
 *
 * @throws InvalidInputError if the text is not a report, or one of a version that this code does not know
 */
export function parseReport(text: string): Report {
  const report = objectOf(readJson(text), 'the whole');
  checkVersion(report['version']);
  const problems: string[] = [];
  const repositories = readableOf(arrayOf(report['repositories'], '`repositories`'), {
    read: (value) => repositoryOf(value, problems),
    keyOf: ({ repository }) => repository,
    problems,
  });
  const more = problems.length - TOLD_PROBLEMS;
  return {
    registry: textOf(report['registry'], '`registry`'),
    dryRun: booleanOf(report['dryRun'], '`dryRun`'),
    startedAt: timeOf(report['startedAt'], '`startedAt`'),
    // Earlier versions could only delete, and did not say so.
    mode: textOf(report['mode'] ?? 'delete', '`mode`'),
    ...optional('expireIn', report, durationOf),
    ...optional('stopped', report, textOf),
    ...optional('error', report, textOf),
    ...optional('finishedAt', report, timeOf),
    repositories,
    problems: [
      ...problems.slice(0, TOLD_PROBLEMS),
      ...(more > 0 ? [`${countOf(more, 'more entry')} of the report cannot be read.`] : []),
    ],
  };
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

function readJson(text: string): unknown {
  const value = parseJson(text.replace(/^\ufeff/, ''));
  if (value !== undefined) return value;
  throw new InvalidInputError(
    'The report is not JSON. Give the file that a cleanup named in its output `report`.',
  );
}

function checkVersion(version: unknown): void {
  if (version === REPORT_VERSION) return;
  if (typeof version === 'number' && version > REPORT_VERSION) {
    throw new InvalidInputError(
      `The report was written by a newer version of this action (format ${version}; this one reads ${REPORT_VERSION}). Use that version of the action.`,
    );
  }
  throw wrong('`version`', String(REPORT_VERSION), version);
}

interface Reading<Item> {
  readonly read: (value: unknown) => Item;
  readonly keyOf: (item: Item) => string;
  readonly problems: string[];
}

/** The elements that can be read, each once; what is wrong with the others is added to the problems. */
function readableOf<Item>(values: readonly unknown[], reading: Reading<Item>): readonly Item[] {
  const items = new Map<string, Item>();
  for (const value of values) {
    try {
      const item = reading.read(value);
      const key = reading.keyOf(item);
      if (items.has(key)) throw new InvalidInputError(`The report names ${key} twice.`);
      items.set(key, item);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      reading.problems.push(error.message);
    }
  }
  return [...items.values()];
}

const REPOSITORY = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9_][a-z0-9._-]*)+$/;

function repositoryOf(value: unknown, problems: string[]): ReportedRepository {
  const entry = objectOf(value, 'an entry of `repositories`');
  const repository = textOf(entry['repository'], '`repository`');
  if (!REPOSITORY.test(repository)) throw wrong('`repository`', '`namespace/name`', repository);
  const tags = readableOf(arrayOf(entry['tags'], `\`tags\` of ${repository}`), {
    read: (tag) => tagOf(tag, repository),
    keyOf: ({ name }) => `${repository}:${name}`,
    problems,
  });
  return { repository, tags };
}

function tagOf(value: unknown, repository: string): ReportedTag {
  const entry = objectOf(value, `an entry of \`tags\` of ${repository}`);
  const text = textOf(entry['name'], `a \`name\` in ${repository}`);
  const name = parseTagName(text);
  if (name === undefined) throw wrong(`a \`name\` in ${repository}`, 'a tag', text);
  const of = ` of ${repository}:${name}`;
  const verdict = entry['verdict'];
  if (verdict !== 'delete' && verdict !== 'keep')
    throw wrong(`\`verdict\`${of}`, '`delete` or `keep`', verdict);
  return {
    name,
    verdict,
    ...optional('digest', entry, digestOf, of),
    ...optional('lastModified', entry, timeOf, of),
    ...optional('size', entry, sizeOf, of),
    ...optional('expiration', entry, timeOf, of),
    ...optional('outcome', entry, textOf, of),
    ...optional('takenAlongWith', entry, textOf, of),
  };
}

/** The property if it is there, and not null. */
function optional<Key extends string, Value>(
  key: Key,
  entry: JsonObject,
  read: (value: unknown, what: string) => Value,
  of = '',
): { readonly [_ in Key]?: Value } {
  const value = entry[key] ?? undefined;
  return (value === undefined ? {} : { [key]: read(value, `\`${key}\`${of}`) }) as { [_ in Key]?: Value };
}

function objectOf(value: unknown, what: string): JsonObject {
  if (isObject(value)) return value;
  throw wrong(what, 'an object', value);
}

function arrayOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(what, 'an array', value);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw wrong(what, 'text', value);
}

function booleanOf(value: unknown, what: string): boolean {
  if (typeof value === 'boolean') return value;
  throw wrong(what, '`true` or `false`', value);
}

/** A time in ISO 8601, in Unix seconds. */
function timeOf(value: unknown, what: string): number {
  const seconds = Date.parse(textOf(value, what)) / 1000;
  if (Number.isNaN(seconds)) throw wrong(what, 'a time', value);
  return seconds;
}

function sizeOf(value: unknown, what: string): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw wrong(what, 'a number of bytes', value);
}

function digestOf(value: unknown, what: string): string {
  const digest = textOf(value, what);
  if (/^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
  throw wrong(what, '`sha256:` and 64 hexadecimal digits', digest);
}

function durationOf(value: unknown, what: string): Duration {
  const { text, seconds } = objectOf(value, what);
  if (typeof seconds === 'number' && seconds > 0) return { text: textOf(text, what), seconds };
  throw wrong(what, 'a duration', value);
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
  const text = JSON.stringify(found) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
