import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expandBraces } from '../../src/selection/patterns/braces.ts';
import { endsOf, fits, parseGlob, startsOf } from '../../src/selection/patterns/glob.ts';
import { RUNS } from './runs.ts';

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
const name = fc.string({ unit: fc.constantFrom('a', 'b', '1', '-', '.', '_', '/'), maxLength: 12 });

describe('a glob', () => {
  test('matches what the regular expression of the same meaning matches', () => {
    fc.assert(
      fc.property(parts, name, (steps, text) => {
        const glob = parseGlob(steps.map(([written]) => written).join(''));
        const source = steps.map(([, meaning]) => meaning).join('');
        expect(fits(glob, text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
      RUNS,
    );
  });

  test('knows every place where it may end, and from which it may begin', () => {
    fc.assert(
      fc.property(parts, name, (steps, text) => {
        const glob = parseGlob(steps.map(([written]) => written).join(''));
        const regex = new RegExp(`^${steps.map(([, meaning]) => meaning).join('')}$`);
        const cuts = Array.from({ length: text.length + 1 }, (_, cut) => cut);
        expect(endsOf(glob, text)).toEqual(cuts.filter((cut) => regex.test(text.slice(0, cut))));
        expect(startsOf(glob, text).toReversed()).toEqual(cuts.filter((cut) => regex.test(text.slice(cut))));
      }),
      RUNS,
    );
  });

  test('of many wildcards ends soon on a name that almost matches', () => {
    expect(fits(parseGlob(`${'*a'.repeat(60)}*b`), 'a'.repeat(128))).toBe(false);
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
    ['[{,}]', ['[{,}]']],
    ['pr-{pr}{,-*}', ['pr-{pr}', 'pr-{pr}-*']],
    ['{pr-{pr},mr-{pr}}', ['mr-{pr}', 'pr-{pr}']],
  ])('%s stands for %j', (glob, expected) => {
    expect(expandBraces(glob).toSorted()).toEqual(expected);
  });

  test('a thousand alternatives are the most', () => {
    const words = (count: number) => `{${Array.from({ length: count }, (_, index) => index).join(',')}}`;
    expect(expandBraces(words(1000))).toHaveLength(1000);
    expect(expandBraces(words(10).repeat(3))).toHaveLength(1000);
    for (const glob of [words(1001), words(10).repeat(4), '{a,b}'.repeat(800), '{a,a}'.repeat(800)])
      expect(() => expandBraces(glob)).toThrow('expands to more than 1000 patterns');
  });
});
