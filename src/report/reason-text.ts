import type { Reason } from '../model/reason.ts';

/** Why this tag goes or stays, in a few words. */
export function describeReason(reason: Reason): string {
  switch (reason.kind) {
    case 'not-matched':
      return 'matches no pattern';
    case 'excluded':
      return `excluded by "${reason.pattern}"`;
    case 'immutable':
      return 'immutable';
    case 'placeholder-empty':
      return `"${reason.pattern}" matches, but does not tell of what the tag is`;
    case 'ambiguous':
      return `"${reason.pattern}" is ambiguous here: pull request ${reason.readings.map((number) => `#${number}`).join(' or ')}`;
    case 'other-pull-request':
      return `of pull request #${reason.number}, and this run is for #${reason.event}`;
    case 'pull-request-open':
      return `pull request #${reason.number} is open`;
    case 'pull-request-unknown':
      return `pull request #${reason.number} was not found`;
    case 'pull-request-not-asked':
      return `pull request #${reason.number} was not looked up`;
    case 'other-branch':
      return reason.event === null
        ? 'this run is for no branch'
        : `this run is for the branch ${reason.event}`;
    case 'branch-exists':
      return `branch ${reason.branch} exists`;
    case 'branches-not-asked':
      return 'the branches were not looked up';
    case 'among-newest':
      return `among the newest ${reason.keep}`;
    case 'date-unknown':
      return `last modified is unknown, which ${reason.condition} needs`;
    case 'newer-than':
      return `newer than ${reason.duration}`;
    case 'pulled-within':
      return `pulled within ${reason.duration}`;
    case 'pulls-unknown':
      return 'last pull is unknown';
    case 'pulls-not-asked':
      return 'the last pull was not looked up';
    case 'expires-sooner':
      return 'expires sooner already';
    case 'signature-of-living-image':
      return `signature of ${reason.tag}, which stays`;
    case 'signature-may-be-in-use':
      return `its image may be part of ${reason.tag}, which stays`;
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
      return `of another pull request than #${reason.event}`;
    case 'pull-request-open':
      return 'pull request is open';
    case 'pull-request-unknown':
      return 'pull request was not found';
    case 'pull-request-not-asked':
      return 'pull request was not looked up';
    case 'branch-exists':
      return 'branch exists';
    case 'pull-request-closed':
      return `pull request is ${reason.merged ? 'merged' : 'closed'}`;
    case 'branch-gone':
      return 'branch is gone';
    case 'signature-of-living-image':
      return 'signature of an image that stays';
    case 'signature-may-be-in-use':
      return 'signature that may be in use';
    default:
      return describeReason(reason);
  }
}
