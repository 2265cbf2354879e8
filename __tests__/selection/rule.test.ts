import { describe, expect, test } from '@jest/globals';
import { refuseUncountedGroups } from '../../src/selection/conditions.ts';
import { parseRule } from '../../src/selection/rule.ts';
import { parsePatterns } from '../../src/selection/rules.ts';
import { readRules } from './read-scenario.ts';
import { refusalOf } from './refusal.ts';

const DAY = 86_400;

describe('a line of `tags`', () => {
  test.each([
    ['pr-*', { line: 'pr-*', conditions: {} }],
    [
      'sha-{commit}\t older-than=1w 3d  keep-n-most-recent=0',
      {
        line: 'sha-{commit} older-than=1w 3d keep-n-most-recent=0',
        conditions: { olderThan: { text: '1w 3d', seconds: 10 * DAY }, keepNewest: 0 },
      },
    ],
    [
      '/^a b$/i not-pulled-for=30d',
      {
        line: '/^a b$/i not-pulled-for=30d',
        conditions: { notPulledFor: { text: '30d', seconds: 30 * DAY } },
      },
    ],
    ['/a=1 b=2/', { line: '/a=1 b=2/', conditions: {} }],
  ])('%j is a pattern and the conditions behind it', (line, expected) => {
    expect(parseRule(line)).toMatchObject(expected);
  });

  test('may end in a comment, behind white space and `#`', () => {
    const { tags, exclude } = parsePatterns({
      tags: '{group}-???????  keep-n-most-recent=5   # main-0a1b2c3\npr-*\t#x #y\n!v* # releases\n#all',
      excludeTags: 'latest # older-than=7d',
    });
    expect(tags.map(({ line }) => line)).toEqual(['{group}-??????? keep-n-most-recent=5', 'pr-*']);
    expect(exclude.map(({ text }) => text)).toEqual(['v*', 'latest']);
  });

  test.each([
    [
      'x older-then=7d',
      '`tags`: "x older-then=7d" has "older-then=7d", which is not a condition. Write "older-than=7d".',
    ],
    ['x keep=5', '`tags`: "x keep=5" has "keep=5", which is not a condition. Write "keep-n-most-recent=5".'],
    [
      'x Not-Pulled-For=30d',
      '`tags`: "x Not-Pulled-For=30d" has "Not-Pulled-For=30d", which is not a condition. Write "not-pulled-for=30d".',
    ],
    [
      'x expire-in=7d',
      '`tags`: "x expire-in=7d" has "expire-in=7d", which is not a condition. Write `older-than=30d`, `keep-n-most-recent=10` or `not-pulled-for=30d` after the pattern.',
    ],
    [
      'older-than=1w 3d keep-n-most-recent=5 pr-*',
      '`tags`: "older-than=1w 3d keep-n-most-recent=5 pr-*" has a condition before the pattern. Write "pr-* older-than=1w 3d keep-n-most-recent=5".',
    ],
    [
      'older-than=7d',
      '`tags`: "older-than=7d" has conditions and no pattern. Write the pattern before them, such as "pr-* older-than=7d".',
    ],
    [
      'x older-than=7d older-than=9d',
      '`tags`: "x older-than=7d older-than=9d" has the condition `older-than` twice. Write it once.',
    ],
    ['x older-than = 7d', '`tags`: "x older-than = 7d" has a space beside `=`. Write "older-than=7d".'],
    [
      'x keep-n-most-recent= 5',
      '`tags`: "x keep-n-most-recent= 5" has a space beside `=`. Write "keep-n-most-recent=5".',
    ],
    ['x older-than =7d', '`tags`: "x older-than =7d" has a space beside `=`. Write "older-than=7d".'],
    [
      'x older-than=7',
      '`tags`: "x older-than=7" has "older-than=7": "7" is not a valid duration. Write a whole number and a unit (`s`, `min`, `h`, `d`, `w`), such as `30d` or `1w 3d`.',
    ],
    [
      'x older-than=',
      '`tags`: "x older-than=" has "older-than=": "" is not a valid duration. Write a whole number and a unit (`s`, `min`, `h`, `d`, `w`), such as `30d` or `1w 3d`.',
    ],
    [
      'x not-pulled-for=6m',
      '`tags`: "x not-pulled-for=6m" has "not-pulled-for=6m": "6m" is ambiguous: `m` could be minutes or months. Write `6min`, or days such as `180d`.',
    ],
    [
      'x older-than=0d',
      '`tags`: "x older-than=0d" has "older-than=0d": "0d" is zero. Write a longer duration, or leave it out.',
    ],
    [
      'x keep-n-most-recent=-1',
      '`tags`: "x keep-n-most-recent=-1" has "keep-n-most-recent=-1": "-1" is not a valid number. Write a whole number from 0 to 1000000.',
    ],
    [
      'x keep-n-most-recent=5 3d',
      '`tags`: "x keep-n-most-recent=5 3d" has "keep-n-most-recent=5 3d": "5 3d" is not a valid number. Write a whole number from 0 to 1000000.',
    ],
    [
      'x older-than=7d y',
      '`tags`: "x older-than=7d y" has "y" after the pattern. Write one pattern per line, and after it only conditions such as `older-than=30d`, `keep-n-most-recent=10` or `not-pulled-for=30d`.',
    ],
    [
      'x\n! v* older-than=7d',
      '`tags`: "! v* older-than=7d" has the condition "older-than=7d", but an exclusion always applies. Write "! v*" alone, or give the condition to the line that selects the tags.',
    ],
    [
      'x\n!older-than=7d v*',
      '`tags`: "!older-than=7d v*" has the condition "older-than=7d", but an exclusion always applies. Write "v*" alone, or give the condition to the line that selects the tags.',
    ],
  ])('%j is refused: what was found, and what to write', (tags, refusal) => {
    expect(refusalOf(() => parsePatterns({ tags, excludeTags: '' }))).toBe(refusal);
  });

  test.each([
    ['v* keep-n-most-recent=3', '"v*"'],
    ['keep-n-most-recent=3 v*', '"v*"'],
    ['/^v/ keep-n-most-recent=3', '"/^v/"'],
  ])('conditions have no place in `exclude-tags`: %j', (excludeTags, pattern) => {
    expect(refusalOf(() => parsePatterns({ tags: 'x', excludeTags }))).toBe(
      `\`exclude-tags\`: "${excludeTags}" has the condition "keep-n-most-recent=3", but an exclusion always applies. Write ${pattern} alone, or give the condition to the line that selects the tags.`,
    );
  });
});

describe('`{group}`', () => {
  const UNCOUNTED =
    'has `{group}`, but nothing says how many tags of each group to keep. Write `keep-n-most-recent=5` after the pattern, or set the input `keep-n-most-recent`.';

  test.each([
    { tags: '{group}-?' },
    { tags: 'pr-* keep-n-most-recent=5\n/^(?<group>.+)-.$/ older-than=7d' },
    { tags: '{group}-? keep-n-most-recent=0', 'keep-n-most-recent': '5' },
    { tags: '{group}-?', 'keep-n-most-recent': '0' },
  ])('without a number of tags to keep is refused: %j', (inputs) => {
    expect(refusalOf(() => refuseUncountedGroups(readRules({ inputs })))).toContain(UNCOUNTED);
  });

  test.each([
    { tags: '{group}-? keep-n-most-recent=5' },
    { tags: '{group}-?', 'keep-n-most-recent': '5' },
    { tags: '{group}-? keep-n-most-recent=5', 'keep-n-most-recent': '0' },
  ])('has its number from its line or from the input: %j', (inputs) => {
    expect(() => refuseUncountedGroups(readRules({ inputs }))).not.toThrow();
  });
});
