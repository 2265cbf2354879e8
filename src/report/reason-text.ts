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
      return `"${reason.pattern}" matches, but no pull request or branch can be read from the name`;
    case 'ambiguous':
      return `"${reason.pattern}" is ambiguous here: pull request ${reason.readings.map((number) => `#${number}`).join(' or ')}`;
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
    case 'among-newest':
      return `among the newest ${reason.keep}`;
    case 'date-unknown':
      return `last-modified date unknown (needed by ${reason.condition})`;
    case 'newer-than':
      return `newer than ${reason.duration}`;
    case 'pulled-within':
      return `pulled within ${reason.duration}`;
    case 'pulls-unknown':
      return 'last pull unknown';
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
      return `matches "${reason.pattern}"`;
    case 'pull-request-closed':
      return `pull request #${reason.number} is ${reason.merged ? 'merged' : 'closed'}`;
    case 'branch-gone':
      return `no branch ${reason.reading} exists`;
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
