import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LONGEST_TAG } from '../../src/model/tag.ts';
import { withinTime } from '../../src/runner/time-limit.ts';
import { alternativesOf, compileGlobs } from '../../src/selection/patterns/glob.ts';
import type { Pattern } from '../../src/selection/patterns/pattern.ts';
import { parsePattern as parse } from '../../src/selection/rule.ts';
import { refusalIn, refusalOf } from './refusal.ts';
import { forAny } from './runs.ts';

function parsePattern(text: string): Pattern {
  return parse(text, withinTime);
}

function matches(pattern: string, name: string): boolean {
  return parsePattern(pattern).match([name])[0] !== undefined;
}

const tagCharacter = fc.constantFrom(...'abcXYZ019_.-');
const tagName = fc
  .tuple(fc.constantFrom(...'abcXYZ019_'), fc.string({ unit: tagCharacter, maxLength: LONGEST_TAG - 1 }))
  .map(([first, rest]) => first + rest);

describe('a pattern', () => {
  forAny(tagName, tagName)('without wildcards matches only itself', (pattern, name) => {
    expect(matches(pattern, pattern)).toBe(true);
    expect(matches(pattern, name)).toBe(pattern === name);
  });

  test('with `{pr}` finds a number wherever it may stand', () => {
    const read = (pattern: string, name: string) => parsePattern(pattern).match([name])[0];
    expect(read('*-{pr}*', 'v1-12-34')).toEqual({ kind: 'pr', readings: ['12', '34'] });
    expect(read('{pr}-[0-9]', '7-1')).toEqual({ kind: 'pr', readings: ['7'] });
    expect(read('pr{-,_}{pr}', 'pr_8')).toEqual({ kind: 'pr', readings: ['8'] });
    expect(read('pr-1{pr}', 'pr-12')).toBeUndefined();
    expect(read('pr-{pr}', 'pr-0')).toBeUndefined();
    expect(read('*{pr}', 'pr-01')).toBeUndefined();
  });

  test('of a regex tells no number where its group takes no part in one of the matches', () => {
    const [match] = parsePattern('/pr-(?<pr>\\d+)|preview/').match(['pr-12-preview']);
    expect(match).toEqual({ kind: 'pr', readings: [] });
  });

  test('of a regex takes several groups for one key, which no single tag can hold', () => {
    const [empty] = parsePattern('/^(?<group>\\d)-(?<group2>[a-z]*)/').match(['1-']);
    expect(empty).toEqual({ kind: 'group', readings: [] });
    const [slim, unclear, two] = parsePattern(
      '/(?<group>\\d+\\.\\d+)\\.\\d+(?:-(?<group2>slim|full))?(?<group_os>-[a-z]+)/',
    ).match(['2.7.3-slim-linux', '2.7.3-linux', '1.1.1-full-a_1.1.2-full-a_1.1.2-slim-b']);
    expect(slim).toEqual({ kind: 'group', readings: ['2.7 · slim · -linux'] });
    expect(unclear).toEqual({ kind: 'group', readings: [] });
    expect(two).toEqual({ kind: 'group', readings: ['1.1 · full · -a', '1.1 · slim · -b'] });
  });

  test.each(['pr-*', '/^pr-[^/]/'])('%s reads every name once, in order', (pattern) => {
    const plain = { kind: 'plain' };
    expect(parsePattern(pattern).match(['pr-1', 'x', 'pr-2'])).toEqual([plain, undefined, plain]);
    expect(parsePattern(pattern).match([])).toEqual([]);
  });

  test.each([
    ['latest', true],
    ['{latest,edge}', true],
    ['latest*', true],
    ['*latest', true],
    ['latest{branch}', false],
    ['*', false],
    ['*test*', false],
    ['?atest', false],
    ['la{test,xy}', true],
    ['la*test', false],
    ['{latest-*,*}', false],
    ['{branch}', false],
    ['/latest/', true],
    ['/^(?:edge|latest)$/', true],
    ['/^LATEST$/i', true],
    ['/^LATEST$/', false],
    ['/test/', false],
    ['/^(?!latest$)/', false],
    ['/^(?!(?:v|latest)$).*(?<!-latest)$/', false],
    ['/^(?!v[)])(?=latest)/', true],
    ['/^(?!(?!x)latest)/', false],
    ['/^[latest]+$/', false],
    ['/(?<!latest)est/', false],
    ['latest-*', false],
  ])('%s names `latest`: %s', (pattern, expected) => {
    expect(parsePattern(pattern).names('latest', 'latest')).toBe(expected);
  });

  const HANGING = `sha256-${'0a'.repeat(32)}.src`;

  test.each([
    ['sha256-*', ['sha256-']],
    ['sha256-{branch}.src', ['sha256-', '.src']],
    ['*.src', ['.src']],
    ['*.{src,sig}', ['.src']],
    ['{sha256-*,x}', ['sha256-']],
    ['{sha256-b*,*}', []],
    ['*', []],
    ['sha256*', []],
    ['sha[2]56-*', []],
    ['*s*r*c*', []],
    ['/^sha256-/', ['sha256-']],
    ['/\\.src$/', ['.src']],
    ['/[.](?:sig|src)$/', ['.src']],
    ['/^(?!sha256-)|src/', []],
    ['/./', []],
  ])('%s holds, of what a tag that hangs on an image is called by: %j', (pattern, expected) => {
    const { names } = parsePattern(pattern);
    expect(['sha256-', '.src'].filter((text) => names(text, HANGING))).toEqual(expected);
  });

  test.each(['/^(a+)+$/', '/^(?<pr>(\\d|a+)+)$/'])('%s that backtracks without end is refused', (pattern) => {
    const names = Array.from({ length: 10 }, () => `${'a'.repeat(127)}-`);
    expect(refusalOf(() => parse(pattern, (_, work) => withinTime(50, work)).match(names))).toContain(
      'backtracks without end',
    );
  });

  test('a regular expression that is harmless may look at a million names', () => {
    const names = Array.from({ length: 1_000_000 }, (_, index) => `feature-x-${index}-amd64`);
    const matches = parsePattern('/^feature-.*-(amd|arm)64$/').match(names);
    expect(matches.every((match) => match !== undefined)).toBe(true);
  });

  test('a regular expression that is too large to run ends in an error', () => {
    const pattern = parsePattern('/(?:(?:(?:.?){1000}){1000}){1000}/');
    expect(refusalOf(() => pattern.match(['a'.repeat(128)]))).toContain(
      'does not work as a regular expression: ',
    );
  });
});

const REFUSED: readonly (readonly [string, string])[] = [
  ['acme/web', 'contains a slash, which no tag name does.'],
  ['acme/web:pr-1', 'contains a colon. The repository belongs in `repository`'],
  ['sha256:0123', 'is a digest. Tags are deleted by name only'],
  ['web@sha256:0123', 'is a digest.'],
  ['pr-1, pr-2', 'contains a comma. Write patterns one per line, or alternatives in braces'],
  ['{a,b},c', 'contains a comma.'],
  ['a[b,c]', 'contains a comma.'],
  ['pr\u2011*', 'contains "\u2011" (U+2011), which no tag name does.'],
  ['pr\u202e*', 'contains "\\u{202e}" (U+202E), which no tag name does.'],
  ['pr-\u0000', 'contains "\\u0000" (U+0000), which no tag name does.'],
  ['"pr-*"', 'stands in quotes. Write `pr-*`, without them.'],
  ['"pr-*', 'contains "\\"", which no tag name does.'],
  ['@keep.txt', 'looks like the name of a file. Write the patterns here, one per line'],
  ['^release-.*$', 'which stands between slashes. Write `/^release-.*$/`.'],
  ['v\\d+', 'Write `/v\\d+/`.'],
  ['v\\\\d+', 'Write `/v\\d+/`.'],
  ['v[0-9]+', 'Write `/v[0-9]+/`.'],
  ['^pr-{pr}$', 'Write `/^pr-(?<pr>\\d+)$/`.'],
  ['/^b-{branch}$/', 'has a placeholder in braces, as only globs have. Write `/^b-(?<branch>.+)$/`.'],
  ['v[0-9]{3}', 'Write `/v[0-9]{3}/`.'],
  ['.*-snapshot', 'Write `/.*-snapshot/`.'],
  ['/^pr-\\d+', 'Write `/^pr-\\d+/`.'],
  ['^v(1|2)', 'Write `/^v(1|2)/`.'],
  ['blue|green', 'Write `{blue,green}`, or a regular expression: `/blue|green/`.'],
  ['(blue|green)-1', 'Write `{blue,green}-1`, or a regular expression: `/(blue|green)-1/`.'],
  ['*-@(blue|green)', 'has alternatives without braces. Write `*-{blue,green}`.'],
  ['+(a|b)', 'has alternatives without braces. Write `{a,b}`.'],
  ['pr-\\*', 'contains "\\\\", which no tag name does.'],
  ['a!b', 'contains "!", which no tag name does.'],
  ['a]', 'contains "]", which no tag name does.'],
  ['[abc', 'opens a bracket that is not closed.'],
  ['[]', 'opens a bracket that is not closed.'],
  ['[z-a]', 'does not work as a glob: Range out of order in character class. Fix it'],
  ['{a,b', 'opens a brace that is not closed.'],
  ['a,b}', 'closes a brace that was not opened.'],
  ['{a}', 'has "{a}", which has only one alternative.'],
  ['pr-{PR}', 'has "{PR}", which has only one alternative. Write several such as `{a,b}`'],
  ['-rc', 'can match no tag: a tag has at most 128 characters and begins with a letter'],
  ['.hidden*', 'can match no tag'],
  ['a'.repeat(129), 'can match no tag'],
  [`*${'?'.repeat(129)}`, 'can match no tag'],
  ['{pr}-{pr}', 'has two placeholders. Write one of `{pr}`, `{branch}`, `{commit}` and `{group}`'],
  ['{a-{pr},b-{branch}}', 'has two placeholders.'],
  ['{pr-{pr},latest}', 'has a placeholder in some alternatives and none in others.'],
  ['//', 'is empty. Write a pattern between the slashes.'],
  ['/a/g', 'has the flags "g". Only `i` (ignore case) is allowed'],
  ['/(/', 'does not work as a regular expression: Unterminated group.'],
  ['/a)|(b/', "does not work as a regular expression: Unmatched ')'."],
  ['/(?<PR>\\d+)/', 'has the group `(?<PR>…)`, which is not known. Write one of `(?<pr>…)`, `(?<branch>…)`'],
  ['/(?<pr>\\d+)-(?<branch>.+)/', 'has several named groups. Write one of `(?<pr>…)`'],
  ['/(?<groupies>.+)/', 'has the group `(?<groupies>…)`, which is not known.'],
  ['/(?<group>a+)-(?<group>b+)/', 'Duplicate capture group name. Give each group a name of its own'],
  ['/^v\\\\d+$/', "which asks for a backslash in the tag's name. Write `/^v\\d+$/`."],
  ['/^a/,/^b/', 'has a slash inside, which no tag name has. Write regular expressions one per line'],
  ['x'.repeat(4001), 'has 4001 characters.'],
];

describe('a pattern that cannot be meant', () => {
  test.each(REFUSED)('%j is refused', (pattern, message) => {
    expect(refusalOf(() => parsePattern(pattern))).toContain(message);
  });

  const unit = fc.oneof(
    fc.constantFrom(...'ab1-_.*?[]{}!^,/\\ ', '{pr}', '{branch}', '{a,b}', '(?<pr>'),
    fc.string({ unit: 'binary', maxLength: 1 }),
  );
  forAny(fc.string({ unit, maxLength: 20 }))('any text is a pattern, or refused in one line', (text) => {
    const refusal = refusalIn(() => parsePattern(text).match(['latest', 'pr-1', 'a1', '']));
    expect(refusal ?? 'fine').toMatch(/^[\P{C}]+$/u);
  });
});

/** A part of a glob, with the regular expression that it means. */
const part = fc.oneof(
  fc.constantFrom('a', 'b', '1', '-', '.', '_').map((text) => [text, text.replace('.', '\\.')]),
  fc.constantFrom(
    ['*', '[^/]*'],
    ['**', '.*'],
    ['?', '[^/]'],
    ['[ab]', '[ab]'],
    ['[!ab]', '[^ab/]'],
    ['[^a-z]', '[^a-z/]'],
    ['[0-9-]', '[0-9-]'],
    ['[--9]', '[-.0-9]'],
    ['[]a]', '[\\]a]'],
  ),
);
// Two stars that meet are two stars, wherever they come from.
const parts = fc.array(part, { maxLength: 8 }).filter(
  (steps) =>
    !steps
      .map(([written]) => written)
      .join(' ')
      .includes('* *'),
);
/** Those of tags, of which not many are stars. */
const tagParts = parts.filter(
  (steps) => steps.length < 3 && steps.every(([written]) => !/^\*\*|\]a/.test(written)),
);
const globName = fc.string({ unit: fc.constantFrom('a', 'b', '1', '-', '.', '_', '/'), maxLength: 12 });

describe('a glob', () => {
  forAny(fc.array(parts, { minLength: 1, maxLength: 3 }), globName)(
    'matches what the regular expression of the same meaning matches',
    (all, text) => {
      const globs = all.map((steps) => steps.map(([written]) => written).join(''));
      const meanings = all.map((steps) => steps.map(([, meaning]) => meaning).join(''));
      expect(compileGlobs('', globs).test(text)).toBe(new RegExp(`^(?:${meanings.join('|')})$`).test(text));
    },
  );

  const name = fc.string({ unit: fc.constantFrom('a', '1', '2', '-'), minLength: 1, maxLength: 7 });
  forAny(tagParts, tagParts, name)(
    'finds every text that its placeholder may stand for, the longest first',
    (before, after, text) => {
      const join = (side: 0 | 1, steps: readonly (readonly string[])[]) =>
        steps.map((one) => one[side]).join('');
      const [first, last] = [new RegExp(`^${join(1, before)}$`), new RegExp(`^${join(1, after)}$`)];
      const cuts = Array.from({ length: text.length + 1 }, (_, cut) => cut);
      const starts = cuts.filter((start) => first.test(text.slice(0, start)));
      const ends = cuts.filter((end) => last.test(text.slice(end)));
      const places = starts.flatMap((start) =>
        ends
          .filter((end) => start < end)
          .map((end) => ({
            part: text.slice(start, end),
            around: text.charAt(start - 1) + text.charAt(end),
          })),
      );
      const read = (word: string) => {
        const [match] = parsePattern(`x${join(0, before)}{${word}}${join(0, after)}`).match([`x${text}`]);
        return match?.kind === 'plain' ? [] : [...(match?.readings ?? [])];
      };
      const branches = read('branch');
      expect(branches.toSorted()).toEqual(places.map(({ part }) => part).toSorted());
      expect(branches[0]?.length ?? 0).toBe(Math.max(0, ...branches.map(({ length }) => length)));
      const numbers = places.filter(({ part, around }) => /^[1-9]\d*$/.test(part) && !/\d/.test(around));
      expect(new Set(read('pr'))).toEqual(new Set(numbers.map(({ part }) => part)));
    },
    5,
  );

  test('of many wildcards ends soon on a name that almost matches', () => {
    const name = 'a'.repeat(128);
    expect(compileGlobs('', [`${'*a'.repeat(60)}*b`]).test(name)).toBe(false);
    expect(compileGlobs('', [`${'**a*a'.repeat(30)}**b`]).test(name)).toBe(false);
    const any = `{${Array.from({ length: 900 }, (_, index) => index).join()},x}`;
    for (const many of [`${any}${'*a'.repeat(60)}*b`, `${any}${'*a'.repeat(35)}{commit}`])
      expect(refusalOf(() => parsePattern(many))).toContain(
        'does not work as a glob: Regular expression too large.',
      );
  });
});

describe('braces', () => {
  test.each([
    ['a', ['a']],
    ['{a,b}', ['a', 'b']],
    ['x{a,}y', ['xay', 'xy']],
    ['{a,b}{c,d}', ['ac', 'ad', 'bc', 'bd']],
    ['{a,{b,c}d}', ['a', 'bd', 'cd']],
    ['{a,a}', ['a']],
    ['{a,{a,b}}', ['a', 'b']],
    ['[{,}]', ['[{,}]']],
    ['pr-{pr}{,-*}', ['pr-{pr}', 'pr-{pr}-*']],
    ['{pr-{pr},mr-{pr}}', ['mr-{pr}', 'pr-{pr}']],
  ])('%s stands for %j', (glob, expected) => {
    expect(alternativesOf(glob).toSorted()).toEqual(expected);
  });

  test('a thousand alternatives are the most', () => {
    const words = (count: number) => `{${Array.from({ length: count }, (_, index) => index).join(',')}}`;
    expect(alternativesOf(words(1000))).toHaveLength(1000);
    expect(alternativesOf(words(10).repeat(3))).toHaveLength(1000);
    for (const glob of [words(1001), words(10).repeat(4), '{a,b}'.repeat(800)])
      expect(() => alternativesOf(glob)).toThrow('expands to more than 1000 patterns');
  });
});
