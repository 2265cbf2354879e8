import type { Duration } from '../model/duration.ts';
import { InvalidInputError } from '../model/errors.ts';
import { isObject, type JsonObject, parseJson } from '../model/json.ts';
import { parseTagName, type TagName } from '../model/tag.ts';
import { clip, countOf } from './format.ts';
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
  const report = object(readJson(text), 'the whole');
  checkVersion(report['version']);
  const problems: string[] = [];
  const repositories = readable(need(report, 'repositories'), problems, (value) => {
    const entry = object(value, 'an entry of `repositories`');
    const repository = need(entry, 'repository');
    const tags = readable(need(entry, 'tags', ` of ${repository}`), problems, (tag) =>
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
    mode: may(report, ['mode']).mode ?? 'delete',
    ...may(report, ['expireIn', 'finishedAt', 'stopped', 'error']),
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

const TAG_DETAILS = ['digest', 'lastModified', 'size', 'expiration', 'outcome', 'takenAlongWith'] as const;

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

type Key = keyof typeof PROPERTIES;
type Found<Name extends Key> = ReturnType<(typeof PROPERTIES)[Name]>;

/** @param of - whose property it is, for the error */
function need<Name extends Key>(entry: JsonObject, key: Name, of = ''): Found<Name> {
  return PROPERTIES[key](entry[key], `\`${key}\`${of}`) as Found<Name>;
}

/** The properties that are there, and not null. */
function may<Name extends Key>(
  entry: JsonObject,
  keys: readonly Name[],
  of = '',
): { readonly [_ in Name]?: Found<_> } {
  const there = keys.filter((key) => (entry[key] ?? undefined) !== undefined);
  return Object.fromEntries(there.map((key) => [key, need(entry, key, of)])) as { [_ in Name]?: Found<_> };
}

function reader<Value>(expected: string, is: (value: unknown) => value is Value) {
  return (value: unknown, what: string): Value => {
    if (is(value)) return value;
    throw wrong(what, expected, value);
  };
}

function isLike(pattern: RegExp): (value: unknown) => value is string {
  return (value): value is string => typeof value === 'string' && pattern.test(value);
}

function isVerdict(value: unknown): value is 'delete' | 'keep' {
  return value === 'delete' || value === 'keep';
}

const object = reader('an object', isObject);
const array = reader('an array', (value): value is readonly unknown[] => Array.isArray(value));
const text = reader('text', (value) => typeof value === 'string');

/** A time in ISO 8601, in Unix seconds. */
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

/** How each property is read, wherever it stands. */
const PROPERTIES = {
  registry: text,
  dryRun: reader('`true` or `false`', (value) => typeof value === 'boolean'),
  mode: text,
  expireIn: duration,
  startedAt: time,
  finishedAt: time,
  stopped: text,
  error: text,
  repositories: array,
  repository: reader('`namespace/name`', isLike(/^[a-z0-9][a-z0-9._-]*(\/[a-z0-9_][a-z0-9._-]*)+$/)),
  tags: array,
  name: reader('a tag', (value): value is TagName => typeof value === 'string' && !!parseTagName(value)),
  verdict: reader('`delete` or `keep`', isVerdict),
  digest: reader('`sha256:` and 64 hexadecimal digits', isLike(/^sha256:[0-9a-f]{64}$/)),
  lastModified: time,
  size: reader('a number of bytes', (value): value is number => typeof value === 'number' && value >= 0),
  expiration: time,
  outcome: text,
  takenAlongWith: text,
};

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
