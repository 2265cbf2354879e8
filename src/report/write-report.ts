import type { RepositoryResult, RunResult, TagResult } from '../model/cleanup-result.ts';
import { isoTime } from './format.ts';
import { describeReason } from './reason-text.ts';

/** The version of the report's format that this code writes; `docs/report.schema.json` describes it. */
export const REPORT_VERSION = 1;

/**
 * The JSON report: before the deletions every outcome is null, afterwards it has what became of the planned tags.
 * It has a tag a line, so that a report of many tags can be searched and compared by line. It comes in small parts, since
 * one of many tags is too large to hold twice.
 */
export function* reportParts(run: RunResult): Generator<string> {
  const head = {
    version: REPORT_VERSION,
    registry: run.registry,
    dryRun: run.dryRun,
    startedAt: time(run.startedAt),
    finishedAt: time(run.finishedAt),
  };
  yield* withArray(head, 'repositories', run.repositories.map(repositoryParts));
  yield '\n';
}

function* repositoryParts({ repository, tags, error }: RepositoryResult): Generator<string> {
  const head = { repository, ...(error === undefined ? {} : { error }) };
  yield* withArray(
    head,
    'tags',
    Iterator.from(tags).map((tag) => [JSON.stringify(tagEntry(tag))]),
  );
}

/** A JSON object whose last property is an array, with an element a line. */
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

function tagEntry({ tag, verdict, outcome }: TagResult) {
  const detail = detailOf(outcome);
  return {
    name: tag.name,
    digest: tag.digest ?? null,
    lastModified: time(tag.lastModified),
    size: tag.size ?? null,
    expiration: time(outcome?.kind === 'expiring' ? outcome.expiration : tag.expiration),
    verdict: verdict.kind,
    reason: describeReason(verdict.reason),
    outcome: outcome?.kind ?? null,
    ...(detail === undefined ? {} : { detail }),
  };
}

function detailOf(outcome: TagResult['outcome']): string | undefined {
  if (outcome?.kind === 'failed') return outcome.error;
  return outcome?.kind === 'kept' ? outcome.reason : undefined;
}

function time(seconds: number | undefined): string | null {
  return seconds === undefined ? null : (isoTime(seconds) ?? null);
}
