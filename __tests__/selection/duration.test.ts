import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDuration } from '../../src/model/duration.ts';
import { refusalOf } from './refusal.ts';
import { RUNS } from './runs.ts';

describe('parseDuration', () => {
  test.each([
    ['45s', 45],
    ['90min', 5400],
    ['2h', 7200],
    ['30d', 2_592_000],
    ['1w', 604_800],
    ['1w 3d', 864_000],
    ['1h30min', 5400],
    [' 5 d ', 432_000],
    ['0d 5s', 5],
    ['36500d', 3_153_600_000],
  ])('reads %j', (text, seconds) => {
    expect(parseDuration(text).seconds).toBe(seconds);
  });

  test('keeps what the user wrote, with single spaces', () => {
    expect(parseDuration(' 1w \t 3d').text).toBe('1w 3d');
  });

  test.each([
    ['6m', '"6m" is ambiguous: `m` could be minutes or months. Write `6min`, or days such as `180d`.'],
    ['1w 6M', '"1w 6M" is ambiguous: `m` could be minutes or months. Write `6min`, or days such as `180d`.'],
    ['1d 2d', '"1d 2d" has the unit `d` twice. Write each unit once.'],
    ['0s', '"0s" is zero. Write a longer duration, or leave it out.'],
    ['36501d', '"36501d" is more than 100 years. Write a shorter duration.'],
    [`${'9'.repeat(90)}w`, `"${'9'.repeat(90)}w" is more than 100 years. Write a shorter duration.`],
  ])('refuses %j', (text, message) => {
    expect(refusalOf(() => parseDuration(text))).toBe(message);
  });

  test.each([
    '',
    '30',
    'd',
    '-1d',
    '1.5d',
    '30 days',
    '30D',
    '1y',
    '3d,',
    '1d2',
    '٣d',
    '1d\u00002h',
    '1e9s',
    '0x1d',
  ])('refuses %j with the units to write', (text) => {
    expect(refusalOf(() => parseDuration(text))).toContain(
      'is not a valid duration. Write a whole number and a unit (`s`, `min`, `h`, `d`, `w`), such as `30d` or `1w 3d`.',
    );
  });

  test('refuses a huge text without reading it through', () => {
    expect(refusalOf(() => parseDuration('1'.repeat(10_000_000)))).toContain('is not a valid duration.');
  });

  test('reads back every duration of distinct units, in any order', () => {
    const units = { w: 604_800, d: 86_400, h: 3600, min: 60, s: 1 };
    const part = fc.record({
      count: fc.nat(5000),
      unit: fc.constantFrom('w', 'd', 'h', 'min', 's'),
    });
    fc.assert(
      fc.property(fc.uniqueArray(part, { minLength: 1, selector: ({ unit }) => unit }), (parts) => {
        const expected = parts.reduce((sum, { count, unit }) => sum + count * units[unit], 0);
        fc.pre(expected > 0 && expected <= 3_153_600_000);
        const text = parts.map(({ count, unit }) => `${count}${unit}`).join(' ');
        expect(parseDuration(text)).toEqual({ text, seconds: expected });
      }),
      RUNS,
    );
  });
});
