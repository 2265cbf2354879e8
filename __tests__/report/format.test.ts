import { describe, expect, test } from '@jest/globals';
import {
  clip,
  countOf,
  formatDuration,
  formatRate,
  formatSize,
  formatTime,
  formatTimeLeft,
  isoTime,
  shortDigest,
} from '../../src/report/format.ts';

describe('what people read', () => {
  test.each([
    [0, '0 B'],
    [512, '512 B'],
    [1024, '1 KiB'],
    [50_541_363, '48.2 MiB'],
    [1_400_000_000, '1.3 GiB'],
    [734_003_200, '700 MiB'],
    [Number.MAX_SAFE_INTEGER, '8 PiB'],
  ])('%d bytes are written as %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  test('times are in UTC, to the minute', () => {
    expect(formatTime(1_716_324_063)).toBe('2024-05-21 20:41');
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 9e15])(
    'a time that no calendar holds (%d) is unknown',
    (seconds) => {
      expect(formatTime(seconds)).toBe('unknown');
      expect(isoTime(seconds)).toBeUndefined();
    },
  );

  test('times in the report have seconds', () => {
    expect(isoTime(1_716_324_063.7)).toBe('2024-05-21T20:41:03Z');
  });

  test.each([
    [1_209_600, '14d'],
    [129_600, '36h'],
    [5400, '90min'],
    [90, '90s'],
    [0, '0s'],
  ])('%d seconds are the duration %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  test.each([
    [0.2, '1 s'],
    [16, '16 s'],
    [720, '12 min'],
    [7200, '2 h'],
    [7500, '2 h 5 min'],
  ])('%d seconds left are %s', (seconds, text) => {
    expect(formatTimeLeft(seconds)).toBe(text);
  });

  test('counts have separators, and nouns their plural', () => {
    expect([countOf(1, 'tag'), countOf(1000, 'tag'), countOf(2, 'repository'), countOf(14, 'day')]).toEqual([
      '1 tag',
      '1,000 tags',
      '2 repositories',
      '14 days',
    ]);
  });

  test('rates below ten have a decimal', () => {
    expect([formatRate(0.42), formatRate(48.4)]).toEqual(['0.4', '48']);
  });

  test('a digest is shown by its first twelve digits', () => {
    expect(shortDigest('sha256:57583a1b9c0a7509d3417387b4f43acf')).toBe('57583a1b9c0a');
  });

  test('cutting a text never leaves half a character', () => {
    expect(clip('ab😀cd', 4)).toBe('ab\ufffd…');
    expect(clip('abcd', 4)).toBe('abcd');
  });
});
