import { describeReason } from '../selection/reason-text.ts';
import { isoTime } from './format.ts';
import type { RepositoryResult, RunResult, TagResult } from './result.ts';

/** The version of the report's format that this code writes; `docs/report.schema.json` describes it. */
export const REPORT_VERSION = 1;

/** The JSON report: before the deletions every outcome is null, afterwards it has what became of the planned tags. */
export function renderReport(run: RunResult): string {
  const head = JSON.stringify({
    version: REPORT_VERSION,
    registry: run.registry,
    dryRun: run.dryRun,
    startedAt: time(run.startedAt),
    finishedAt: time(run.finishedAt),
  });
  return `${head.slice(0, -1)},"repositories":${lines(run.repositories.map(repositoryJson))}}\n`;
}

/** A JSON array with an element a line, so that a report of many tags can be searched and compared by line. */
function lines(elements: readonly string[]): string {
  return elements.length === 0 ? '[]' : `[\n${elements.join(',\n')}\n]`;
}

function repositoryJson({ repository, tags, error }: RepositoryResult): string {
  const head = JSON.stringify({ repository, ...(error === undefined ? {} : { error }) });
  return `${head.slice(0, -1)},"tags":${lines(tags.map((tag) => JSON.stringify(tagEntry(tag))))}}`;
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
