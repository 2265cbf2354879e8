import { describe, expect, test } from '@jest/globals';
import { quote } from '../../src/model/quote.ts';
import type { Reason } from '../../src/model/reason.ts';
import { describeReason, summariseReason } from '../../src/report/reason-text.ts';

/** Every kind of reason with its words for one tag, and for a count of tags where they differ. */
const WORDS: {
  readonly [Kind in Reason['kind']]: readonly [Extract<Reason, { kind: Kind }>, string, string?];
} = {
  'not-matched': [{ kind: 'not-matched' }, 'matches no pattern'],
  excluded: [{ kind: 'excluded', pattern: 'v*' }, 'excluded by "v*"'],
  immutable: [{ kind: 'immutable' }, 'immutable'],
  'placeholder-empty': [
    { kind: 'placeholder-empty', pattern: '/a(?<pr>1)?/' },
    '"/a(?<pr>1)?/" matches, but does not tell of what the tag is',
  ],
  ambiguous: [
    { kind: 'ambiguous', pattern: '*-{pr}*', readings: ['12', '34'] },
    '"*-{pr}*" is ambiguous here: pull request #12 or #34',
    '"*-{pr}*" is ambiguous',
  ],
  'other-pull-request': [
    { kind: 'other-pull-request', number: 12, event: 34 },
    'of pull request #12, and this run is for #34',
    'of another pull request than #34',
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
  'pull-request-not-asked': [
    { kind: 'pull-request-not-asked', number: 12 },
    'pull request #12 was not looked up',
    'pull request was not looked up',
  ],
  'other-branch': [{ kind: 'other-branch', event: 'feature/x' }, 'this run is for the branch feature/x'],
  'branch-exists': [
    { kind: 'branch-exists', branch: 'feature/x' },
    'branch feature/x exists',
    'branch exists',
  ],
  'branches-not-asked': [{ kind: 'branches-not-asked' }, 'the branches were not looked up'],
  'among-newest': [{ kind: 'among-newest', keep: 10 }, 'among the newest 10'],
  'date-unknown': [
    { kind: 'date-unknown', condition: 'older-than' },
    'last modified is unknown, which older-than needs',
  ],
  'newer-than': [{ kind: 'newer-than', duration: '30d' }, 'newer than 30d'],
  'pulled-within': [{ kind: 'pulled-within', duration: '30d', lastPulled: 1 }, 'pulled within 30d'],
  'pulls-unknown': [{ kind: 'pulls-unknown' }, 'last pull is unknown'],
  'pulls-not-asked': [{ kind: 'pulls-not-asked' }, 'the last pull was not looked up'],
  'expires-sooner': [{ kind: 'expires-sooner', expiration: 1 }, 'expires sooner already'],
  'signature-of-living-image': [
    { kind: 'signature-of-living-image', tag: 'main' },
    'signature of main, which stays',
    'signature of an image that stays',
  ],
  'signature-may-be-in-use': [
    { kind: 'signature-may-be-in-use', tag: 'latest' },
    'its image may be part of latest, which stays',
    'signature that may be in use',
  ],
  matched: [{ kind: 'matched', pattern: 'pr-*' }, 'matches "pr-*"'],
  'pull-request-closed': [
    { kind: 'pull-request-closed', number: 12, merged: false },
    'pull request #12 is closed',
    'pull request is closed',
  ],
  'branch-gone': [{ kind: 'branch-gone', reading: 'old' }, 'no branch old exists', 'branch is gone'],
  'orphaned-signature': [
    { kind: 'orphaned-signature', digest: `sha256:${'0'.repeat(64)}` },
    'signature of an image that has no tag left',
  ],
};

describe('a reason', () => {
  test.each(Object.values(WORDS))('%j reads %j', (reason, description, summary = description) => {
    expect(describeReason(reason)).toBe(description);
    expect(summariseReason(reason)).toBe(summary);
  });

  test('tells a merged pull request from a closed one, and a run for no branch from one for a branch', () => {
    expect(describeReason({ kind: 'pull-request-closed', number: 12, merged: true })).toBe(
      'pull request #12 is merged',
    );
    expect(describeReason({ kind: 'other-branch', event: null })).toBe('this run is for no branch');
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
