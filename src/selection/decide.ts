import type { Facts, Need, Undecided } from '../model/facts.ts';
import type { JudgedTag, Verdict } from '../model/plan.ts';
import type { Reason } from '../model/reason.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { badExpiration, stillPulled, tooNew } from './age.ts';
import { branchIndexOf } from './branch-slug.ts';
import { type Candidate, newestOf, type PatternMatch, protectionOf, readCandidates } from './candidate.ts';
import {
  belongingOf,
  branchLives,
  outsideScope,
  pullRequestLives,
  type Scope,
  scopeOf,
} from './placeholders.ts';
import type { Rules } from './rules.ts';
import { type Judged, settleSignatures } from './signatures.ts';
import { withTakenAlong } from './taken-along.ts';

/** A verdict on every tag, newest first; or all that has to be asked before. */
export type Decision =
  | { readonly kind: 'decided'; readonly tags: readonly JudgedTag[] }
  | { readonly kind: 'undecided'; readonly needs: readonly Need[] };

interface Context {
  readonly rules: Rules;
  readonly facts: Facts;
  /** The newest of the matching tags, which are kept even if other conditions are met. */
  readonly newest: ReadonlySet<TagName>;
  readonly scope: Scope;
  /** Listed names that no tag can have, of images that live all the same. */
  readonly strange: readonly string[];
}

/**
 * Prepares the decision on the tags of one repository, as its registry lists them. The function that is returned decides by
 * the facts, and may be asked again when more of them are known.
 *
 * A tag is deleted only if nothing speaks for keeping it; a fact that cannot be known does.
 *
 * @throws InvalidInputError for a pattern that backtracks without end
 */
export function prepareDecision(
  { tags, strange = [] }: { readonly tags: readonly Tag[]; readonly strange?: readonly string[] },
  rules: Rules,
): (facts: Facts) => Decision {
  const candidates = readCandidates(tags.toSorted(newestFirst), rules);
  const newest = newestOf(candidates, rules.keepNewest ?? 0);
  const scope = scopeOf(rules.event);
  return (facts) => decide(candidates, { rules, facts, newest, scope, strange });
}

/** Within a second the registry's own order counts, which knows milliseconds; undated tags come last. */
function newestFirst(one: Tag, other: Tag): number {
  return (
    (other.lastModified ?? Number.NEGATIVE_INFINITY) - (one.lastModified ?? Number.NEGATIVE_INFINITY) || 0
  );
}

function decide(candidates: readonly Candidate[], context: Context): Decision {
  const judged: Judged[] = [];
  const needs: Need[] = [];
  for (const candidate of candidates) {
    const verdict = judge(candidate, context);
    if (verdict.kind === 'undecided') needs.push(verdict.need);
    else judged.push({ candidate, verdict });
  }
  return needs.length > 0 ? { kind: 'undecided', needs } : settle(judged, context);
}

/** So often tags may be kept for signatures that others hold; then every tag with a signature is kept. */
const MOST_ROUNDS = 10;

/** Settles what depends on the verdicts on other tags. */
function settle(judged: readonly Judged[], context: Context, round = 0): Decision {
  const { rules, facts, strange } = context;
  const settled = settleSignatures(judged, {
    rules,
    facts,
    strange,
    hold: ({ tag }) => unripe(tag, context),
  });
  if (settled.kind === 'undecided') return settled;
  const { living } = settled;
  const planned = withTakenAlong(settled.judged, { rules, living, spareAll: round >= MOST_ROUNDS });
  switch (planned.kind) {
    case 'planned':
      return { kind: 'decided', tags: planned.tags };
    case 'undecided':
      return planned;
    case 'spare':
      // A tag that is kept keeps images alive, and with them further signatures.
      return settle(spare(judged, planned.signatures), context, round + 1);
    default:
      return planned satisfies never;
  }
}

function spare(judged: readonly Judged[], signatures: ReadonlyMap<TagName, TagName>): readonly Judged[] {
  return judged.map(({ candidate, verdict }) => {
    const signature = signatures.get(candidate.tag.name);
    return {
      candidate,
      verdict: signature === undefined ? verdict : keep({ kind: 'signature-would-go', signature }),
    };
  });
}

/** The first thing that speaks for keeping the tag counts; what costs no request is asked first. */
function judge(candidate: Candidate, context: Context): Verdict | Undecided {
  const { tag, matches } = candidate;
  const { rules, facts, scope } = context;
  // A cosign tag may go without a pattern, so that its protection says more than that none matches.
  const protectedBy =
    matches.length > 0 || candidate.subject !== undefined ? protectionOf(candidate) : undefined;
  if (protectedBy) return keep(protectedBy);
  if (matches.length === 0) return keep({ kind: candidate.onlyByWildcard ? 'cosign-tag' : 'not-matched' });
  const belonging = belongingOf(matches);
  if (belonging.kind === 'unclear') return keep(belonging.reason);
  const reason =
    outsideScope(tag.name, belonging, scope) ??
    amongNewest(candidate, context) ??
    tooNew(tag, rules, facts.now) ??
    badExpiration(tag, rules) ??
    pullRequestLives(belonging, facts.pullRequests) ??
    branchLives(tag.name, belonging, facts.branches && branchIndexOf(facts.branches)) ??
    stillPulled(tag, rules, facts);
  if (reason) return reason.kind === 'undecided' ? reason : keep(reason);
  return { kind: 'delete', reason: whyDeleted(matches, facts) };
}

function amongNewest({ tag, subject }: Candidate, { rules, newest }: Context): Reason | undefined {
  if (rules.keepNewest === undefined || subject !== undefined) return undefined;
  if (tag.lastModified === undefined) return { kind: 'date-unknown', condition: 'keep-n-most-recent' };
  return newest.has(tag.name) ? { kind: 'among-newest', keep: rules.keepNewest } : undefined;
}

/** What keeps a signature although its image has gone. */
function unripe(tag: Tag, { rules, facts }: Context): Reason | Undecided | undefined {
  return tooNew(tag, rules, facts.now) ?? badExpiration(tag, rules) ?? stillPulled(tag, rules, facts);
}

function keep(reason: Reason): Verdict {
  return { kind: 'keep', reason };
}

function whyDeleted(matches: readonly PatternMatch[], { pullRequests }: Facts): Reason {
  for (const { match } of matches) {
    if (match.kind === 'pull-request') {
      const number = Number(match.numbers[0]);
      return { kind: 'pull-request-closed', number, merged: pullRequests.get(number) === 'merged' };
    }
    if (match.kind === 'branch') return { kind: 'branch-gone', reading: match.likely ?? '' };
  }
  return { kind: 'matched', pattern: matches[0]?.pattern.text ?? '' };
}
