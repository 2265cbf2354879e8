import type { JudgedTag } from '../model/plan.ts';
import type { Protection, Reason } from '../model/reason.ts';
import { formatTime } from './format.ts';

/** Why this tag is deleted or kept, in a few words. */
export function describeReason(reason: Reason): string {
  const words = wordsOf(reason);
  return typeof words === 'string' ? words : words[0];
}

/** The same for a count of tags: without the numbers and names of one tag. */
export function summariseReason(reason: Reason): string {
  const words = wordsOf(reason);
  return typeof words === 'string' ? words : words[1];
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

/** The words for one tag, and those for many where they differ. */
type Words = string | readonly [one: string, many: string];

function wordsOf(reason: Reason): Words {
  switch (reason.kind) {
    case 'not-matched':
      return 'no pattern matches';
    case 'hangs-on-image':
      return 'attached to an image, and wildcards do not take such tags';
    case 'latest-not-named':
      return 'wildcards do not take latest';
    case 'excluded':
      return `excluded by "${reason.pattern}"`;
    case 'immutable':
      return 'immutable';
    case 'placeholder-empty':
      return `"${reason.pattern}" matches, but what its placeholder stands for cannot be read from the name`;
    case 'ambiguous':
      return [
        `"${reason.pattern}" is ambiguous here: ${describeReadings(reason)}`,
        `"${reason.pattern}" is ambiguous`,
      ];
    case 'from-other-repository':
      return [`its image comes from ${reason.source}`, 'its image comes from another GitHub repository'];
    case 'source-unknown':
      return 'its image does not say which GitHub repository it comes from';
    case 'source-of-other-owner':
      return [
        `its image comes from ${reason.source}, which has another owner`,
        'its image comes from a GitHub repository of another owner',
      ];
    case 'source-unreadable':
      return [
        `its image comes from ${reason.source}, which GitHub does not show to this token`,
        'its image comes from a GitHub repository that GitHub does not show to this token',
      ];
    case 'source-newer-than-image':
      return [
        `its image is older than the GitHub repository ${reason.source}`,
        'its image is older than the GitHub repository that it names',
      ];
    case 'other-pull-request':
      return [
        `belongs to #${reason.number}; this run is for #${reason.event}`,
        `belongs to another pull request than #${reason.event}`,
      ];
    case 'pull-request-open':
      return [`pull request #${reason.number} is open`, 'pull request is open'];
    case 'pull-request-unknown':
      return [`pull request #${reason.number} was not found`, 'pull request was not found'];
    case 'pull-request-reopened':
      return [
        `pull request #${reason.number} was reopened since the plan`,
        'pull request was reopened since the plan',
      ];
    case 'other-branch':
      return reason.event === null
        ? 'the event did not delete a branch'
        : `belongs to another branch; this run is for ${reason.event}`;
    case 'branch-exists':
      return [`branch ${reason.branch} exists`, 'branch exists'];
    case 'branches-unknown':
      return 'which branches exist is not known';
    case 'branch-in-open-pull-request':
      return [
        `branch ${reason.branch} is in pull request #${reason.number}, which is open`,
        'branch is in an open pull request',
      ];
    case 'commit-unknown':
      return [
        `commit ${reason.hash} was not found, or is ambiguous`,
        'commit was not found, or is ambiguous',
      ];
    case 'commit-unclear':
      return [
        `GitHub's answer about commit ${reason.hash} is incomplete`,
        "GitHub's answer about the commit is incomplete",
      ];
    case 'commit-on-kept-branch':
      return [`commit ${reason.hash} is on ${reason.branch}`, 'commit is on a branch whose commits are kept'];
    case 'commit-is-head':
      return [
        `commit ${reason.hash} is the head of branch ${reason.branch}`,
        'commit is the head of a branch',
      ];
    case 'commit-has-git-tag':
      return [`commit ${reason.hash} has the git tag ${reason.gitTag}`, 'commit has a git tag'];
    case 'commit-in-open-pull-request':
      return [
        `commit ${reason.hash} is in pull request #${reason.number}, which is open`,
        'commit is in an open pull request',
      ];
    case 'commit-without-pull-request':
      return [
        `commit ${reason.hash} is in no known branch or pull request`,
        'commit is in no known branch or pull request',
      ];
    case 'among-newest': {
      const newest = `among the newest ${reason.keep}${reason.of === undefined ? '' : ` ${reason.of}`}`;
      return reason.group === undefined ? newest : [`${newest} of ${reason.group}`, `${newest} of its group`];
    }
    case 'date-unknown':
      return `last-modified date unknown (needed by ${reason.condition})`;
    case 'newer-than':
      return `newer than ${reason.duration}`;
    case 'not-before':
      return `modified since ${reason.date}`;
    case 'pulled-within':
      return `pulled within ${reason.duration}`;
    case 'pulls-unknown':
      return 'last pull unknown';
    case 'in-use':
      return [`in use: named in ${reason.file}`, 'in use'];
    case 'in-use-unclear':
      return 'may be in use: which platforms it has cannot be known';
    case 'in-use-unreadable':
      return [
        `may be in use: which tag ${reason.file} names in line ${reason.line} cannot be known`,
        'may be in use: which tag a file names cannot be known',
      ];
    case 'not-in-plan':
      return 'not in the plan';
    case 'pushed-since-plan':
      return 'pushed again since the plan';
    case 'plan-digest-unknown':
      return 'its digest, now or in the plan, is unknown';
    case 'expires-sooner':
      return 'already expires earlier';
    case 'expiration-too-far':
      return [
        `Quay would expire it earlier than asked: at ${formatTime(reason.latest)} UTC at the latest`,
        'Quay would expire it earlier than asked',
      ];
    case 'no-expiration':
      return 'does not expire';
    case 'sibling-kept':
      return [
        `same image as ${reason.tag}, which is kept: ${describeReason(reason.why)}`,
        `same image as a tag that is kept: ${summariseReason(reason.why)}`,
      ];
    case 'image-unknown':
      return 'its digest is unknown, and so are the other tags of its image';
    case 'image-lives':
      return [`attached to the image of ${reason.tag}, which is kept`, 'attached to an image that is kept'];
    case 'image-may-live':
      return [
        `its image may be part of ${reason.tag}, which is kept`,
        'attached to an image that may be part of another, which is kept',
      ];
    case 'signature-would-go':
      return [
        `Quay would delete ${reason.signature} with it, which is protected: ${describeProtection(reason.protectedBy)}`,
        'Quay would delete a protected signature with it',
      ];
    case 'signatures-unknown':
      return `which signatures Quay would delete with it cannot be known, and "${reason.pattern}" protects some`;
    case 'list-unstable':
      return UNSTABLE;
    case 'pushed-again':
      return 'pushed again since it was listed';
    case 'index-not-gone':
      return [
        `${reason.index}, which holds its image, may still be there: Quay would delete ${reason.signature} with this tag, which is protected until then`,
        'a multi-arch image that holds its image may still be there, and protects a signature',
      ];
    case 'image-not-gone':
      return [`its image may still be there, as ${reason.tag}`, 'its image may still be there'];
    case 'matched':
      return `matches "${reason.rule}"`;
    case 'pull-request-closed':
      return [
        `pull request #${reason.number} is ${reason.merged ? 'merged' : 'closed'}`,
        `pull request is ${reason.merged ? 'merged' : 'closed'}`,
      ];
    case 'branch-gone':
      return [`no branch ${reason.reading} exists`, 'branch does not exist'];
    case 'commit-gone': {
      const end = reason.merged ? 'merged' : 'closed';
      return [
        `commit ${reason.hash} is on no branch that is kept, and pull request #${reason.number} is ${end}`,
        `commit is on no branch that is kept, and its pull request is ${end}`,
      ];
    }
    case 'orphaned-signature':
      return 'signature of an image that has no tag left';
    default:
      return reason satisfies never;
  }
}

const UNSTABLE = 'its image may still exist: the list changed while it was read';

function describeProtection(protection: Protection): string {
  switch (protection.kind) {
    case 'excluded':
    case 'in-use':
      return describeReason(protection);
    case 'image-lives':
      return `its image is part of ${protection.tag}, which is kept`;
    case 'image-may-live':
      return `its image may be part of ${protection.tag}, which is kept`;
    case 'list-unstable':
      return UNSTABLE;
    default:
      return protection satisfies never;
  }
}

function describeReadings({ placeholder, readings }: Extract<Reason, { kind: 'ambiguous' }>): string {
  switch (placeholder) {
    case 'pr':
      return `pull request ${readings.map((number) => `#${number}`).join(' or ')}`;
    case 'commit':
      return `commit ${readings.join(' or ')}`;
    case 'group':
      return `group ${readings.map((group) => `"${group}"`).join(' or ')}`;
    default:
      return placeholder satisfies never;
  }
}
