import { InvalidInputError } from '../model/errors.ts';
import { isObject, parseJson } from '../model/json.ts';
import { parseTagName, type TagName } from '../model/tag.ts';
import { REPORT_VERSION } from './report-version.ts';

/** What a restore needs of a cleanup's report. */
export interface Report {
  /** `host` or `host:port`. */
  readonly registry: string;
  readonly dryRun: boolean;
  /** Absent in reports of earlier versions. */
  readonly mode?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Why the run ended before its plan was carried out. */
  readonly stopped?: string;
  /** Why the whole run failed. */
  readonly error?: string;
  /** ISO 8601; absent where the run did not come to its end. */
  readonly finishedAt?: string;
  readonly repositories: readonly ReportedRepository[];
}

interface ReportedRepository {
  /** `namespace/name`. */
  readonly repository: string;
  readonly tags: readonly ReportedTag[];
}

export interface ReportedTag {
  readonly name: TagName;
  /** `sha256:<hex>` */
  readonly digest?: string;
  /** When Quay was to expire it, in Unix seconds. */
  readonly expiration?: number;
  readonly verdict: 'delete' | 'keep';
  /** As the report has it; later versions may have others than this one. */
  readonly outcome?: string;
  /** The tag of its image that Quay deletes it with. */
  readonly takenAlongWith?: string;
}

/**
 * Reads a cleanup's report.
 *
 * @throws InvalidInputError if the text is not a report, or one of a version that this code does not know
 */
export function parseReport(text: string): Report {
  const report = objectOf(readJson(text), 'The report');
  checkVersion(report['version']);
  const mode = optionalText(report['mode'], '`mode`');
  const stopped = optionalText(report['stopped'], '`stopped`');
  const error = optionalText(report['error'], '`error`');
  const finishedAt = optionalText(report['finishedAt'], '`finishedAt`');
  return {
    registry: textOf(report['registry'], '`registry`'),
    dryRun: booleanOf(report['dryRun'], '`dryRun`'),
    startedAt: textOf(report['startedAt'], '`startedAt`'),
    ...(mode === undefined ? {} : { mode }),
    ...(stopped === undefined ? {} : { stopped }),
    ...(error === undefined ? {} : { error }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    repositories: arrayOf(report['repositories'], '`repositories`').map(repositoryOf),
  };
}

/** Outcomes of tags that were deleted by the run, or may have been. */
const MAY_BE_DELETED: readonly (string | undefined)[] = ['deleted', 'deleted-with-image', 'unknown'];

/**
 * The tags that the run deleted or may have deleted. Of a run that was killed before it could tell, all that it selected; and
 * of one that could not look at what remains, the signatures that Quay may have deleted with their images.
 */
export function deletedTags(report: Report): readonly ReportedRepository[] {
  if (report.dryRun || report.mode === 'expire') return [];
  const wasKilled = report.finishedAt === undefined;
  const didNotLook = wasKilled || report.stopped !== undefined;
  const mayBeDeleted = ({ verdict, outcome }: ReportedTag) =>
    outcome === undefined ? wasKilled && verdict === 'delete' : MAY_BE_DELETED.includes(outcome);
  return report.repositories
    .map(({ repository, tags }) => {
      const deleted = new Set<string>(tags.filter(mayBeDeleted).map(({ name }) => name));
      const mayHaveGoneAlong = ({ outcome, takenAlongWith }: ReportedTag) =>
        didNotLook && outcome === undefined && takenAlongWith !== undefined && deleted.has(takenAlongWith);
      return { repository, tags: tags.filter((tag) => deleted.has(tag.name) || mayHaveGoneAlong(tag)) };
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
      `The report was written by a newer version of this action (format ${version}; this one reads ${REPORT_VERSION}). Use that version of the action to restore.`,
    );
  }
  throw wrong('`version`', String(REPORT_VERSION), version);
}

const REPOSITORY = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9_][a-z0-9._-]*)+$/;

function repositoryOf(value: unknown): ReportedRepository {
  const entry = objectOf(value, 'An entry of `repositories`');
  const repository = textOf(entry['repository'], '`repository`');
  if (!REPOSITORY.test(repository)) throw wrong('`repository`', '`namespace/name`', repository);
  return { repository, tags: arrayOf(entry['tags'], `\`tags\` of ${repository}`).map(tagOf) };
}

function tagOf(value: unknown): ReportedTag {
  const entry = objectOf(value, 'An entry of `tags`');
  const text = textOf(entry['name'], '`name`');
  const name = parseTagName(text);
  if (name === undefined) throw wrong('`name`', 'a tag', text);
  const digest = optionalText(entry['digest'], `\`digest\` of ${name}`);
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw wrong(`\`digest\` of ${name}`, '`sha256:` and 64 hexadecimal digits', digest);
  const outcome = optionalText(entry['outcome'], `\`outcome\` of ${name}`);
  const takenAlongWith = optionalText(entry['takenAlongWith'], `\`takenAlongWith\` of ${name}`);
  const expiration = optionalTime(entry['expiration'], `\`expiration\` of ${name}`);
  return {
    name,
    verdict: verdictOf(entry['verdict'], name),
    ...(digest === undefined ? {} : { digest }),
    ...(expiration === undefined ? {} : { expiration }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(takenAlongWith === undefined ? {} : { takenAlongWith }),
  };
}

function verdictOf(value: unknown, name: TagName): ReportedTag['verdict'] {
  if (value === 'delete' || value === 'keep') return value;
  throw wrong(`\`verdict\` of ${name}`, '`delete` or `keep`', value);
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
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

function optionalText(value: unknown, what: string): string | undefined {
  return value === null || value === undefined ? undefined : textOf(value, what);
}

/** A time in ISO 8601, in Unix seconds. */
function optionalTime(value: unknown, what: string): number | undefined {
  const text = optionalText(value, what);
  if (text === undefined) return undefined;
  const seconds = Date.parse(text) / 1000;
  if (Number.isNaN(seconds)) throw wrong(what, 'a time', value);
  return seconds;
}

function booleanOf(value: unknown, what: string): boolean {
  if (typeof value === 'boolean') return value;
  throw wrong(what, '`true` or `false`', value);
}

function wrong(what: string, expected: string, found: unknown): InvalidInputError {
  return new InvalidInputError(
    `The report cannot be read: ${what} must be ${expected}, but is ${describe(found)}. Give the file that a cleanup wrote, unchanged.`,
  );
}

/** What was found, in a few words: an array or an object may be nested deeper than can be written down. */
function describe(found: unknown): string {
  if (Array.isArray(found)) return 'an array';
  if (isObject(found)) return 'an object';
  const text = JSON.stringify(found) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
