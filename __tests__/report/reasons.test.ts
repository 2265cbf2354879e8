import { describe, expect, test } from '@jest/globals';
import type { Verdict } from '../../src/model/plan.ts';
import { quote } from '../../src/model/quote.ts';
import type { Protection, Reason } from '../../src/model/reason.ts';
import {
  describeReason,
  describeVerdict,
  summariseReason,
  summariseVerdict,
} from '../../src/report/reasons.ts';
import { kept, tag } from './results.ts';

/** Every kind of reason with its words for one tag, and for a count of tags where they differ. */
const WORDS: {
  readonly [Kind in Reason['kind']]: readonly [Extract<Reason, { kind: Kind }>, string, string?];
} = {
  'not-matched': [{ kind: 'not-matched' }, 'no pattern matches'],
  'hangs-on-image': [{ kind: 'hangs-on-image' }, 'attached to an image, and wildcards do not take such tags'],
  'latest-not-named': [{ kind: 'latest-not-named' }, 'wildcards do not take latest'],
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
  'from-other-repository': [
    { kind: 'from-other-repository', source: 'acme/base' },
    'its image comes from acme/base',
    'its image comes from another GitHub repository',
  ],
  'source-unknown': [
    { kind: 'source-unknown' },
    'its image does not say which GitHub repository it comes from',
  ],
  'source-of-other-owner': [
    { kind: 'source-of-other-owner', source: 'else/base' },
    'its image comes from else/base, which has another owner',
    'its image comes from a GitHub repository of another owner',
  ],
  'source-unreadable': [
    { kind: 'source-unreadable', source: 'acme/secret' },
    'its image comes from acme/secret, which GitHub does not show to this token',
    'its image comes from a GitHub repository that GitHub does not show to this token',
  ],
  'source-newer-than-image': [
    { kind: 'source-newer-than-image', source: 'acme/again' },
    'its image is older than the GitHub repository acme/again',
    'its image is older than the GitHub repository that it names',
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
  'branches-unknown': [{ kind: 'branches-unknown' }, 'which branches exist is not known'],
  'branch-in-open-pull-request': [
    { kind: 'branch-in-open-pull-request', branch: 'fix', number: 12 },
    'branch fix is in pull request #12, which is open',
    'branch is in an open pull request',
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
  'in-use-unreadable': [
    { kind: 'in-use-unreadable', file: 'pods.yaml', line: 7 },
    'may be in use: which tag pods.yaml names in line 7 cannot be known',
    'may be in use: which tag a file names cannot be known',
  ],
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
  'not-before': [{ kind: 'not-before', date: '2026-04-01' }, 'modified since 2026-04-01'],
  'pulled-within': [{ kind: 'pulled-within', duration: '30d' }, 'pulled within 30d'],
  'pulls-unknown': [{ kind: 'pulls-unknown' }, 'last pull unknown'],
  'expires-sooner': [{ kind: 'expires-sooner' }, 'already expires earlier'],
  'expiration-too-far': [
    { kind: 'expiration-too-far', latest: 1_716_324_063 },
    'Quay would expire it earlier than asked: at 2024-05-21 20:41 UTC at the latest',
    'Quay would expire it earlier than asked',
  ],
  'no-expiration': [{ kind: 'no-expiration' }, 'does not expire'],
  'sibling-kept': [
    { kind: 'sibling-kept', tag: 'live', why: { kind: 'pull-request-open', number: 12 } },
    'same image as live, which is kept: pull request #12 is open',
    'same image as a tag that is kept: pull request is open',
  ],
  'image-unknown': [
    { kind: 'image-unknown' },
    'its digest is unknown, and so are the other tags of its image',
  ],
  'image-lives': [
    { kind: 'image-lives', tag: 'main' },
    'attached to the image of main, which is kept',
    'attached to an image that is kept',
  ],
  'image-may-live': [
    { kind: 'image-may-live', tag: 'latest' },
    'its image may be part of latest, which is kept',
    'attached to an image that may be part of another, which is kept',
  ],
  'signature-would-go': [
    {
      kind: 'signature-would-go',
      signature: 'sha256-01.sig',
      protectedBy: { kind: 'excluded', pattern: '*.sig' },
    },
    'Quay would delete sha256-01.sig with it, which is protected: excluded by "*.sig"',
    'Quay would delete a protected signature with it',
  ],
  'signatures-unknown': [
    { kind: 'signatures-unknown', pattern: '*.sig' },
    'which signatures Quay would delete with it cannot be known, and "*.sig" protects some',
  ],
  'list-unstable': [
    { kind: 'list-unstable' },
    'its image may still exist: the list changed while it was read',
  ],
  'pushed-again': [{ kind: 'pushed-again' }, 'pushed again since it was listed'],
  'index-not-gone': [
    { kind: 'index-not-gone', index: 'v1', signature: 'sha256-01.sig' },
    'v1, which holds its image, may still be there: Quay would delete sha256-01.sig with this tag, which is protected until then',
    'a multi-arch image that holds its image may still be there, and protects a signature',
  ],
  'image-not-gone': [
    { kind: 'image-not-gone', tag: 'pr-1' },
    'its image may still be there, as pr-1',
    'its image may still be there',
  ],
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

  test('counts the newest in their group, and images where images count', () => {
    const newest = { kind: 'among-newest', keep: 3, group: 'main', of: 'images' } as const;
    expect(describeReason(newest)).toBe('among the newest 3 images of main');
    expect(summariseReason(newest)).toBe('among the newest 3 images of its group');
  });

  test.each<[Protection, string]>([
    [{ kind: 'in-use', file: 'pods.yaml' }, 'in use: named in pods.yaml'],
    [{ kind: 'image-lives', tag: 'v1' }, 'its image is part of v1, which is kept'],
    [{ kind: 'image-may-live', tag: 'v1' }, 'its image may be part of v1, which is kept'],
    [{ kind: 'list-unstable' }, 'its image may still exist: the list changed while it was read'],
  ])('says what protects a signature that would go (%j)', (protectedBy, words) => {
    const reason = { kind: 'signature-would-go', signature: 's.sig', protectedBy } as const;
    expect(describeReason(reason)).toMatch(words);
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

describe('the reason of a tag on which one of several rules decides', () => {
  const RULE = 'nightly-* older-than=14d';
  const verdict = (reason: Reason) => ({
    ...kept(tag('nightly-1')),
    verdict: { kind: 'keep', reason } as Verdict,
    rule: RULE,
  });

  test.each<[Reason, string, string]>([
    [{ kind: 'newer-than', duration: '14d' }, `newer than 14d (rule "${RULE}")`, ` (rule "${RULE}")`],
    [{ kind: 'pull-request-open', number: 1 }, 'pull request #1 is open', 'is open'],
    [{ kind: 'matched', rule: RULE }, `matches "${RULE}"`, `matches "${RULE}"`],
    [{ kind: 'immutable' }, 'immutable', 'immutable'],
    [{ kind: 'pushed-since-plan' }, 'pushed again since the plan', 'since the plan'],
    [
      { kind: 'not-before', date: '2026-04-01' },
      `modified since 2026-04-01 (rule "${RULE}")`,
      ` (rule "${RULE}")`,
    ],
  ])('%j names the line once, where it is due to it', (reason, whole, end) => {
    expect(describeVerdict(verdict(reason))).toBe(whole);
    expect(summariseVerdict(verdict(reason)).endsWith(end)).toBe(true);
  });
});
