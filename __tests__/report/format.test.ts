import { expect, test } from '@jest/globals';
import {
  agree,
  clip,
  countOf,
  formatDuration,
  formatRate,
  formatSize,
  formatTime,
  formatTimeLeft,
  isoTime,
} from '../../src/report/format.ts';

test('sizes are written as people read them', () => {
  const sizes = [0, 512, 1024, 50_541_363, 1_400_000_000, 734_003_200, Number.MAX_SAFE_INTEGER];
  expect(sizes.map(formatSize).join(', ')).toBe('0 B, 512 B, 1 KiB, 48.2 MiB, 1.3 GiB, 700 MiB, 8 PiB');
});

test('times are in UTC, to the minute, and in the report to the second', () => {
  expect(formatTime(1_716_324_063)).toBe('2024-05-21 20:41');
  expect(isoTime(1_716_324_063.7)).toBe('2024-05-21T20:41:03Z');
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 9e15])('a time of no calendar (%d) is unknown', (time) => {
  expect(formatTime(time)).toBe('unknown');
  expect(isoTime(time)).toBeUndefined();
});

test('durations are in the largest unit that measures them exactly', () => {
  expect([1_209_600, 129_600, 5400, 90, 0].map(formatDuration)).toEqual(['14d', '36h', '90min', '90s', '0s']);
});

test('the time left is rounded', () => {
  const left = [0.2, 16, 720, 7200, 7500].map(formatTimeLeft);
  expect(left).toEqual(['1 s', '16 s', '12 min', '2 h', '2 h 5 min']);
});

test('counts have separators, nouns their plural, and verbs agree', () => {
  const counts = [countOf(1, 'tag'), countOf(1000, 'tag'), countOf(2, 'repository'), countOf(14, 'day')];
  expect(counts).toEqual(['1 tag', '1,000 tags', '2 repositories', '14 days']);
  expect([1, 2].map((count) => agree(count, 'tag', 'is', 'are'))).toEqual(['1 tag is', '2 tags are']);
});

test('rates below ten have a decimal', () => {
  expect([formatRate(0.42), formatRate(48.4)]).toEqual(['0.4', '48']);
});

test('cutting a text never leaves half a character', () => {
  expect([clip('ab😀cd', 4), clip('abcd', 4)]).toEqual(['ab\ufffd…', 'abcd']);
});
