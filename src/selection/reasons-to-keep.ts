import { type Facts, type GitHubFacts, NOTHING_ASKED, type Undecided } from '../model/facts.ts';
import { present } from '../model/json.ts';
import type { ReasonToKeep } from '../model/reason.ts';
import type { Tag, TagName } from '../model/tag.ts';
import { type BranchIndex, branchIndexOf, findBranch } from './branches.ts';
import { type Belonging, belongingOf, type Candidate } from './candidate.ts';
import type { Conditions } from './conditions.ts';
import { usedIn } from './in-use.ts';
import { heldBy } from './manifests.ts';
import type { Rules } from './rules.ts';
import { type Asked, askedRepository, fromElsewhere, needing, type SourceContext } from './source.ts';

/** All that the verdict on one tag depends on, besides the tag. */
export interface Context extends SourceContext {
  /** `namespace/name`. */
  readonly repository: string;
  readonly rules: Rules;
  /** The newest of the matching tags, which are kept even if other conditions are met. */
  readonly newest: ReadonlySet<TagName>;
  /** The branch that the workflow's event is about. */
  readonly eventBranch: BranchIndex;
  /** Whether no two readings of the list agree on what lives. */
  readonly isUnstable: boolean;
}

/** Why a tag is kept, or what has to be known before. */
type Kept = ReasonToKeep | Undecided | undefined;

/**
 * What keeps a tag, looked at alone: the first of these that does. What costs no request comes first, and what protects comes before
 * an expiration that the tag has already.
 */
export function reasonToKeep(candidate: Candidate, context: Context): Kept {
  const { tag, conditions } = candidate;
  const { rules, facts } = context;
  const byItsName = byItself(candidate, rules);
  if (byItsName) return byItsName;
  const belonging = belongingOf(candidate.matches);
  if (belonging.kind !== 'clear') return belonging;
  const { number, hash, branches } = belonging;
  const asksGitHub = number !== undefined || hash !== undefined || branches.length > 0;
  const asked = asksGitHub ? askedRepository(tag, context) : undefined;
  const subject = asked?.kind === 'asked' ? { ...belonging, tag, asked } : undefined;
  return (
    (subject && outsideEvent(subject, context)) ??
    amongNewest(candidate, context) ??
    withoutAsking(candidate, context) ??
    (asked?.kind === 'asked' ? undefined : asked) ??
    (subject && keptByGitHub(subject, context)) ??
    platformUsed(tag, context) ??
    expiresSooner(tag, rules) ??
    stillPulled(tag, conditions, facts) ??
    (asked && fromElsewhere(tag, context))
  );
}

/** What costs no look at anything but the tag itself. */
function byItself(candidate: Candidate, rules: Rules): ReasonToKeep | undefined {
  const { tag, attachment, matches, onlyByWildcard, excludedBy } = candidate;
  const isTaken = matches.length > 0;
  // What no line takes, and may go all the same or be taken by another line, says why it stays.
  const mayGo = isTaken || onlyByWildcard || attachment !== undefined;
  if (mayGo && excludedBy !== undefined) return { kind: 'excluded', pattern: excludedBy };
  if (isTaken && rules.mode.kind === 'never-expire')
    return tag.expiration === undefined ? { kind: 'no-expiration' } : undefined;
  if (mayGo && tag.immutable) return { kind: 'immutable' };
  if (isTaken || mayBeOrphan(candidate, rules)) return undefined;
  if (onlyByWildcard) return { kind: attachment ? 'hangs-on-image' : 'latest-not-named' };
  return { kind: 'not-matched' };
}

/** Whether it is a signature that no line takes, and that goes as an orphan if its image has gone. */
export function mayBeOrphan({ attachment, matches }: Candidate, { cleanOrphanedSignatures }: Rules): boolean {
  return cleanOrphanedSignatures && matches.length === 0 && (attachment?.isSignature ?? false);
}

/** A tag, what it belongs to, and the GitHub repository that speaks for it. */
interface Subject extends Belonging {
  readonly tag: Tag;
  readonly asked: Asked;
}

/** Why the workflow's event does not concern the tag, of which only the tags of its own GitHub repository are narrowed. */
function outsideEvent(
  { tag: { name }, number, branches, asked }: Subject,
  { rules: { event }, eventBranch }: Context,
): ReasonToKeep | undefined {
  if (asked.repository !== event.repository) return undefined;
  const { pullRequest, branch } = event;
  if (number !== undefined && pullRequest !== undefined && number !== pullRequest)
    return { kind: 'other-pull-request', number, event: pullRequest, ...asked.written };
  if (branch === undefined || branches.length === 0) return undefined;
  const isOfBranch = branches.some((readings) => findBranch(eventBranch, { name, readings }));
  return isOfBranch ? undefined : { kind: 'other-branch', event: branch };
}

/** Why the tag's rank, or that it cannot be known, keeps it. */
function amongNewest(
  { tag, attachment, matches, conditions }: Candidate,
  { newest, rules: { byImage } }: Context,
): ReasonToKeep | undefined {
  const { keepNewest = 0 } = conditions;
  if (keepNewest === 0 || attachment) return undefined;
  if (tag.lastModified === undefined) return { kind: 'date-unknown', condition: 'keep-n-most-recent' };
  if (!newest.has(tag.name)) return undefined;
  const match = matches[0]?.match;
  const [group] = match?.kind === 'group' ? match.readings : [];
  return {
    kind: 'among-newest',
    keep: keepNewest,
    ...(group !== undefined && { group }),
    ...(byImage && { of: 'images' }),
  };
}

/** What keeps any tag and costs no request: its image may live, it is in use, is not in the plan, is too new, or cannot expire as asked. */
function withoutAsking(
  { tag, attachment, conditions }: Candidate,
  context: Context,
): ReasonToKeep | undefined {
  const { repository, rules, facts, isUnstable } = context;
  // What hangs on an image goes only where it is certain which images live.
  if (isUnstable && attachment) return { kind: 'list-unstable' };
  return (
    (rules.inUse && usedIn(tag, attachment?.subject, { repository, inUse: rules.inUse })) ??
    outsidePlan(tag, context) ??
    tooNew(tag, conditions, facts.now) ??
    cannotExpire(tag, rules)
  );
}

/** Why an approved plan does not cover the tag. */
function outsidePlan(
  { name, digest }: Tag,
  { repository, rules: { approved } }: Context,
): ReasonToKeep | undefined {
  if (!approved) return undefined;
  const tags = approved.get(repository);
  if (!tags?.has(name)) return { kind: 'not-in-plan' };
  const planned = tags.get(name);
  if (planned === undefined || digest === undefined) return { kind: 'plan-digest-unknown' };
  return planned === digest ? undefined : { kind: 'pushed-since-plan' };
}

/** Why a tag is too new to be deleted. A date in the future is newer than any duration. */
function tooNew(
  { lastModified }: Tag,
  { olderThan, notPulledFor }: Conditions,
  now: number,
): ReasonToKeep | undefined {
  if (olderThan) {
    if (lastModified === undefined) return { kind: 'date-unknown', condition: 'older-than' };
    if (olderThan.kind === 'date' && lastModified >= olderThan.before)
      return { kind: 'not-before', date: olderThan.text };
    if (olderThan.kind === 'duration' && now - lastModified <= olderThan.seconds)
      return { kind: 'newer-than', duration: olderThan.text };
  }
  if (!notPulledFor) return undefined;
  // What was pushed or restored within the duration had no time to be pulled.
  if (lastModified === undefined) return { kind: 'date-unknown', condition: 'not-pulled-for' };
  return now - lastModified <= notPulledFor.seconds
    ? { kind: 'newer-than', duration: notPulledFor.text }
    : undefined;
}

/** An expiration is never put off. */
function expiresSooner({ expiration }: Tag, { mode }: Rules): ReasonToKeep | undefined {
  if (mode.kind !== 'expire' || expiration === undefined || expiration > mode.at) return undefined;
  return { kind: 'expires-sooner' };
}

/**
 * Quay lets a tag expire at most so long after its start, and silently sets an earlier time than it was asked for; for a tag
 * that is older still, one that has passed. In seconds.
 * A server may be configured otherwise, which the first expiration of a run shows.
 */
const LONGEST_LIFE = 104 * 7 * 86_400;

/** Why Quay would give a tag that does not expire sooner an earlier expiration than asked. */
function cannotExpire(tag: Tag, rules: Rules): ReasonToKeep | undefined {
  if (rules.mode.kind !== 'expire' || expiresSooner(tag, rules)) return undefined;
  if (tag.lastModified === undefined) return { kind: 'date-unknown', condition: 'expire-in' };
  const latest = tag.lastModified + LONGEST_LIFE;
  return rules.mode.at > latest ? { kind: 'expiration-too-far', latest } : undefined;
}

/** What GitHub says that keeps the tag. */
function keptByGitHub(subject: Subject, { facts, rules }: Context): Kept {
  const { repository, written } = subject.asked;
  const github = facts.github.get(repository) ?? NOTHING_ASKED;
  if (github.repository?.kind === 'unreadable') return { kind: 'source-unreadable', source: repository };
  const reason =
    pullRequestLives(subject, github) ?? branchLives(subject, github) ?? commitLives(subject, github);
  if (rules.approved && reason?.kind === 'pull-request-open')
    return { ...reason, ...written, kind: 'pull-request-reopened' };
  return reason && 'number' in reason ? { ...reason, ...written } : reason;
}

/** GitHub's numbers fit into 32 bits: a larger one is no pull request. */
const LARGEST_NUMBER = 2 ** 31 - 1;

function pullRequestLives({ number, asked: { repository } }: Subject, { pullRequests }: GitHubFacts): Kept {
  if (number === undefined) return undefined;
  const state = number > LARGEST_NUMBER ? 'unknown' : pullRequests.get(number);
  if (state === undefined) return needing({ kind: 'pull-request', repository, number });
  if (state === 'unknown') return { kind: 'pull-request-unknown', number };
  return state === 'open' ? { kind: 'pull-request-open', number } : undefined;
}

function branchLives({ tag: { name }, branches, asked: { repository } }: Subject, github: GitHubFacts): Kept {
  if (branches.length === 0) return undefined;
  if (!github.branches) return needing({ kind: 'branches', repository });
  if (github.branches === 'unknown') return { kind: 'branches-unknown' };
  for (const readings of branches) {
    const { branch, number } = findBranch(branchIndexOf(github.branches), { name, readings }) ?? {};
    if (branch !== undefined && number !== undefined)
      return { kind: 'branch-in-open-pull-request', branch, number };
    if (branch !== undefined) return { kind: 'branch-exists', branch };
  }
  return undefined;
}

function commitLives({ tag, hash, asked: { repository } }: Subject, { commits }: GitHubFacts): Kept {
  if (hash === undefined) return undefined;
  const commit = commits.get(hash);
  if (!commit)
    return needing(present({ kind: 'commit' as const, repository, hash, pushedAt: tag.lastModified }));
  if (commit.kind !== 'commit') return { kind: 'commit-unknown', hash };
  const { onKeptBranch, headOfBranch, gitTag, pullRequests } = commit;
  if (headOfBranch !== undefined) return { kind: 'commit-is-head', hash, branch: headOfBranch };
  if (gitTag !== undefined) return { kind: 'commit-has-git-tag', hash, gitTag };
  if (typeof onKeptBranch === 'object')
    return { kind: 'commit-on-kept-branch', hash, branch: onKeptBranch.name };
  if (onKeptBranch === 'unknown' || pullRequests === 'unknown') return { kind: 'commit-unclear', hash };
  if (pullRequests.open !== undefined)
    return { kind: 'commit-in-open-pull-request', hash, number: pullRequests.open };
  return pullRequests.closed ? undefined : { kind: 'commit-without-pull-request', hash };
}

/** Whether a manifest that the tag stands for is in use: of a multi-arch image, a pod reports the digest of one platform. */
function platformUsed({ digest }: Tag, { rules: { inUse }, images, facts: { manifests } }: Context): Kept {
  if (!inUse || inUse.digests.size === 0 || (digest === undefined && !inUse.namesDigests)) return undefined;
  const { digests, toRead, isUnknown } = heldBy(digest, { rows: images, manifests });
  const file = digests.map((one) => inUse.digests.get(one)).find((found) => found !== undefined);
  if (file !== undefined) return { kind: 'in-use', file };
  if (isUnknown) return { kind: 'in-use-unclear' };
  if (toRead.length === 0) return undefined;
  return needing(...toRead.map((one) => ({ kind: 'manifest', digest: one }) as const));
}

/** Why the tag's last pull keeps it: it is too recent, or unknown. */
function stillPulled({ name }: Tag, { notPulledFor }: Conditions, { now, lastPulls }: Facts): Kept {
  if (!notPulledFor) return undefined;
  const lastPull = lastPulls.get(name);
  if (lastPull === undefined) return needing({ kind: 'last-pull', tag: name });
  if (lastPull === 'unknown') return { kind: 'pulls-unknown' };
  if (lastPull === 'never' || now - lastPull > notPulledFor.seconds) return undefined;
  return { kind: 'pulled-within', duration: notPulledFor.text };
}
