import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LONGEST_TAG } from '../../src/model/tag.ts';
import { parsePattern } from '../../src/selection/patterns/parse-pattern.ts';
import { refusalOf } from './refusal.ts';
import { RUNS } from './runs.ts';

function matches(pattern: string, name: string): boolean {
  return parsePattern(pattern, 'tags').match([name])[0] !== undefined;
}

const tagCharacter = fc.constantFrom(...'abcXYZ019_.-');
const tagName = fc
  .tuple(fc.constantFrom(...'abcXYZ019_'), fc.string({ unit: tagCharacter, maxLength: LONGEST_TAG - 1 }))
  .map(([first, rest]) => first + rest);

describe('a pattern', () => {
  test('without wildcards matches only itself', () => {
    fc.assert(
      fc.property(tagName, tagName, (pattern, name) => {
        expect(matches(pattern, pattern)).toBe(true);
        expect(matches(pattern, name)).toBe(pattern === name);
      }),
      RUNS,
    );
  });

  test('with `{pr}` reads exactly the number that was written', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        fc.constantFrom('', '-arm64', '.5', '_x'),
        (number, rest) => {
          const [match] = parsePattern('pr-{pr}*', 'tags').match([`pr-${number}${rest}`]);
          expect(match).toEqual({ kind: 'pull-request', numbers: [String(number)] });
        },
      ),
      RUNS,
    );
  });

  test('with `{pr}` finds a number wherever it may stand', () => {
    const read = (pattern: string, name: string) => parsePattern(pattern, 'tags').match([name])[0];
    expect(read('*-{pr}*', 'v1-12-34')).toEqual({ kind: 'pull-request', numbers: ['12', '34'] });
    expect(read('{pr}-[0-9]', '7-1')).toEqual({ kind: 'pull-request', numbers: ['7'] });
    expect(read('pr{-,_}{pr}', 'pr_8')).toEqual({ kind: 'pull-request', numbers: ['8'] });
    expect(read('pr-1{pr}', 'pr-12')).toBeUndefined();
    expect(read('pr-{pr}', 'pr-0')).toBeUndefined();
    expect(read('*{pr}', 'pr-01')).toBeUndefined();
  });

  test('of a regex tells no number where its group takes no part in one of the matches', () => {
    const [match] = parsePattern('/pr-(?<pr>\\d+)|preview/', 'tags').match(['pr-12-preview']);
    expect(match).toEqual({ kind: 'pull-request', numbers: [] });
  });

  test('of a hundred patterns and of one regex reads every name once, in order', () => {
    const names = ['pr-1', 'x', 'pr-2'];
    expect(parsePattern('/^pr-/', 'tags').match(names)).toEqual([
      { kind: 'plain' },
      undefined,
      { kind: 'plain' },
    ]);
  });

  test('knows whether it takes cosign tags: only where its text begins as theirs', () => {
    const takes = (text: string) => parsePattern(text, 'tags').takesCosignTags;
    expect(
      [
        'sha256-*',
        'sha256-{branch}.sig',
        '{sha256-a*,sha256-b*}',
        '/^sha256-/',
        '/^sha256-(?:a|b[|])\\|/',
      ].map(takes),
    ).toEqual([true, true, true, true, true]);
    expect(
      [
        '*',
        'sha256*',
        'sha[2]56-*',
        '{sha256-*,x}',
        '/sha256-/',
        '/^sha256-a|b/',
        '/^(?:sha256-)/',
        '/./',
      ].map(takes),
    ).toEqual([false, false, false, false, false, false, false, false]);
  });

  test('of a regex is read in time for any number of names', () => {
    for (const count of [0, 1, 3, 100, 101]) {
      const names = Array.from({ length: count }, (_, index) => `pr-${index}`);
      expect(parsePattern('/^pr-/', 'tags').match(names)).toHaveLength(count);
    }
  });

  test.each(['/^(a+)+$/', '/^(?<pr>(\\d|a+)+)$/'])(
    '%s that backtracks without end ends in an error',
    (pattern) => {
      const names = Array.from({ length: 10 }, () => `${'a'.repeat(127)}-`);
      expect(refusalOf(() => parsePattern(pattern, 'tags', 50).match(names))).toContain(
        'backtracks without end',
      );
    },
  );

  test('a regular expression that is too large to run ends in an error', () => {
    const pattern = parsePattern('/(?:(?:(?:.?){1000}){1000}){1000}/', 'tags');
    expect(refusalOf(() => pattern.match(['a'.repeat(128)]))).toContain(
      'does not work as a regular expression: ',
    );
  });
});

const REFUSED: readonly (readonly [string, string])[] = [
  [
    'acme/web',
    'contains a slash, which no tag name does. Write a regular expression between slashes (`/^pr-/`), and a repository in `repository`.',
  ],
  ['/^pr-', 'contains a slash'],
  ['acme/web:pr-1', "contains a colon. The repository belongs in `repository`; write the tag's name alone."],
  [
    'sha256:0123',
    'is a digest. Tags are deleted by name only: deleting a digest would delete every tag that shares it.',
  ],
  ['web@sha256:0123', 'is a digest.'],
  ['pr-1, pr-2', 'contains a comma. Write one pattern per line, or alternatives in braces: `{a,b}`.'],
  ['{a,b},c', 'contains a comma.'],
  ['a[b,c]', 'contains a comma.'],
  ['pr-1 pr-2', 'contains a space, which no tag name does.'],
  ['pr\u2011*', 'contains "\u2011" (U+2011), which no tag name does.'],
  ['pr\u202e*', 'contains "\\u{202e}" (U+202E), which no tag name does.'],
  ['pr-\u0000', 'contains "\\u0000" (U+0000), which no tag name does.'],
  ['"pr-*"', 'contains "\\"", which no tag name does.'],
  ['pr-\\*', 'contains "\\\\", which no tag name does.'],
  ['a!b', 'contains "!", which no tag name does.'],
  ['a]', 'contains "]", which no tag name does.'],
  ['@(a|b)', 'is a digest.'],
  ['+(a|b)', 'contains "+", which no tag name does.'],
  ['[abc', 'opens a bracket that is not closed.'],
  ['[]', 'opens a bracket that is not closed.'],
  ['[z-a]', 'has the range "[z-a]", which is reversed.'],
  ['{a,b', 'opens a brace that is not closed.'],
  ['a,b}', 'closes a brace that was not opened.'],
  ['{a}', 'has "{a}", which has only one alternative.'],
  [
    'pr-{PR}',
    'has "{PR}", which has only one alternative. Write several such as `{a,b}`, or a placeholder: `{pr}`, `{branch}`, `{commit}` or `{group}`.',
  ],
  ['pr-{number}', 'has "{number}", which has only one alternative.'],
  ['-rc', 'can match no tag: a tag has at most 128 characters and begins with a letter, a digit or `_`.'],
  ['.hidden*', 'can match no tag'],
  ['a'.repeat(129), 'can match no tag'],
  [`*${'?'.repeat(129)}`, 'can match no tag'],
  [
    '{pr}-{pr}',
    'has two placeholders. Write one of `{pr}`, `{branch}`, `{commit}` and `{group}` in a pattern.',
  ],
  ['{branch}-{pr}', 'has two placeholders.'],
  ['{a-{pr},b-{branch}}', 'has two placeholders.'],
  [
    '{pr-{pr},latest}',
    'has a placeholder in some alternatives and none in others. Write them on separate lines.',
  ],
  ['//', 'is empty. Write a pattern between the slashes.'],
  ['/a/g', 'has the flags "g". Only `i` (ignore case) is allowed: end it with `/i` or `/`.'],
  ['/(/', 'does not work as a regular expression: Unterminated group.'],
  ['/a)|(b/', "does not work as a regular expression: Unmatched ')'."],
  [
    '/(?<PR>\\d+)/',
    'has the group `(?<PR>…)`, which is not known. Write one of `(?<pr>…)`, `(?<branch>…)`, `(?<commit>…)`, `(?<group>…)`, or `(?:…)`.',
  ],
  ['/(?<pr>\\d+)-(?<branch>.+)/', 'has two named groups.'],
  ['x'.repeat(4001), 'has 4001 characters. Write a pattern of at most 4000 characters, one per line.'],
];

describe('a pattern that cannot be meant', () => {
  test.each(REFUSED)('%j is refused', (pattern, message) => {
    expect(refusalOf(() => parsePattern(pattern, 'tags'))).toContain(message);
  });

  test.each([
    ['pr-{pr}*', 'Write `*` in its place: "pr-*".'],
    ['preview-{branch}', 'Write `*` in its place: "preview-*".'],
    ['/^pr-(?<pr>\\d+)/', 'Write `(?:…)` instead of `(?<pr>…)`.'],
  ])('%j is no exclusion', (pattern, remedy) => {
    expect(refusalOf(() => parsePattern(pattern, 'exclude-tags'))).toContain(remedy);
  });

  test('any text is either a pattern or refused with a message of one line', () => {
    const unit = fc.oneof(
      fc.constantFrom(...'ab1-_.*?[]{}!^,/\\ ', '{pr}', '{branch}', '{a,b}', '(?<pr>'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    );
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 20 }),
        fc.constantFrom('tags' as const, 'exclude-tags' as const),
        (text, role) => {
          let message = 'fine';
          try {
            parsePattern(text, role).match(['latest', 'pr-1', 'a1', '']);
          } catch (error) {
            message = refusalOf(() => {
              throw error;
            });
          }
          expect(message).toMatch(/^[\P{C}]+$/u);
        },
      ),
      RUNS,
    );
  });
});
