import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAge, parseDuration } from '../../src/model/duration.ts';
import { refusalOf } from './refusal.ts';
import { forAny } from './runs.ts';

const SECONDS = {
  ...{ 'y year years': 31_536_000, 'mo month months': 2_592_000, 'w week weeks': 604_800 },
  ...{ 'd day days': 86_400, 'h hour hours': 3600, 'min minute minutes': 60, 's second seconds': 1 },
};
const UNITS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(SECONDS).flatMap(([words, seconds]) => words.split(' ').map((word) => [word, seconds])),
);

describe('parseDuration', () => {
  const part = fc.record({ count: fc.nat(5000), unit: fc.constantFrom(...Object.keys(UNITS)) });
  const parts = fc.uniqueArray(part, { minLength: 1, selector: ({ unit }) => UNITS[unit] });
  const space = fc.constantFrom('', ' ');
  forAny(
    parts,
    space,
    space,
  )(
    'reads every unit once, in any order, by its sign or its name, with or without spaces',
    (parts, within, between) => {
      const seconds = parts.reduce((sum, { count, unit }) => sum + count * (UNITS[unit] ?? 0), 0);
      fc.pre(seconds > 0 && seconds <= 3_153_600_000);
      const text = parts.map(({ count, unit }) => `${count}${within}${unit}`).join(between);
      expect(parseDuration(text)).toEqual({ text, seconds });
    },
  );

  test('reads a hundred years at most, and keeps what the user wrote, with single spaces', () => {
    expect(parseDuration('36500d').seconds).toBe(3_153_600_000);
    expect(parseDuration(' 1w \t 3d')).toEqual({ text: '1w 3d', seconds: 864_000 });
  });

  test.each([
    ['6m', 'is ambiguous: `m` could be minutes or months. Write `6min` or `6mo`.'],
    ['1w 6M', 'is ambiguous: `m` could be minutes or months. Write `6min` or `6mo`.'],
    ['1d 2d', 'has the unit `d` twice. Write each unit once.'],
    ['1mo 2 months', 'has the unit `months` twice. Write each unit once.'],
    ['0s', 'is zero. Write a longer duration, or leave it out.'],
    ['36501d', 'is more than 100 years. Write a shorter duration.'],
    [`${'9'.repeat(90)}w`, 'is more than 100 years. Write a shorter duration.'],
  ])('refuses %j', (text, problem) => {
    expect(refusalOf(() => parseDuration(text))).toBe(`"${text}" ${problem}`);
  });

  test('refuses all else with the units to write, and a huge text without reading it through', () => {
    const others =
      '30|d|-1d|1.5d|30D|30 dayss|1 fortnight|six months|2024-04-01|3d,|1d2|٣d|1d\u00002h|1e9s|0x1d';
    for (const text of ['', '1'.repeat(10_000_000), ...others.split('|')])
      expect(refusalOf(() => parseDuration(text))).toMatch(
        /^".*" is not a valid duration\. Write a whole number and a unit \(`s`, .*\), such as `30d`, `6 months` or `1w 3d`\.$/,
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
