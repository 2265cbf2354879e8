import type { CleanupResult, RepositoryResult, TagResult } from '../model/result.ts';
import { isoTime } from './format.ts';
import { describeReason } from './reason-text.ts';
import { REPORT_VERSION } from './report-version.ts';

/**
 * The JSON report: before the deletions every outcome is null, afterwards it has what became of the selected tags.
 * It has one tag per line, so that a report of many tags can be searched and compared by line. It comes in small parts, since
 * one of many tags is too large to hold twice.
 */
export function* reportParts(run: CleanupResult): Generator<string> {
  const head = {
    version: REPORT_VERSION,
    registry: run.registry,
    dryRun: run.dryRun,
    mode: run.mode.kind,
    startedAt: time(run.startedAt),
    finishedAt: time(run.finishedAt),
    ...(run.stopped === undefined ? {} : { stopped: run.stopped.kind }),
    ...(run.error === undefined ? {} : { error: run.error }),
    notes: [...(run.warnings ?? []), ...run.notes],
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

function tagEntry({ tag, verdict, rule, takenAlong, outcome }: TagResult) {
  const detail = detailOf(outcome);
  return {
    name: tag.name,
    digest: tag.digest ?? null,
    lastModified: time(tag.lastModified),
    size: tag.size ?? null,
    expiration: time(outcome?.kind === 'expiring' ? outcome.expiration : tag.expiration),
    verdict: verdict.kind,
    reason: describeReason(verdict.reason),
    ...(rule === undefined ? {} : { rule }),
    outcome: outcome?.kind ?? null,
    ...(detail === undefined ? {} : { detail }),
    ...(takenAlong === undefined ? {} : { takenAlongWith: takenAlong.image }),
  };
}

function detailOf(outcome: TagResult['outcome']): string | undefined {
  switch (outcome?.kind) {
    case 'failed':
    case 'unknown':
      return outcome.error;
    case 'kept':
      return outcome.reason;
    case 'deleted-with-image':
      return outcome.error;
    default:
      return undefined;
  }
}

function time(seconds: number | undefined): string | null {
  return seconds === undefined ? null : (isoTime(seconds) ?? null);
}
