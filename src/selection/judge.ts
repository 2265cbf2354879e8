import type { Facts, Undecided } from '../model/facts.ts';
import type { Verdict } from '../model/plan.ts';
import type { Reason } from '../model/reason.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { badExpiration, stillPulled, tooNew } from './age.ts';
import { type ApprovedTags, outsidePlan } from './approval.ts';
import { branchIndexOf } from './branch-slug.ts';
import { type Candidate, protectionOf } from './candidate.ts';
import { commitLives, pullRequestOf } from './commit.ts';
import { conditionsUsed } from './conditions.ts';
import { usedIn } from './in-use.ts';
import { amongNewest } from './newest.ts';
import {
  type Belonging,
  belongingOf,
  branchLives,
  outsideScope,
  pullRequestLives,
  type Scope,
} from './placeholders.ts';
import { platformInUse } from './platform-in-use.ts';
import type { Rules } from './rules.ts';

/** All that the verdict on one tag depends on, besides the tag. */
export interface JudgeContext {
  /** `namespace/name`. */
  readonly repository: string;
  readonly rules: Rules;
  readonly facts: Facts;
  /** The newest of the matching tags, which are kept even if other conditions are met. */
  readonly newest: ReadonlySet<TagName>;
  readonly scope: Scope;
  /** Whether no two readings of the list agree on what lives. */
  readonly shifts: boolean;
  /** By digest: the listed tags; empty where nothing is in use. */
  readonly rows: ReadonlyMap<string, Tag>;
  /** Absent where no plan was approved. */
  readonly approved?: { readonly tags: ApprovedTags | undefined };
}

/** The verdict on a tag alone. The first thing that speaks for keeping it counts; what costs no request is asked first. */
export function judge(candidate: Candidate, context: JudgeContext): Verdict | Undecided {
  const { tag, matches } = candidate;
  // A cosign tag may go without a pattern, so that its protection says more than that none matches.
  const protectedBy =
    matches.length > 0 || candidate.subject !== undefined ? protectionOf(candidate) : undefined;
  if (protectedBy) return keep(protectedBy);
  if (matches.length === 0) return keep({ kind: candidate.onlyByWildcard ? 'cosign-tag' : 'not-matched' });
  const belonging = belongingOf(matches);
  if (belonging.kind === 'unclear') return keep(belonging.reason);
  const { facts, scope, newest } = context;
  const reason =
    outsideScope(tag.name, belonging, scope) ??
    amongNewest(candidate, newest) ??
    withheld(candidate, context) ??
    lives(tag, belonging, context) ??
    stillPulled(tag, candidate.conditions, facts) ??
    mayBeInUse(tag, context);
  if (reason) return reason.kind === 'undecided' ? reason : keep(reason);
  if (context.shifts && candidate.subject !== undefined) return keep({ kind: 'list-shifts' });
  return { kind: 'delete', reason: whyDeleted(candidate, facts) };
}

/** What keeps a signature although its image has gone. */
export function unripe(candidate: Candidate, context: JudgeContext): Reason | Undecided | undefined {
  if (context.shifts) return { kind: 'list-shifts' };
  return withheld(candidate, context) ?? stillPulled(candidate.tag, candidate.conditions, context.facts);
}

/** The verdict that keeps a tag. */
export function keep(reason: Reason): Verdict {
  return { kind: 'keep', reason };
}

/** What keeps any tag and costs no request: it is in use, is not in the plan, or is too new. */
function withheld({ tag, subject, conditions }: Candidate, context: JudgeContext): Reason | undefined {
  const { repository, rules, facts, approved } = context;
  const file = rules.inUse && usedIn(tag, subject, { repository, inUse: rules.inUse });
  if (file !== undefined) return { kind: 'in-use', file };
  return (
    (approved && outsidePlan(tag, approved.tags)) ??
    tooNew(tag, conditions, facts.now) ??
    badExpiration(tag, rules)
  );
}

/** What GitHub says that keeps the tag. */
function lives(
  { name }: Tag,
  belonging: Extract<Belonging, { readonly kind: 'clear' }>,
  { facts, approved }: JudgeContext,
): Reason | Undecided | undefined {
  const pullRequest = pullRequestLives(belonging, facts.pullRequests);
  if (approved && pullRequest?.kind === 'pull-request-open')
    return { kind: 'pull-request-reopened', number: pullRequest.number };
  return (
    pullRequest ??
    branchLives(name, belonging, facts.branches && branchIndexOf(facts.branches)) ??
    commitLives(belonging.hash, facts.commits)
  );
}

/** Whether a platform of a multi-arch image is in use. Reading a manifest counts as a pull: none is read where pulls are judged. */
function mayBeInUse(tag: Tag, { rules, rows, facts }: JudgeContext): Reason | Undecided | undefined {
  if (!rules.inUse) return undefined;
  const found = platformInUse(tag, { inUse: rules.inUse, rows, manifests: facts.manifests });
  switch (found.kind) {
    case 'no':
      return undefined;
    case 'used':
      return { kind: 'in-use', file: found.file };
    case 'unclear':
      return { kind: 'in-use-unclear' };
    case 'undecided':
      if (conditionsUsed(rules).has('notPulledFor')) return { kind: 'in-use-unclear' };
      return {
        kind: 'undecided',
        needs: found.digests.map((digest) => ({ kind: 'manifest', digest })),
      };
    default:
      return found satisfies never;
  }
}

function whyDeleted({ matches }: Candidate, { pullRequests, commits }: Facts): Reason {
  for (const { match } of matches) {
    switch (match.kind) {
      case 'pull-request': {
        const number = Number(match.numbers[0]);
        return { kind: 'pull-request-closed', number, merged: pullRequests.get(number) === 'merged' };
      }
      case 'branch':
        return { kind: 'branch-gone', reading: match.likely ?? '' };
      case 'commit': {
        const [hash = ''] = match.hashes;
        const { number = 0, state } = pullRequestOf(commits.get(hash)) ?? {};
        return { kind: 'commit-gone', hash, number, merged: state === 'merged' };
      }
      case 'plain':
      case 'group':
        break;
      default:
        match satisfies never;
    }
  }
  return { kind: 'matched', rule: matches[0]?.pattern.line ?? '' };
}
