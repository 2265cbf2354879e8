import { describe, expect, test } from '@jest/globals';
import { quote } from '../../src/model/quote.ts';
import type { Reason } from '../../src/model/reason.ts';
import { describeReason, summariseReason } from '../../src/report/reason-text.ts';

/** Every kind of reason with its words for one tag, and for a count of tags where they differ. */
const WORDS: {
  readonly [Kind in Reason['kind']]: readonly [Extract<Reason, { kind: Kind }>, string, string?];
} = {
  'not-matched': [{ kind: 'not-matched' }, 'no pattern matches'],
  'cosign-tag': [{ kind: 'cosign-tag' }, 'a cosign tag, which wildcards do not select'],
  excluded: [{ kind: 'excluded', pattern: 'v*' }, 'excluded by "v*"'],
  immutable: [{ kind: 'immutable' }, 'immutable'],
  'placeholder-empty': [
    { kind: 'placeholder-empty', pattern: '/a(?<pr>1)?/' },
    '"/a(?<pr>1)?/" matches, but what its placeholder stands for cannot be read from the name',
  ],
  ambiguous: [
    { kind: 'ambiguous', pattern: '*-{pr}*', placeholder: 'pr', readings: ['12', '34'] },
    '"*-{pr}*" is ambiguous here: pull request #12 or #34',
    '"*-{pr}*" is ambiguous',
  ],
  'other-pull-request': [
    { kind: 'other-pull-request', number: 12, event: 34 },
    'belongs to #12; this run is for #34',
    'belongs to another pull request than #34',
  ],
  'pull-request-open': [
    { kind: 'pull-request-open', number: 12 },
    'pull request #12 is open',
    'pull request is open',
  ],
  'pull-request-unknown': [
    { kind: 'pull-request-unknown', number: 12 },
    'pull request #12 was not found',
    'pull request was not found',
  ],
  'other-branch': [
    { kind: 'other-branch', event: 'feature/x' },
    'belongs to another branch; this run is for feature/x',
  ],
  'branch-exists': [
    { kind: 'branch-exists', branch: 'feature/x' },
    'branch feature/x exists',
    'branch exists',
  ],
  'commit-unknown': [
    { kind: 'commit-unknown', hash: '0a1b2c3' },
    'commit 0a1b2c3 was not found, or is ambiguous',
    'commit was not found, or is ambiguous',
  ],
  'commit-unclear': [
    { kind: 'commit-unclear', hash: '0a1b2c3' },
    "GitHub's answer about commit 0a1b2c3 is incomplete",
    "GitHub's answer about the commit is incomplete",
  ],
  'commit-on-kept-branch': [
    { kind: 'commit-on-kept-branch', hash: '0a1b2c3', branch: 'main' },
    'commit 0a1b2c3 is on main',
    'commit is on a branch whose commits are kept',
  ],
  'commit-is-head': [
    { kind: 'commit-is-head', hash: '0a1b2c3', branch: 'dev' },
    'commit 0a1b2c3 is the head of branch dev',
    'commit is the head of a branch',
  ],
  'commit-has-git-tag': [
    { kind: 'commit-has-git-tag', hash: '0a1b2c3', gitTag: 'v1' },
    'commit 0a1b2c3 has the git tag v1',
    'commit has a git tag',
  ],
  'commit-in-open-pull-request': [
    { kind: 'commit-in-open-pull-request', hash: '0a1b2c3', number: 12 },
    'commit 0a1b2c3 is in pull request #12, which is open',
    'commit is in an open pull request',
  ],
  'commit-without-pull-request': [
    { kind: 'commit-without-pull-request', hash: '0a1b2c3' },
    'commit 0a1b2c3 is in no known branch or pull request',
    'commit is in no known branch or pull request',
  ],
  'in-use': [{ kind: 'in-use', file: 'pods.yaml' }, 'in use: named in pods.yaml', 'in use'],
  'in-use-unclear': [{ kind: 'in-use-unclear' }, 'may be in use: which platforms it has cannot be known'],
  'not-in-plan': [{ kind: 'not-in-plan' }, 'not in the plan'],
  'pushed-since-plan': [{ kind: 'pushed-since-plan' }, 'pushed again since the plan'],
  'plan-digest-unknown': [{ kind: 'plan-digest-unknown' }, 'its digest, now or in the plan, is unknown'],
  'pull-request-reopened': [
    { kind: 'pull-request-reopened', number: 12 },
    'pull request #12 was reopened since the plan',
    'pull request was reopened since the plan',
  ],
  'among-newest': [{ kind: 'among-newest', keep: 10 }, 'among the newest 10'],
  'date-unknown': [
    { kind: 'date-unknown', condition: 'older-than' },
    'last-modified date unknown (needed by older-than)',
  ],
  'newer-than': [{ kind: 'newer-than', duration: '30d' }, 'newer than 30d'],
  'pulled-within': [{ kind: 'pulled-within', duration: '30d' }, 'pulled within 30d'],
  'pulls-unknown': [{ kind: 'pulls-unknown' }, 'last pull unknown'],
  'expires-sooner': [{ kind: 'expires-sooner' }, 'already expires earlier'],
  'expiration-too-far': [
    { kind: 'expiration-too-far', latest: 1_716_324_063 },
    'Quay would expire it earlier than asked: at 2024-05-21 20:41 UTC at the latest',
    'Quay would expire it earlier than asked',
  ],
  'signature-of-living-image': [
    { kind: 'signature-of-living-image', tag: 'main' },
    'signature of main, which is kept',
    'signature of an image that is kept',
  ],
  'signature-may-be-in-use': [
    { kind: 'signature-may-be-in-use', tag: 'latest' },
    'its image may be part of latest, which is kept',
    'signature that may be in use',
  ],
  'signature-would-go': [
    { kind: 'signature-would-go', signature: 'sha256-01.sig' },
    'Quay would delete sha256-01.sig with it, which must be kept; an OAuth token can restore it',
    'Quay would delete a signature with it that must be kept',
  ],
  'list-shifts': [{ kind: 'list-shifts' }, 'its image may still exist: the list changed while it was read'],
  matched: [{ kind: 'matched', rule: 'pr-*' }, 'matches "pr-*"'],
  'pull-request-closed': [
    { kind: 'pull-request-closed', number: 12, merged: false },
    'pull request #12 is closed',
    'pull request is closed',
  ],
  'branch-gone': [{ kind: 'branch-gone', reading: 'old' }, 'no branch old exists', 'branch does not exist'],
  'commit-gone': [
    { kind: 'commit-gone', hash: '0a1b2c3', number: 12, merged: false },
    'commit 0a1b2c3 is on no branch that is kept, and pull request #12 is closed',
    'commit is on no branch that is kept, and its pull request is closed',
  ],
  'orphaned-signature': [{ kind: 'orphaned-signature' }, 'signature of an image that has no tag left'],
};

describe('a reason', () => {
  test.each(Object.values(WORDS))('%j reads %j', (reason, description, summary = description) => {
    expect(describeReason(reason)).toBe(description);
    expect(summariseReason(reason)).toBe(summary);
  });

  test('tells a merged pull request from a closed one, and an event without a branch from one of another', () => {
    const gone = { kind: 'commit-gone', hash: '0a1b2c3', number: 12, merged: true } as const;
    expect(describeReason(gone)).toBe(
      'commit 0a1b2c3 is on no branch that is kept, and pull request #12 is merged',
    );
    expect(summariseReason(gone)).toBe('commit is on no branch that is kept, and its pull request is merged');
    expect(describeReason({ kind: 'pull-request-closed', number: 12, merged: true })).toBe(
      'pull request #12 is merged',
    );
    expect(describeReason({ kind: 'other-branch', event: null })).toBe('the event did not delete a branch');
  });
});

describe('quote', () => {
  test('shows a text on one line, without invisible characters, a long one cut short', () => {
    expect(quote('pr-*')).toBe('"pr-*"');
    expect(quote('a\n"b"\u0007')).toBe(String.raw`"a\n\"b\"\u0007"`);
    expect(quote('a\u202eb\u2028\u200b')).toBe(String.raw`"a\u{202e}b\u{2028}\u{200b}"`);
    expect(quote('x'.repeat(1000))).toBe(`"${'x'.repeat(120)}…"`);
  });
});
