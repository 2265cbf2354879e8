import type { Reason } from '../model/reason.ts';
import { formatTime } from './format.ts';

/** Why this tag is deleted or kept, in a few words. */
export function describeReason(reason: Reason): string {
  switch (reason.kind) {
    case 'not-matched':
      return 'no pattern matches';
    case 'cosign-tag':
      return 'a cosign tag, which wildcards do not select';
    case 'excluded':
      return `excluded by "${reason.pattern}"`;
    case 'immutable':
      return 'immutable';
    case 'placeholder-empty':
      return `"${reason.pattern}" matches, but what its placeholder stands for cannot be read from the name`;
    case 'ambiguous':
      return `"${reason.pattern}" is ambiguous here: ${describeReadings(reason)}`;
    case 'other-pull-request':
      return `belongs to #${reason.number}; this run is for #${reason.event}`;
    case 'pull-request-open':
      return `pull request #${reason.number} is open`;
    case 'pull-request-unknown':
      return `pull request #${reason.number} was not found`;
    case 'other-branch':
      return reason.event === null
        ? 'the event did not delete a branch'
        : `belongs to another branch; this run is for ${reason.event}`;
    case 'branch-exists':
      return `branch ${reason.branch} exists`;
    case 'commit-unknown':
      return `commit ${reason.hash} was not found, or is ambiguous`;
    case 'commit-unclear':
      return `GitHub's answer about commit ${reason.hash} is incomplete`;
    case 'commit-on-kept-branch':
      return `commit ${reason.hash} is on ${reason.branch}`;
    case 'commit-is-head':
      return `commit ${reason.hash} is the head of branch ${reason.branch}`;
    case 'commit-has-git-tag':
      return `commit ${reason.hash} has the git tag ${reason.gitTag}`;
    case 'commit-in-open-pull-request':
      return `commit ${reason.hash} is in pull request #${reason.number}, which is open`;
    case 'commit-without-pull-request':
      return `commit ${reason.hash} is in no known branch or pull request`;
    case 'among-newest':
      return `among the newest ${reason.keep}${reason.group === undefined ? '' : ` of ${reason.group}`}`;
    case 'date-unknown':
      return `last-modified date unknown (needed by ${reason.condition})`;
    case 'newer-than':
      return `newer than ${reason.duration}`;
    case 'pulled-within':
      return `pulled within ${reason.duration}`;
    case 'pulls-unknown':
      return 'last pull unknown';
    case 'in-use':
      return `in use: named in ${reason.file}`;
    case 'in-use-unclear':
      return 'may be in use: which platforms it has cannot be known';
    case 'not-in-plan':
      return 'not in the plan';
    case 'pushed-since-plan':
      return 'pushed again since the plan';
    case 'plan-digest-unknown':
      return 'its digest, now or in the plan, is unknown';
    case 'pull-request-reopened':
      return `pull request #${reason.number} was reopened since the plan`;
    case 'expires-sooner':
      return 'already expires earlier';
    case 'expiration-too-far':
      return `Quay would expire it earlier than asked: at ${formatTime(reason.latest)} UTC at the latest`;
    case 'signature-of-living-image':
      return `signature of ${reason.tag}, which is kept`;
    case 'signature-may-be-in-use':
      return `its image may be part of ${reason.tag}, which is kept`;
    case 'signature-would-go':
      return `Quay would delete ${reason.signature} with it, which must be kept; an OAuth token can restore it`;
    case 'list-shifts':
      return 'its image may still exist: the list changed while it was read';
    case 'matched':
      return `matches "${reason.rule}"`;
    case 'pull-request-closed':
      return `pull request #${reason.number} is ${reason.merged ? 'merged' : 'closed'}`;
    case 'branch-gone':
      return `no branch ${reason.reading} exists`;
    case 'commit-gone':
      return `commit ${reason.hash} is on no branch that is kept, and pull request #${reason.number} is ${reason.merged ? 'merged' : 'closed'}`;
    case 'orphaned-signature':
      return 'signature of an image that has no tag left';
    default:
      return reason satisfies never;
  }
}

/** The same for a count of tags: without the numbers and names of one tag. */
export function summariseReason(reason: Reason): string {
  switch (reason.kind) {
    case 'ambiguous':
      return `"${reason.pattern}" is ambiguous`;
    case 'other-pull-request':
      return `belongs to another pull request than #${reason.event}`;
    case 'pull-request-open':
      return 'pull request is open';
    case 'pull-request-unknown':
      return 'pull request was not found';
    case 'branch-exists':
      return 'branch exists';
    case 'pull-request-closed':
      return `pull request is ${reason.merged ? 'merged' : 'closed'}`;
    case 'branch-gone':
      return 'branch does not exist';
    case 'commit-unknown':
      return 'commit was not found, or is ambiguous';
    case 'commit-unclear':
      return "GitHub's answer about the commit is incomplete";
    case 'commit-on-kept-branch':
      return 'commit is on a branch whose commits are kept';
    case 'commit-is-head':
      return 'commit is the head of a branch';
    case 'commit-has-git-tag':
      return 'commit has a git tag';
    case 'commit-in-open-pull-request':
      return 'commit is in an open pull request';
    case 'commit-without-pull-request':
      return 'commit is in no known branch or pull request';
    case 'among-newest':
      return `among the newest ${reason.keep}${reason.group === undefined ? '' : ' of its group'}`;
    case 'in-use':
      return 'in use';
    case 'pull-request-reopened':
      return 'pull request was reopened since the plan';
    case 'commit-gone':
      return `commit is on no branch that is kept, and its pull request is ${reason.merged ? 'merged' : 'closed'}`;
    case 'expiration-too-far':
      return 'Quay would expire it earlier than asked';
    case 'signature-of-living-image':
      return 'signature of an image that is kept';
    case 'signature-may-be-in-use':
      return 'signature that may be in use';
    case 'signature-would-go':
      return 'Quay would delete a signature with it that must be kept';
    default:
      return describeReason(reason);
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
