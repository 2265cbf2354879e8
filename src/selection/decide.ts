import type { Facts } from '../model/facts.ts';
import type { JudgedTag, Verdict } from '../model/plan.ts';
import type { Reason } from '../model/reason.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { expiresSooner, stillPulled, tooNew } from './age.ts';
import { type BranchIndex, indexBranches } from './branch-slug.ts';
import { type Candidate, newestOf, type PatternMatch, readCandidates } from './candidate.ts';
import {
  belongingOf,
  branchLives,
  outsideScope,
  pullRequestLives,
  type Scope,
  scopeOf,
} from './placeholders.ts';
import type { Rules } from './rules.ts';
import { isSignatureInQuestion, settleSignatures } from './signatures.ts';

interface Context {
  readonly rules: Rules;
  readonly facts: Facts;
  /** The newest of the matching tags, which stay whatever else is said. */
  readonly newest: ReadonlySet<TagName>;
  readonly living: BranchIndex | undefined;
  readonly scope: Scope;
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
    living: facts.branches && indexBranches(facts.branches),
    scope: scopeOf(rules.event),
  };
  const judged = candidates.map((candidate) => ({ tag: candidate.tag, verdict: judge(candidate, context) }));
  const spared = rules.cleanOrphanedSignatures
    ? candidates.map((candidate) => protection(candidate) ?? unripe(candidate.tag, context))
    : undefined;
  return settleSignatures(judged, { spared, indexedImages: facts.indexedImages ?? new Map() });
}

function newestFirst(one: Tag, other: Tag): number {
  return (
    (other.lastModified ?? Number.NEGATIVE_INFINITY) - (one.lastModified ?? Number.NEGATIVE_INFINITY) ||
    (one.name < other.name ? -1 : 1)
  );
}

/** The first thing that speaks for keeping the tag counts; what costs no request is asked first. */
function judge(candidate: Candidate, context: Context): Verdict {
  const { tag, matches } = candidate;
  const { rules, facts, living, scope } = context;
  if (matches.length === 0) return keep({ kind: 'not-matched' });
  const protectedBy = protection(candidate);
  if (protectedBy) return keep(protectedBy);
  const belonging = belongingOf(matches);
  if (belonging.kind === 'unclear') return keep(belonging.reason);
  const reason =
    outsideScope(tag.name, belonging, scope) ??
    amongNewest(tag, context) ??
    tooNew(tag, rules, facts.now) ??
    expiresSooner(tag, rules) ??
    pullRequestLives(belonging, facts.pullRequests) ??
    branchLives(tag.name, belonging, living) ??
    stillPulled(tag, rules, facts);
  if (reason) return keep(reason);
  return { kind: 'delete', reason: whyItGoes(matches, facts) };
}

/** What no condition can overrule. */
function protection({ tag, excludedBy }: Candidate): Reason | undefined {
  if (excludedBy !== undefined) return { kind: 'excluded', pattern: excludedBy };
  return tag.immutable ? { kind: 'immutable' } : undefined;
}

function amongNewest({ name, lastModified }: Tag, { rules, newest }: Context): Reason | undefined {
  if (rules.keepNewest === undefined) return undefined;
  if (lastModified === undefined) return { kind: 'date-unknown', condition: 'keep-n-most-recent' };
  return newest.has(name) ? { kind: 'among-newest', keep: rules.keepNewest } : undefined;
}

/** What keeps a signature although its image has gone. */
function unripe(tag: Tag, { rules, facts }: Context): Reason | undefined {
  return tooNew(tag, rules, facts.now) ?? expiresSooner(tag, rules) ?? stillPulled(tag, rules, facts);
}

function keep(reason: Reason): Verdict {
  return { kind: 'keep', reason };
}

function whyItGoes(matches: readonly PatternMatch[], { pullRequests }: Facts): Reason {
  for (const { match } of matches) {
    if (match.kind === 'pull-request') {
      const number = Number(match.numbers[0]);
      return { kind: 'pull-request-closed', number, merged: pullRequests?.get(number) === 'merged' };
    }
    if (match.kind === 'branch') return { kind: 'branch-gone', reading: match.likely ?? '' };
  }
  return { kind: 'matched', pattern: matches[0]?.pattern.text ?? '' };
}

/** The pull requests whose state decides on a tag and was not asked for, each once. */
export function unansweredPullRequests(judged: readonly JudgedTag[]): readonly number[] {
  const reasons = judged.map(({ verdict }) => verdict.reason);
  return [
    ...new Set(
      reasons.flatMap((reason) => (reason.kind === 'pull-request-not-asked' ? [reason.number] : [])),
    ),
  ];
}

/** Whether the list of branches decides on a tag and was not asked for. */
export function needsBranches(judged: readonly JudgedTag[]): boolean {
  return judged.some(({ verdict }) => verdict.reason.kind === 'branches-not-asked');
}

/** The digests of the multi-arch images that decide on a signature and were not asked for, each once. */
export function unansweredIndexes(judged: readonly JudgedTag[], { indexedImages }: Facts): readonly string[] {
  if (!judged.some(isSignatureInQuestion)) return [];
  const staying = judged.filter(({ tag, verdict }) => verdict.kind === 'keep' && tag.multiArch !== false);
  return [...new Set(staying.flatMap(({ tag }) => tag.digest ?? []))].filter(
    (digest) => !indexedImages?.has(digest),
  );
}

/** The tags whose last pull decides on them and was not asked for. */
export function unansweredPulls(judged: readonly JudgedTag[]): readonly TagName[] {
  return judged.filter(({ verdict }) => verdict.reason.kind === 'pulls-not-asked').map(({ tag }) => tag.name);
}
