import type { CleanupResult, RepositoryResult, TagResult } from '../model/result.ts';
import { isoTime } from './format.ts';
import { describeOutcome, describeReason } from './reasons.ts';

/** The version of the report's format that this code writes and reads; `docs/report.schema.json` describes it. */
export const REPORT_VERSION = 1;

/** Replaces secrets in a text. */
type Redact = (text: string) => string;

/**
 * The JSON report: before the deletions every outcome is null, afterwards it has what became of the selected tags.
 * It has one tag per line, so that a report of many tags can be searched and compared by line. It comes in small parts, since
 * one of many tags is too large to hold twice.
 *
 * @param redact - for the texts that people read; what a machine reads stands as it is
 */
export function* reportParts(run: CleanupResult, redact: Redact): Generator<string> {
  const { mode, github } = run;
  const head = {
    version: REPORT_VERSION,
    registry: run.registry,
    dryRun: run.dryRun,
    mode: mode.kind,
    ...(mode.kind === 'expire' ? { expireIn: { text: mode.duration, seconds: mode.seconds } } : {}),
    startedAt: time(run.startedAt),
    finishedAt: time(run.finishedAt),
    ...(run.stopped === undefined ? {} : { stopped: run.stopped.kind }),
    ...(run.error === undefined ? {} : { error: redact(run.error) }),
    ...(github === undefined
      ? {}
      : { github: github.kind === 'one' ? [github.repository] : github.repositories }),
    notes: [...run.warnings, ...run.notes].map(redact),
  };
  yield* withArray(
    head,
    'repositories',
    run.repositories.map((repository) => repositoryParts(repository, redact)),
  );
  yield '\n';
}

function* repositoryParts({ repository, tags, error }: RepositoryResult, redact: Redact): Generator<string> {
  const head = { repository, ...(error === undefined ? {} : { error: redact(error) }) };
  yield* withArray(
    head,
    'tags',
    Iterator.from(tags).map((tag) => [JSON.stringify(tagEntry(tag, redact))]),
  );
}

/** A JSON object whose last property is an array, with one element per line. */
function* withArray(head: object, key: string, elements: Iterable<Iterable<string>>): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"${key}":[`;
  let separator = '\n';
  for (const element of elements) {
    yield separator;
    yield* element;
    separator = ',\n';
  }
  yield separator === '\n' ? ']}' : '\n]}';
}

function tagEntry({ tag, verdict, rule, deletedWith, outcome }: TagResult, redact: Redact) {
  const detail = describeOutcome(outcome);
  return {
    name: tag.name,
    digest: tag.digest ?? null,
    lastModified: time(tag.lastModified),
    size: tag.size ?? null,
    ...expirationOf(tag.expiration, outcome),
    verdict: verdict.kind,
    reason: redact(describeReason(verdict.reason)),
    ...(rule === undefined ? {} : { rule }),
    outcome: outcome?.kind ?? null,
    ...(detail === undefined ? {} : { detail: redact(detail) }),
    ...(deletedWith === undefined ? {} : { takenAlongWith: deletedWith }),
  };
}

function expirationOf(listed: number | undefined, outcome: TagResult['outcome']) {
  if (outcome?.kind === 'expiration-removed')
    return { expiration: null, formerExpiration: time(outcome.was) };
  return { expiration: time(outcome?.kind === 'expiring' ? outcome.expiration : listed) };
}

function time(seconds: number | undefined): string | null {
  return seconds === undefined ? null : (isoTime(seconds) ?? null);
}
