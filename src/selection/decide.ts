import { branchSlugs, slugIndex } from './branch-slug.ts';
import type { Facts } from './facts.ts';
import { type Pattern, readAll } from './pattern.ts';
import type { JudgedTag } from './plan.ts';
import type { Reason } from './reason.ts';
import type { EventScope, Rules } from './rules.ts';
import { settleSignatures } from './signatures.ts';
import type { Tag, TagName } from './tag.ts';

/** GitHub's numbers fit into 32 bits: a larger one is no pull request. */
const LARGEST_NUMBER = 2 ** 31 - 1;

/** A pattern that matches a name, with what its placeholder may stand for there. */
interface Match {
  readonly pattern: Pattern;
  readonly readings: readonly string[];
}

/** A tag with what the patterns say of its name. */
interface Candidate {
  readonly tag: Tag;
  readonly matches: readonly Match[];
  /** The first exclusion that matches. */
  readonly excludedBy?: string;
}

interface Context {
  readonly rules: Rules;
  readonly facts: Facts;
  /** The newest of the matching tags, which stay whatever else is said. */
  readonly newest: ReadonlySet<TagName>;
  readonly livingBranches: ReadonlyMap<string, string> | undefined;
}

/**
 * Gives every tag a verdict with its reason, newest tag first.
 *
 * A tag goes only if nothing speaks for keeping it; a fact that is missing does.
 *
 * @throws InvalidInputError for a pattern that backtracks without end
 */
export function decide(tags: readonly Tag[], rules: Rules, facts: Facts): readonly JudgedTag[] {
  const candidates = readCandidates(tags.toSorted(newestFirst), rules);
  const context = {
    rules,
    facts,
    newest: newestOf(candidates, rules.keepNewest ?? 0),
    livingBranches: facts.branches && slugIndex(facts.branches),
  };
  const judged = candidates.map((candidate): JudgedTag => {
    const reason = reasonToKeep(candidate, context);
    const verdict = reason
      ? { kind: 'keep' as const, reason }
      : { kind: 'delete' as const, reason: reasonToDelete(candidate, facts) };
    return { tag: candidate.tag, verdict };
  });
  const excluded = new Set(
    candidates.filter(({ excludedBy }) => excludedBy !== undefined).map(({ tag }) => tag.name),
  );
  return settleSignatures(judged, { clean: rules.cleanOrphanedSignatures, excluded });
}

function newestFirst(one: Tag, other: Tag): number {
  return (other.lastModified ?? -1) - (one.lastModified ?? -1) || (one.name < other.name ? -1 : 1);
}

function readCandidates(tags: readonly Tag[], { tags: patterns, exclude }: Rules): readonly Candidate[] {
  const names = tags.map(({ name }) => name);
  const wanted = patterns.map((pattern) => ({ pattern, readings: readAll(pattern, names) }));
  const unwanted = exclude.map((pattern) => ({ pattern, readings: readAll(pattern, names) }));
  return tags.map((tag, index) => {
    const matches = wanted.flatMap(({ pattern, readings }) => {
      const found = readings[index];
      return found ? [{ pattern, readings: found }] : [];
    });
    const excludedBy = unwanted.find(({ readings }) => readings[index] !== undefined)?.pattern.text;
    return { tag, matches, ...(excludedBy === undefined ? {} : { excludedBy }) };
  });
}

/** Tags without a date are kept for that, and take no place among the newest. */
function newestOf(candidates: readonly Candidate[], count: number): ReadonlySet<TagName> {
  const counted = candidates.filter(
    ({ tag, matches, excludedBy }) =>
      matches.length > 0 && excludedBy === undefined && tag.lastModified !== undefined,
  );
  return new Set(counted.slice(0, count).map(({ tag }) => tag.name));
}

/** The first thing that speaks for keeping the tag; what costs no request is asked first. */
function reasonToKeep(candidate: Candidate, context: Context): Reason | undefined {
  const { tag, matches, excludedBy } = candidate;
  const { rules } = context;
  if (matches.length === 0) return { kind: 'not-matched' };
  if (excludedBy !== undefined) return { kind: 'excluded', pattern: excludedBy };
  if (tag.immutable) return { kind: 'immutable' };
  return (
    first(matches, (match) => outsideScope(match, rules.event)) ??
    tooNew(tag, context) ??
    expiresSooner(tag, rules) ??
    first(matches, (match) => pullRequestLives(match, context)) ??
    first(matches, (match) => branchLives(match, context)) ??
    stillPulled(tag, context)
  );
}

/** Every pattern that matches must let the tag go: what they disagree on is kept. */
function first(matches: readonly Match[], check: (match: Match) => Reason | undefined): Reason | undefined {
  for (const match of matches) {
    const reason = check(match);
    if (reason) return reason;
  }
  return undefined;
}

function outsideScope({ pattern, readings }: Match, event: EventScope): Reason | undefined {
  const { placeholder } = pattern;
  if (placeholder === 'pr') {
    if (readings.length !== 1) return { kind: 'ambiguous', pattern: pattern.text, readings };
    const number = Number(readings[0]);
    return event.pullRequest === undefined || number === event.pullRequest
      ? undefined
      : { kind: 'other-pull-request', number, event: event.pullRequest };
  }
  if (placeholder !== 'branch' || event.branch === undefined) return undefined;
  const slugs = event.branch === null ? [] : branchSlugs(event.branch);
  return readings.some((reading) => slugs.includes(reading.toLowerCase()))
    ? undefined
    : { kind: 'other-branch', event: event.branch };
}

function tooNew({ name, lastModified }: Tag, { rules, facts, newest }: Context): Reason | undefined {
  const { keepNewest, olderThan } = rules;
  if (keepNewest !== undefined) {
    if (lastModified === undefined) return { kind: 'date-unknown', condition: 'keep-n-most-recent' };
    if (newest.has(name)) return { kind: 'among-newest', keep: keepNewest };
  }
  if (!olderThan) return undefined;
  if (lastModified === undefined) return { kind: 'date-unknown', condition: 'older-than' };
  return facts.now - lastModified > olderThan.seconds
    ? undefined
    : { kind: 'newer-than', duration: olderThan.text };
}

function expiresSooner({ expiration }: Tag, { expireAt }: Rules): Reason | undefined {
  return expireAt !== undefined && expiration !== undefined && expiration <= expireAt
    ? { kind: 'expires-sooner', expiration }
    : undefined;
}

function pullRequestLives({ pattern, readings }: Match, { facts }: Context): Reason | undefined {
  if (pattern.placeholder !== 'pr') return undefined;
  const number = Number(readings[0]);
  if (number > LARGEST_NUMBER) return { kind: 'pull-request-unknown', number };
  if (!facts.pullRequests) return { kind: 'pull-request-not-asked', number };
  const state = facts.pullRequests.get(number) ?? 'unknown';
  if (state === 'open') return { kind: 'pull-request-open', number };
  return state === 'unknown' ? { kind: 'pull-request-unknown', number } : undefined;
}

function branchLives({ pattern, readings }: Match, { livingBranches }: Context): Reason | undefined {
  if (pattern.placeholder !== 'branch') return undefined;
  if (!livingBranches) return { kind: 'branches-not-asked' };
  const branch = readings
    .map((reading) => livingBranches.get(reading.toLowerCase()))
    .find((name) => name !== undefined);
  return branch === undefined ? undefined : { kind: 'branch-exists', branch };
}

function stillPulled({ name, lastModified }: Tag, { rules, facts }: Context): Reason | undefined {
  const { notPulledFor } = rules;
  if (!notPulledFor) return undefined;
  if (!facts.lastPulls) return { kind: 'pulls-not-asked' };
  const lastPull = facts.lastPulls.get(name) ?? 'unknown';
  if (lastPull === 'unknown') return { kind: 'pulls-unknown' };
  if (lastPull === 'never') {
    if (lastModified === undefined) return { kind: 'date-unknown', condition: 'not-pulled-for' };
    return facts.now - lastModified > notPulledFor.seconds
      ? undefined
      : { kind: 'never-pulled-but-new', duration: notPulledFor.text };
  }
  return facts.now - lastPull > notPulledFor.seconds
    ? undefined
    : { kind: 'pulled-within', duration: notPulledFor.text, lastPulled: lastPull };
}

function reasonToDelete({ matches }: Candidate, { pullRequests }: Facts): Reason {
  const byNumber = matches.find(({ pattern }) => pattern.placeholder === 'pr');
  if (byNumber) {
    const number = Number(byNumber.readings[0]);
    return { kind: 'pull-request-closed', number, merged: pullRequests?.get(number) === 'merged' };
  }
  const byBranch = matches.find(({ pattern }) => pattern.placeholder === 'branch');
  if (byBranch) return { kind: 'branch-gone', reading: byBranch.readings.join(' or ') };
  return { kind: 'matched', pattern: matches[0]?.pattern.text ?? '' };
}

/** The pull requests whose state decides on a tag and was not asked for. */
export function unansweredPullRequests(judged: readonly JudgedTag[]): readonly number[] {
  return [
    ...new Set(
      judged.flatMap(({ verdict: { reason } }) =>
        reason.kind === 'pull-request-not-asked' ? [reason.number] : [],
      ),
    ),
  ];
}

/** Whether the list of branches decides on a tag and was not asked for. */
export function needsBranches(judged: readonly JudgedTag[]): boolean {
  return judged.some(({ verdict }) => verdict.reason.kind === 'branches-not-asked');
}

/** The tags whose last pull decides on them and was not asked for. */
export function unansweredPulls(judged: readonly JudgedTag[]): readonly TagName[] {
  return judged.filter(({ verdict }) => verdict.reason.kind === 'pulls-not-asked').map(({ tag }) => tag.name);
}
