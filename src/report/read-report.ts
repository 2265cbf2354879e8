import { InvalidInputError } from '../model/invalid-input.ts';
import { parseTagName, type TagName } from '../model/tag.ts';
import { REPORT_VERSION } from './write-report.ts';

/** What a restore needs of a cleanup's report. */
export interface Report {
  /** `host` or `host:port`. */
  readonly registry: string;
  readonly dryRun: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601; absent where the run did not come to its end. */
  readonly finishedAt?: string;
  readonly repositories: readonly ReportedRepository[];
}

export interface ReportedRepository {
  /** `namespace/name`. */
  readonly repository: string;
  readonly tags: readonly ReportedTag[];
}

const OUTCOMES = ['deleted', 'gone', 'expiring', 'kept', 'failed', 'not-attempted'] as const;

export interface ReportedTag {
  readonly name: TagName;
  /** `sha256:<hex>` */
  readonly digest?: string;
  readonly verdict: 'delete' | 'keep';
  readonly outcome?: (typeof OUTCOMES)[number];
}

/**
 * Reads a cleanup's report.
 *
 * @throws InvalidInputError if the text is not a report, or one of a version that this code does not know
 */
export function parseReport(text: string): Report {
  const report = objectOf(parseJson(text), 'The report');
  checkVersion(report['version']);
  const finishedAt = optionalText(report['finishedAt'], '`finishedAt`');
  return {
    registry: textOf(report['registry'], '`registry`'),
    dryRun: booleanOf(report['dryRun'], '`dryRun`'),
    startedAt: textOf(report['startedAt'], '`startedAt`'),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    repositories: arrayOf(report['repositories'], '`repositories`').map(repositoryOf),
  };
}

/** The tags that the run deleted; of a run that was killed before it could tell, all that it meant to delete. */
export function deletedTags(report: Report): readonly ReportedRepository[] {
  if (report.dryRun) return [];
  const mayBeDeleted = ({ verdict, outcome }: ReportedTag) =>
    verdict === 'delete' &&
    (outcome === 'deleted' || (outcome === undefined && report.finishedAt === undefined));
  return report.repositories
    .map(({ repository, tags }) => ({ repository, tags: tags.filter(mayBeDeleted) }))
    .filter(({ tags }) => tags.length > 0);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new InvalidInputError(
      'The report is not JSON. Give the file that a cleanup named in its output `report`.',
      { cause },
    );
  }
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
  const outcome = outcomeOf(entry['outcome'], name);
  return {
    name,
    verdict: verdictOf(entry['verdict'], name),
    ...(digest === undefined ? {} : { digest }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

function verdictOf(value: unknown, name: TagName): ReportedTag['verdict'] {
  if (value === 'delete' || value === 'keep') return value;
  throw wrong(`\`verdict\` of ${name}`, '`delete` or `keep`', value);
}

function outcomeOf(value: unknown, name: TagName): ReportedTag['outcome'] {
  if (value === null || value === undefined) return undefined;
  const outcome = OUTCOMES.find((known) => known === value);
  if (outcome === undefined)
    throw wrong(`\`outcome\` of ${name}`, OUTCOMES.map((known) => `\`${known}\``).join(', '), value);
  return outcome;
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw wrong(what, 'an object', value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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

function booleanOf(value: unknown, what: string): boolean {
  if (typeof value === 'boolean') return value;
  throw wrong(what, '`true` or `false`', value);
}

function wrong(what: string, expected: string, found: unknown): InvalidInputError {
  const text = JSON.stringify(found) ?? 'nothing';
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new InvalidInputError(
    `The report cannot be read: ${what} must be ${expected}, and is ${shown}. Give the file that a cleanup wrote, unchanged.`,
  );
}
