import type { Protection, PullRequest, Reason } from '../model/reason.ts';
import type { JudgedTag, Outcome, TagResult } from '../model/result.ts';
import { formatTime } from './format.ts';

/** Why this tag is deleted or kept, in a few words. */
export function describeReason(reason: Reason): string {
  return wordsOf(reason, (one) => one);
}

/** The same for a count of tags: without the numbers and names of one tag. */
export function summariseReason(reason: Reason): string {
  return wordsOf(reason, (_, many = '') => many);
}

/** Why this tag is deleted or kept; names the line of `tags` that decided where there are several. */
export function describeVerdict({ verdict: { reason }, rule }: JudgedTag): string {
  return withRule(describeReason(reason), RULED.has(reason.kind) ? rule : undefined);
}

/** The same for a count of tags. */
export function summariseVerdict({ verdict: { reason }, rule }: JudgedTag): string {
  return withRule(summariseReason(reason), CONDITIONS.has(reason.kind) ? rule : undefined);
}

/** How many of the tags each reason explains, in the order in which the reasons first occur. */
export function countReasons(tags: readonly JudgedTag[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const judged of tags) {
    const reason = summariseVerdict(judged);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts];
}

function withRule(text: string, rule: string | undefined): string {
  return rule === undefined ? text : `${text} (rule "${rule}")`;
}

/** Reasons that a condition gives, so that a count of them is one of its line. */
const CONDITIONS: ReadonlySet<Reason['kind']> = new Set([
  'among-newest',
  'date-unknown',
  'newer-than',
  'not-before',
  'pulled-within',
]);

/** Reasons that are due to the line that decides. What keeps a tag may be another line's placeholder. */
const RULED: ReadonlySet<Reason['kind']> = new Set([
  ...CONDITIONS,
  'pull-request-closed',
  'branch-gone',
  'commit-gone',
]);

/** What is true of one tag, and what stands in its place for a count of tags: nothing if not given. */
type Say = (one: string, many?: string) => string;

function wordsOf(reason: Reason, say: Say): string {
  const words = WORDS[reason.kind] as string | ((reason: Reason, say: Say) => string);
  return typeof words === 'string' ? words : words(reason, say);
}

const WORDS: {
  readonly [Kind in Reason['kind']]:
    | string
    | ((reason: Extract<Reason, { readonly kind: Kind }>, say: Say) => string);
} = {
  'not-matched': 'no pattern matches',
  'hangs-on-image': 'attached to an image, and wildcards do not take such tags',
  'latest-not-named': 'wildcards do not take latest',
  excluded: ({ pattern }) => `excluded by "${pattern}"`,
  immutable: 'immutable',
  'placeholder-empty': ({ pattern }) =>
    `"${pattern}" matches, but what its placeholder stands for cannot be read from the name`,
  ambiguous: (reason, say) =>
    `"${reason.pattern}" is ambiguous${say(` here: ${READINGS[reason.placeholder](reason.readings)}`)}`,
  'from-other-repository': ({ source }, say) =>
    `its image comes from ${say(source, 'another GitHub repository')}`,
  'source-unknown': 'its image does not say which GitHub repository it comes from',
  'source-of-other-owner': ({ source }, say) =>
    `its image comes from ${say(source, 'a GitHub repository')}, which has another owner`,
  'source-unreadable': ({ source }, say) =>
    `its image comes from ${say(source, 'a GitHub repository')}, which GitHub does not show to this token`,
  'source-newer-than-image': ({ source }, say) =>
    `its image is older than the GitHub repository ${say(source, 'that it names')}`,
  'other-pull-request': (reason, say) =>
    `belongs to ${say(pullRequest(reason, say), 'another pull request')}; this run is for #${reason.event}`,
  'pull-request-open': (reason, say) => `${pullRequest(reason, say)} is open`,
  'pull-request-unknown': (reason, say) => `${pullRequest(reason, say)} was not found`,
  'pull-request-reopened': (reason, say) => `${pullRequest(reason, say)} was reopened since the plan`,
  'other-branch': ({ event }) =>
    event === null
      ? 'the event did not delete a branch'
      : `belongs to another branch; this run is for ${event}`,
  'branch-exists': ({ branch }, say) => `branch${say(` ${branch}`)} exists`,
  'branches-unknown': 'which branches exist is not known',
  'branch-in-open-pull-request': (reason, say) =>
    `branch${say(` ${reason.branch}`)} is in ${open(reason, say)}`,
  'commit-unknown': ({ hash }, say) => `commit${say(` ${hash}`)} was not found, or is ambiguous`,
  'commit-unclear': ({ hash }, say) =>
    `GitHub's answer about ${say(`commit ${hash}`, 'the commit')} is incomplete`,
  'commit-on-kept-branch': ({ hash, branch }, say) =>
    `commit${say(` ${hash}`)} is on ${say(branch, 'a branch whose commits are kept')}`,
  'commit-is-head': ({ hash, branch }, say) =>
    `commit${say(` ${hash}`)} is the head of ${say(`branch ${branch}`, 'a branch')}`,
  'commit-has-git-tag': ({ hash, gitTag }, say) =>
    `commit${say(` ${hash}`)} has ${say(`the git tag ${gitTag}`, 'a git tag')}`,
  'commit-in-open-pull-request': (reason, say) =>
    `commit${say(` ${reason.hash}`)} is in ${open(reason, say)}`,
  'commit-without-pull-request': ({ hash }, say) =>
    `commit${say(` ${hash}`)} is in no known branch or pull request`,
  'among-newest': ({ keep, group, of }, say) =>
    `among the newest ${keep}${of ? ` ${of}` : ''}${group === undefined ? '' : ` of ${say(group, 'its group')}`}`,
  'date-unknown': ({ condition }) => `last-modified date unknown (needed by ${condition})`,
  'newer-than': ({ duration }) => `newer than ${duration}`,
  'not-before': ({ date }) => `modified since ${date}`,
  'pulled-within': ({ duration }) => `pulled within ${duration}`,
  'pulls-unknown': 'last pull unknown',
  'in-use': ({ file }, say) => `in use${say(`: named in ${file}`)}`,
  'in-use-unclear': 'may be in use: which platforms it has cannot be known',
  'in-use-unreadable': ({ file, line }, say) =>
    `may be in use: which tag ${say(`${file} names in line ${line}`, 'a file names')} cannot be known`,
  'not-in-plan': 'not in the plan',
  'pushed-since-plan': 'pushed again since the plan',
  'plan-digest-unknown': 'its digest, now or in the plan, is unknown',
  'expires-sooner': 'already expires earlier',
  'expiration-too-far': ({ latest }, say) =>
    `Quay would expire it earlier than asked${say(`: at ${formatTime(latest)} UTC at the latest`)}`,
  'no-expiration': 'does not expire',
  'sibling-kept': ({ tag, why }, say) =>
    `same image as ${say(`${tag}, which`, 'a tag that')} is kept: ${wordsOf(why, say)}`,
  'image-unknown': 'its digest is unknown, and so are the other tags of its image',
  'image-lives': ({ tag }, say) =>
    `attached to ${say(`the image of ${tag}, which`, 'an image that')} is kept`,
  'image-may-live': ({ tag }, say) => `its image may be part of ${say(tag, 'another')}, which is kept`,
  'signature-would-go': ({ signature, protectedBy }, say) =>
    `Quay would delete ${say(`${signature} with it, which is protected: ${describeProtection(protectedBy)}`, 'a protected signature with it')}`,
  'signatures-unknown': ({ pattern }) =>
    `which signatures Quay would delete with it cannot be known, and "${pattern}" protects some`,
  'list-unstable': 'its image may still exist: the list changed while it was read',
  'pushed-again': 'pushed again since it was listed',
  'index-not-gone': ({ index, signature }, say) =>
    `${say(index, 'a multi-arch image')}, which holds its image, may still be there: Quay would delete ${say(signature, 'a signature')} with this tag, which is protected until then`,
  'image-not-gone': ({ tag }, say) => `its image may still be there${say(`, as ${tag}`)}`,
  matched: ({ rule }) => `matches "${rule}"`,
  'pull-request-closed': (reason, say) => `${pullRequest(reason, say)} is ${end(reason)}`,
  'branch-gone': ({ reading }, say) => `no branch ${say(reading, 'of that name')} exists`,
  'commit-gone': (reason, say) =>
    `commit${say(` ${reason.hash}`)} is on no branch that is kept, and ${say(pullRequest(reason, say), 'its pull request')} is ${end(reason)}`,
  'orphaned-signature': 'signature of an image that has no tag left',
};

/** `pull request #12`, or `acme/app#12`, as GitHub links it, where each image names its repository. */
function pullRequest({ number, repository }: PullRequest, say: Say): string {
  return say(
    repository === undefined ? `pull request #${number}` : `${repository}#${number}`,
    'pull request',
  );
}

function open(reason: PullRequest, say: Say): string {
  return say(`${pullRequest(reason, say)}, which is open`, 'an open pull request');
}

function end({ merged }: { readonly merged: boolean }): string {
  return merged ? 'merged' : 'closed';
}

const READINGS: Readonly<Record<AmbiguousPlaceholder, (readings: readonly string[]) => string>> = {
  pr: (numbers) => `pull request ${numbers.map((number) => `#${number}`).join(' or ')}`,
  commit: (hashes) => `commit ${hashes.join(' or ')}`,
  group: (groups) => `group ${groups.map((group) => `"${group}"`).join(' or ')}`,
};

type AmbiguousPlaceholder = Extract<Reason, { kind: 'ambiguous' }>['placeholder'];

function describeProtection(protection: Protection): string {
  return protection.kind === 'image-lives'
    ? `its image is part of ${protection.tag}, which is kept`
    : describeReason(protection);
}

/** Why a tag's outcome is what it is: what failed, or what kept it at the last moment. */
export function describeOutcome(outcome: Outcome | undefined): string | undefined {
  if (outcome?.kind === 'kept') return describeReason(outcome.reason);
  return outcome && 'error' in outcome ? outcome.error : undefined;
}

/** Why a tag is deleted or kept, after what became of it. */
export function describeFate(result: TagResult): string {
  const { outcome } = result;
  if (outcome?.kind === 'kept') return describeReason(outcome.reason);
  if (outcome?.kind !== 'deleted-with-image') return describeVerdict(result);
  return `deleted by Quay with its image${outcome.image === undefined ? '' : ` \`${outcome.image}\``}`;
}
