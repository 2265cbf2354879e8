import type { Duration } from '../model/duration.ts';
import { InvalidInputError } from '../model/errors.ts';
import { present } from '../model/json.ts';
import type { Registry } from '../model/registry.ts';
import { parseReport, type Report } from '../report/report-file.ts';
import { readReportFile } from '../runner/input-files.ts';
import { InputReader } from '../runner/input-reader.ts';
import type { Run } from '../runner/story.ts';
import { withinTime } from '../runner/time-limit.ts';
import { parseRepositories } from '../selection/patterns/name-patterns.ts';
import { type Patterns, parsePatterns } from '../selection/rules.ts';

/** Which tags to bring back: those a cleanup's report names, or those that match patterns. */
export type RestoreChoice = ReportChoice | PatternChoice;

export interface ReportChoice {
  readonly kind: 'report';
  readonly report: Report;
  /** Only these repositories of the report; all of them if absent. */
  readonly repositories?: readonly string[];
  /** Only the tags that match; all of them if absent. */
  readonly patterns?: Patterns;
}

export interface PatternChoice {
  readonly kind: 'patterns';
  readonly repositories: readonly string[];
  readonly patterns: Patterns;
  readonly deletedWithin: Duration;
}

/** What a restore was asked to do, validated. */
export interface RestoreInputs {
  readonly registry: Registry;
  readonly token: string;
  readonly choice: RestoreChoice;
  readonly dryRun: boolean;
  /** Without it, the number of requests in flight follows the round trip. */
  readonly concurrency?: number;
}

interface InputContext extends Pick<Run, 'host' | 'secrets'> {
  /** Unix seconds. */
  readonly now: number;
}

interface Reading {
  readonly reader: InputReader;
  readonly registry: Registry | undefined;
  /** Where relative paths begin. */
  readonly folder: string;
  readonly now: number;
}

/**
 * Reads and validates all inputs of the restore action.
 *
 * @throws InvalidInputsError with every problem that was found
 */
export function readRestoreInputs({ host, secrets, now }: InputContext): RestoreInputs {
  const reader = new InputReader(host, secrets);
  const registry = reader.registry();
  const token = reader.secret('token');
  if (!token)
    reader.problem("`token` is required and was not given: only an OAuth token opens Quay's time machine.");
  const reading = { reader, registry, folder: host.folder, now };
  const choice = reader.text('report') === '' ? readPatternChoice(reading) : readReportChoice(reading);
  const dryRun = reader.boolean('dry-run');
  const concurrency = reader.concurrency();
  reader.finish();
  if (!registry || !token || !choice) throw new Error('An invalid input was not reported.');
  return present({ registry, token, choice, dryRun, concurrency });
}

function readPatternChoice(reading: Reading): RestoreChoice | undefined {
  const { reader } = reading;
  const repositories = readRepositories(reading, reader.required('repository'));
  const patterns = reader.required('tags') === '' ? undefined : readPatterns(reading, reader.text('tags'));
  const deletedWithin = reader.duration('deleted-within', '24h');
  return (
    repositories && patterns && deletedWithin && { kind: 'patterns', repositories, patterns, deletedWithin }
  );
}

function readReportChoice(reading: Reading): RestoreChoice | undefined {
  const { reader, registry, folder } = reading;
  const repositories = readRepositories(reading, reader.text('repository'));
  const tags = reader.text('tags') || (reader.text('exclude-tags') === '' ? '' : '*\nsha256-*');
  const patterns = tags === '' ? undefined : readPatterns(reading, tags);
  const report = reader.optional('report', (path) => parseReport(readReportFile('report', path, folder)));
  if (report && registry && report.registry !== registry.host)
    reader.problem(
      `The \`report\` is from ${JSON.stringify(report.registry)}, but \`registry\` is ${registry.host}. Set \`registry\` to the one that was cleaned up.`,
    );
  return report && { kind: 'report', report, ...present({ repositories, patterns }) };
}

/** Undefined where the text is empty. */
function readRepositories({ reader, registry }: Reading, text: string): readonly string[] | undefined {
  if (text === '') return undefined;
  return reader.attempt('repository', () =>
    parseRepositories(text, registry?.host ?? 'quay.io').map((selector) => {
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
