import { describe, expect, test } from '@jest/globals';
import { quote } from '../../src/model/errors.ts';
import type { Protection, Reason } from '../../src/model/reason.ts';
import type { Verdict } from '../../src/model/result.ts';
import {
  describeReason,
  describeVerdict,
  summariseReason,
  summariseVerdict,
} from '../../src/report/reasons.ts';
import { kept, tag } from './results.ts';

/** What reasons say besides their kind; each takes what it needs. */
const FACTS = {
  ...{ pattern: '*-{pr}*', placeholder: 'pr', readings: ['12', '34'], reading: 'old', rule: 'pr-*' },
  ...{
    source: 'acme/base',
    number: 12,
    event: 34,
    merged: false,
    branch: 'dev',
    hash: '0a1b2c3',
    gitTag: 'v1',
  },
  ...{ keep: 10, condition: 'older-than', duration: '30d', date: '2026-04-01', latest: 1_716_324_063 },
  ...{ file: 'pods.yaml', line: 7, tag: 'live', why: { kind: 'pull-request-open', number: 12 } },
  ...{ signature: 's.sig', protectedBy: { kind: 'excluded', pattern: '*.sig' }, index: 'v1' },
};

/** What is said of one tag for every reason, and behind a bar what is said of a count of tags where that differs. */
const WORDS: Readonly<Record<Reason['kind'], string>> = {
  'not-matched': 'no pattern matches',
  'hangs-on-image': 'attached to an image, and wildcards do not take such tags',
  'latest-not-named': 'wildcards do not take latest',
  excluded: 'excluded by "*-{pr}*"',
  immutable: 'immutable',
  'placeholder-empty': '"*-{pr}*" matches, but what its placeholder stands for cannot be read from the name',
  ambiguous: '"*-{pr}*" is ambiguous here: pull request #12 or #34 | "*-{pr}*" is ambiguous',
  'from-other-repository': 'its image comes from acme/base | its image comes from another GitHub repository',
  'source-unknown': 'its image does not say which GitHub repository it comes from',
  'source-of-other-owner':
    'its image comes from acme/base, which has another owner | its image comes from a GitHub repository, which has another owner',
  'source-unreadable':
    'its image comes from acme/base, which GitHub does not show to this token | its image comes from a GitHub repository, which GitHub does not show to this token',
  'source-newer-than-image':
    'its image is older than the GitHub repository acme/base | its image is older than the GitHub repository that it names',
  'other-pull-request':
    'belongs to pull request #12; this run is for #34 | belongs to another pull request; this run is for #34',
  'pull-request-open': 'pull request #12 is open | pull request is open',
  'pull-request-unknown': 'pull request #12 was not found | pull request was not found',
  'pull-request-reopened':
    'pull request #12 was reopened since the plan | pull request was reopened since the plan',
  'other-branch': 'belongs to another branch; this run is for 34',
  'branch-exists': 'branch dev exists | branch exists',
  'branches-unknown': 'which branches exist is not known',
  'branch-in-open-pull-request':
    'branch dev is in pull request #12, which is open | branch is in an open pull request',
  'commit-unknown': 'commit 0a1b2c3 was not found, or is ambiguous | commit was not found, or is ambiguous',
  'commit-unclear':
    "GitHub's answer about commit 0a1b2c3 is incomplete | GitHub's answer about the commit is incomplete",
  'commit-on-kept-branch': 'commit 0a1b2c3 is on dev | commit is on a branch whose commits are kept',
  'commit-is-head': 'commit 0a1b2c3 is the head of branch dev | commit is the head of a branch',
  'commit-has-git-tag': 'commit 0a1b2c3 has the git tag v1 | commit has a git tag',
  'commit-in-open-pull-request':
    'commit 0a1b2c3 is in pull request #12, which is open | commit is in an open pull request',
  'commit-without-pull-request':
    'commit 0a1b2c3 is in no known branch or pull request | commit is in no known branch or pull request',
  'among-newest': 'among the newest 10',
  'date-unknown': 'last-modified date unknown (needed by older-than)',
  'newer-than': 'newer than 30d',
  'not-before': 'modified since 2026-04-01',
  'pulled-within': 'pulled within 30d',
  'pulls-unknown': 'last pull unknown',
  'in-use': 'in use: named in pods.yaml | in use',
  'in-use-unclear': 'may be in use: which platforms it has cannot be known',
  'in-use-unreadable':
    'may be in use: which tag pods.yaml names in line 7 cannot be known | may be in use: which tag a file names cannot be known',
  'not-in-plan': 'not in the plan',
  'pushed-since-plan': 'pushed again since the plan',
  'plan-digest-unknown': 'its digest, now or in the plan, is unknown',
  'expires-sooner': 'already expires earlier',
  'expiration-too-far':
    'Quay would expire it earlier than asked: at 2024-05-21 20:41 UTC at the latest | Quay would expire it earlier than asked',
  'no-expiration': 'does not expire',
  'sibling-kept':
    'same image as live, which is kept: pull request #12 is open | same image as a tag that is kept: pull request is open',
  'image-unknown': 'its digest is unknown, and so are the other tags of its image',
  'image-lives': 'attached to the image of live, which is kept | attached to an image that is kept',
  'image-may-live':
    'its image may be part of live, which is kept | its image may be part of another, which is kept',
  'signature-would-go':
    'Quay would delete s.sig with it, which is protected: excluded by "*.sig" | Quay would delete a protected signature with it',
  'signatures-unknown':
    'which signatures Quay would delete with it cannot be known, and "*-{pr}*" protects some',
  'list-unstable': 'its image may still exist: the list changed while it was read',
  'pushed-again': 'pushed again since it was listed',
  'index-not-gone':
    'v1, which holds its image, may still be there: Quay would delete s.sig with this tag, which is protected until then | a multi-arch image, which holds its image, may still be there: Quay would delete a signature with this tag, which is protected until then',
  'image-not-gone': 'its image may still be there, as live | its image may still be there',
  matched: 'matches "pr-*"',
  'pull-request-closed': 'pull request #12 is closed | pull request is closed',
  'branch-gone': 'no branch old exists | no branch of that name exists',
  'commit-gone':
    'commit 0a1b2c3 is on no branch that is kept, and pull request #12 is closed | commit is on no branch that is kept, and its pull request is closed',
  'orphaned-signature': 'signature of an image that has no tag left',
};

function words(reason: Reason): string {
  const [one, many] = [describeReason(reason), summariseReason(reason)];
  return one === many ? one : `${one} | ${many}`;
}

const protectedBy = (protection: Protection) =>
  words({ kind: 'signature-would-go', signature: 's.sig', protectedBy: protection });

describe('a reason', () => {
  test.each(Object.entries(WORDS))('%s says what one tag is about and many share', (kind, expected) => {
    expect(words({ ...FACTS, kind } as Reason)).toBe(expected);
  });

  test('tells a merged pull request from a closed one, and one reading from another', () => {
    const merged = { number: 12, merged: true };
    const ambiguous = { kind: 'ambiguous', pattern: '*', readings: ['a', 'b'] } as const;
    expect(
      [
        words({ kind: 'pull-request-closed', ...merged }),
        words({ kind: 'commit-gone', hash: '0a1b2c3', ...merged }),
        words({ kind: 'other-branch', event: 'feature/x' }),
        words({ kind: 'other-branch', event: null }),
        words({ ...ambiguous, placeholder: 'commit' }),
        words({ ...ambiguous, placeholder: 'group' }),
        words({ kind: 'among-newest', keep: 3, group: 'main', of: 'images' }),
        protectedBy({ kind: 'in-use', file: 'pods.yaml' }),
        protectedBy({ kind: 'image-lives', tag: 'v1' }),
        protectedBy({ kind: 'image-may-live', tag: 'v1' }),
        protectedBy({ kind: 'list-unstable' }),
      ].join('\n'),
    ).toMatchInlineSnapshot(`
"pull request #12 is merged | pull request is merged
commit 0a1b2c3 is on no branch that is kept, and pull request #12 is merged | commit is on no branch that is kept, and its pull request is merged
belongs to another branch; this run is for feature/x
the event did not delete a branch
"*" is ambiguous here: commit a or b | "*" is ambiguous
"*" is ambiguous here: group "a" or "b" | "*" is ambiguous
among the newest 3 images of main | among the newest 3 images of its group
Quay would delete s.sig with it, which is protected: in use: named in pods.yaml | Quay would delete a protected signature with it
Quay would delete s.sig with it, which is protected: its image is part of v1, which is kept | Quay would delete a protected signature with it
Quay would delete s.sig with it, which is protected: its image may be part of v1, which is kept | Quay would delete a protected signature with it
Quay would delete s.sig with it, which is protected: its image may still exist: the list changed while it was read | Quay would delete a protected signature with it"
`);
  });

  test.each([
    ...(['pull-request-closed', 'pull-request-open', 'pull-request-unknown'] as const),
    ...(['pull-request-reopened', 'other-pull-request', 'branch-in-open-pull-request'] as const),
    ...(['commit-in-open-pull-request', 'commit-gone'] as const),
  ])('%s names the repository of a pull request where each image names its own', (kind) => {
    const expected = WORDS[kind].replace('pull request #12', 'Acme/App#12');
    expect(expected).toContain('Acme/App');
    expect(words({ ...FACTS, kind, repository: 'Acme/App' } as Reason)).toBe(expected);
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
