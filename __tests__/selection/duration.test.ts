import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAge, parseDuration } from '../../src/model/duration.ts';
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
    ['6mo', 15_552_000],
    ['1y', 31_536_000],
    ['30 days', 2_592_000],
    ['6 months', 15_552_000],
    ['6months', 15_552_000],
    ['1 year', 31_536_000],
    ['2 weeks 1 day', 1_296_000],
    ['90 minutes', 5400],
    ['1 hour', 3600],
    ['45 seconds', 45],
    ['100 years', 3_153_600_000],
  ])('reads %j', (text, seconds) => {
    expect(parseDuration(text).seconds).toBe(seconds);
  });

  test('keeps what the user wrote, with single spaces', () => {
    expect(parseDuration(' 1w \t 3d').text).toBe('1w 3d');
  });

  test.each([
    ['6m', '"6m" is ambiguous: `m` could be minutes or months. Write `6min` or `6mo`.'],
    ['1w 6M', '"1w 6M" is ambiguous: `m` could be minutes or months. Write `6min` or `6mo`.'],
    ['1d 2d', '"1d 2d" has the unit `d` twice. Write each unit once.'],
    ['1mo 2 months', '"1mo 2 months" has the unit `months` twice. Write each unit once.'],
    ['101y', '"101y" is more than 100 years. Write a shorter duration.'],
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
    '30D',
    '30 dayss',
    '1 fortnight',
    'six months',
    '2024-04-01',
    '3d,',
    '1d2',
    '٣d',
    '1d\u00002h',
    '1e9s',
    '0x1d',
  ])('refuses %j with the units to write', (text) => {
    expect(refusalOf(() => parseDuration(text))).toContain(
      'is not a valid duration. Write a whole number and a unit (`s`, `min`, `h`, `d`, `w`, `mo`, `y`), such as `30d`, `6 months` or `1w 3d`.',
    );
  });

  test('refuses a huge text without reading it through', () => {
    expect(refusalOf(() => parseDuration('1'.repeat(10_000_000)))).toContain('is not a valid duration.');
  });

  test('reads back every duration of distinct units, in any order', () => {
    const units = { y: 31_536_000, mo: 2_592_000, w: 604_800, d: 86_400, h: 3600, min: 60, s: 1 };
    const part = fc.record({
      count: fc.nat(5000),
      unit: fc.constantFrom('y', 'mo', 'w', 'd', 'h', 'min', 's'),
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

describe('parseAge', () => {
  const NOW = Date.UTC(2024, 4, 21, 20, 41) / 1000;

  test('reads a duration as it stands', () => {
    expect(parseAge('6 months', NOW)).toEqual({ kind: 'duration', text: '6 months', seconds: 15_552_000 });
  });

  test.each(['2024-04-01', '2024-05-21', '2020-02-29'])('reads %j, which begins in UTC', (text) => {
    expect(parseAge(` ${text} `, NOW)).toEqual({
      kind: 'date',
      text,
      before: Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1, Number(text.slice(8))) / 1000,
    });
  });

  test.each(['2024-05-22', '2026-04-01'])('refuses %j, which is in the future', (text) => {
    expect(refusalOf(() => parseAge(text, NOW))).toBe(
      `"${text}" is in the future. Write a date that has begun (UTC), or a duration such as \`30d\`.`,
    );
  });

  test.each(['2024-02-30', '2024-13-01', '2024-4-1', '2024-04-01T00:00', '2023-02-29'])(
    'refuses %j',
    (text) => {
      expect(refusalOf(() => parseAge(text, NOW))).toBe(
        `"${text}" is not a valid date. Write one such as \`2026-04-01\`.`,
      );
    },
  );
});
