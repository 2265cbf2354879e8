import type { Mode, RunResult } from '../model/cleanup-result.ts';
import { countOf, formatCount } from './format.ts';
import { type Totals, tallyRun, totalsOf } from './tally.ts';

/** Whether the run shows a plan instead of carrying it out. */
export function isPlanOnly({ dryRun, stopped }: RunResult): boolean {
  return dryRun || stopped?.kind === 'guard';
}

/**
 * What the run did, in a few sentences, trouble first.
 *
 * @param name - writes a repository's name, as plain text if not given
 */
export function describeRun(
  run: RunResult,
  name: (repository: string) => string = (repository) => repository,
): string {
  const totals = totalsOf(tallyRun(run));
  const place = placeOf(run, name);
  return [...troubles(run, { totals, place }), ...achievement(run, { totals, place })].join(' ');
}

interface Scene {
  readonly totals: Totals;
  /** `acme/web`, or `14 repositories`. */
  readonly place: string;
}

function placeOf({ repositories }: RunResult, name: (repository: string) => string): string {
  const [only] = repositories;
  return only && repositories.length === 1
    ? name(only.repository)
    : countOf(repositories.length, 'repository');
}

function* troubles(run: RunResult, { totals, place }: Scene): Generator<string> {
  if (run.error !== undefined && run.stopped === undefined) yield 'The run failed.';
  switch (run.stopped?.kind) {
    case undefined:
      break;
    case 'cancelled':
      yield 'The run was cancelled.';
      break;
    case 'time-budget':
      yield `The time budget of ${run.stopped.duration} is used up.`;
      break;
    case 'credential-refused':
      yield 'The credential was refused.';
      break;
    case 'guard':
      yield `The plan was refused, and nothing was ${run.mode.kind === 'delete' ? 'deleted' : 'changed'}.`;
      break;
    default:
      run.stopped satisfies never;
  }
  if (totals.failed > 0) {
    yield `Failed to ${run.mode.kind === 'delete' ? 'delete' : 'set the expiration of'} ${countOf(totals.failed, 'tag')}.`;
  }
  const failing = run.repositories.filter(({ error }) => error !== undefined).length;
  if (failing > 0)
    yield run.repositories.length === 1 ? `${place} failed.` : `${formatCount(failing)} of ${place} failed.`;
}

function* achievement(run: RunResult, { totals, place }: Scene): Generator<string> {
  const planOnly = isPlanOnly(run);
  const done = planOnly ? totals.pending : totals.deleted + totals.expiring;
  const troubled = run.error !== undefined || run.repositories.some(({ error }) => error !== undefined);
  if (totals.selected === 0 && !troubled) {
    yield nothingToDo(run, { totals, place });
    return;
  }
  yield totals.listed === 0 || (done === 0 && troubled)
    ? `Nothing was ${run.mode.kind === 'delete' ? 'deleted' : 'changed'}.`
    : `${verb(run.mode, planOnly)} ${formatCount(done)} of ${countOf(totals.listed, 'tag')} in ${place}${manner(run.mode)}.`;
  if (run.dryRun) yield 'This was a dry run: nothing was changed.';
  else if (!planOnly && totals.pending > 0)
    yield `${countOf(totals.pending, 'selected tag')} ${totals.pending === 1 ? 'was' : 'were'} not attempted.`;
}

function verb(mode: Mode, planOnly: boolean): string {
  if (mode.kind === 'delete') return planOnly ? 'Would delete' : 'Deleted';
  return planOnly ? 'Would set' : 'Set';
}

function manner(mode: Mode): string {
  return mode.kind === 'delete' ? '' : ` to expire in ${mode.duration}`;
}

function nothingToDo({ mode, repositories }: RunResult, { totals, place }: Scene): string {
  const opening = mode.kind === 'delete' ? 'Nothing to delete' : 'Nothing to expire';
  if (repositories.length === 0) return `${opening}: no repository was selected.`;
  if (totals.listed === 0)
    return `${opening}: ${place} ${repositories.length === 1 ? 'has' : 'have'} no tags.`;
  const matches = repositories.some(({ tags }) =>
    tags.some(({ verdict }) => verdict.reason.kind !== 'not-matched'),
  );
  if (!matches) return `${opening}: none of the ${countOf(totals.listed, 'tag')} in ${place} matches.`;
  return `${opening}: ${totals.listed === 1 ? 'the only tag' : `all ${countOf(totals.listed, 'tag')}`} in ${place} ${totals.listed === 1 ? 'stays' : 'stay'}.`;
}
