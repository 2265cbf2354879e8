import { type Duration, parseDuration } from '../model/duration.ts';
import { InvalidInputError } from '../model/errors.ts';
import { parseRegistry, type Registry } from '../model/registry.ts';
import { parseReport, type Report } from '../report/report-file.ts';
import type { Host } from '../runner/host.ts';
import { InputReader } from '../runner/input-reader.ts';
import { readReportFile } from '../runner/read-file.ts';
import type { Secrets } from '../runner/secrets.ts';
import { withinTime } from '../runner/time-limit.ts';
import { parseRepositories } from '../selection/patterns/name-patterns.ts';
import { type Patterns, parsePatterns } from '../selection/rules.ts';

/** Which tags to bring back: those a cleanup's report names, or those that match patterns. */
export type RestoreChoice =
  | {
      readonly kind: 'report';
      readonly report: Report;
      /** Only these repositories of the report; all of them if absent. */
      readonly repositories?: readonly string[];
      /** Only the tags that match; all of them if absent. */
      readonly patterns?: Patterns;
    }
  | {
      readonly kind: 'patterns';
      readonly repositories: readonly string[];
      readonly patterns: Patterns;
      readonly deletedWithin: Duration;
    };

/** What a restore was asked to do, validated. */
export interface RestoreInputs {
  readonly registry: Registry;
  readonly token: string;
  readonly choice: RestoreChoice;
  readonly dryRun: boolean;
  /** Without it, the number of requests in flight follows the round trip. */
  readonly concurrency?: number;
}

interface InputContext {
  readonly host: Host;
  readonly secrets: Secrets;
  /** Unix seconds. */
  readonly now: number;
}

interface Reading {
  readonly reader: InputReader;
  readonly folder: string;
  readonly now: number;
}

/**
 * Reads and validates all inputs of the restore action.
 *
 * @throws InvalidInputsError with every problem that was found
 */
export function readRestoreInputs({ host: process, secrets, now }: InputContext): RestoreInputs {
  const reader = new InputReader(process, secrets);
  const context = { reader, folder: process.folder, now };
  const registry = reader.attempt('registry', () => parseRegistry(reader.text('registry') || 'quay.io'));
  const token = reader.secret('token');
  if (!token)
    reader.problem("`token` is required and was not given: only an OAuth token opens Quay's time machine.");
  const host = registry?.host ?? 'quay.io';
  const choice =
    reader.text('report') === ''
      ? readPatternChoice(context, host)
      : readReportChoice(context, registry, host);
  const dryRun = reader.boolean('dry-run');
  const concurrency = reader.wholeNumber('concurrency', { min: 1, max: 100 });
  reader.finish();
  if (!registry || !token || !choice) throw new Error('An invalid input was not reported.');
  return { registry, token, choice, dryRun, ...(concurrency === undefined ? {} : { concurrency }) };
}

function readPatternChoice(context: Reading, host: string): RestoreChoice | undefined {
  const { reader } = context;
  const repositories = readRepositories(reader, reader.required('repository'), host);
  const patterns = reader.required('tags') === '' ? undefined : readPatterns(context, reader.text('tags'));
  const deletedWithin = reader.attempt('deleted-within', () =>
    parseDuration(reader.text('deleted-within') || '24h'),
  );
  return (
    repositories && patterns && deletedWithin && { kind: 'patterns', repositories, patterns, deletedWithin }
  );
}

function readReportChoice(
  context: Reading,
  registry: Registry | undefined,
  host: string,
): RestoreChoice | undefined {
  const { reader, folder } = context;
  const named = reader.text('repository');
  const repositories = named === '' ? undefined : readRepositories(reader, named, host);
  const tags = reader.text('tags') || (reader.text('exclude-tags') === '' ? '' : '*\nsha256-*');
  const patterns = tags === '' ? undefined : readPatterns(context, tags);
  const report = reader.attempt('report', () =>
    parseReport(readReportFile('report', reader.text('report'), folder)),
  );
  if (report && registry && report.registry !== registry.host) {
    reader.problem(
      `The \`report\` is from ${JSON.stringify(report.registry)}, but \`registry\` is ${registry.host}. Set \`registry\` to the one that was cleaned up.`,
    );
  }
  return (
    report && {
      kind: 'report',
      report,
      ...(repositories ? { repositories } : {}),
      ...(patterns ? { patterns } : {}),
    }
  );
}

function readRepositories(reader: InputReader, text: string, host: string): readonly string[] | undefined {
  return reader.attempt('repository', () =>
    parseRepositories(text, host).map((selector) => {
      if (selector.kind === 'exact') return selector.repository;
      throw new InvalidInputError(
        `\`repository\` contains ${JSON.stringify(selector.text)}. Write the repositories to restore by name, one per line.`,
        { namesInput: true },
      );
    }),
  );
}

function readPatterns({ reader, now }: Reading, tags: string): Patterns | undefined {
  const patterns = reader.attempt('tags', () =>
    parsePatterns({ tags, excludeTags: reader.text('exclude-tags') }, { now, limit: withinTime }),
  );
  for (const { line, text, conditions } of patterns?.tags ?? []) {
    if (Object.keys(conditions).length === 0) continue;
    reader.problem(
      `\`tags\`: ${JSON.stringify(line)} has conditions, which only a cleanup judges. Write the pattern alone: ${JSON.stringify(text)}.`,
    );
  }
  return patterns;
}
