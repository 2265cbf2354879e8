import { describe, expect, test } from '@jest/globals';
import { closingLines } from '../../src/report/closing-lines.ts';
import { describeCleanup } from '../../src/report/describe-cleanup.ts';
import { progressLine } from '../../src/report/progress-line.ts';
import { tallyCleanup } from '../../src/report/tally.ts';
import { run } from './results.ts';
import { SCENARIOS } from './scenarios.ts';

describe('the progress line', () => {
  test.each([
    [
      { doing: 'delete', done: 250, failed: 0, total: 1000, elapsed: 5.2 },
      'Deleted 250 of 1,000 tags, 48/s, about 16 s left',
    ],
    [{ doing: 'delete', done: 0, failed: 0, total: 1000, elapsed: 5 }, 'Deleted 0 of 1,000 tags'],
    [
      { doing: 'delete', done: 2, failed: 0, total: 10_000, elapsed: 5 },
      'Deleted 2 of 10,000 tags, 0.4/s, about 6 h 57 min left',
    ],
    [
      { doing: 'delete', done: 1000, failed: 0, total: 1000, elapsed: 20 },
      'Deleted 1,000 of 1,000 tags, 50/s',
    ],
    [
      { doing: 'delete', done: 90, failed: 10, total: 200, elapsed: 10 },
      'Deleted 90 of 200 tags, 10 failed, 10/s, about 10 s left',
    ],
    [
      { doing: 'expire', done: 5, failed: 0, total: 50, elapsed: 1 },
      'Set 5 of 50 tags to expire, 5/s, about 9 s left',
    ],
    [{ doing: 'restore', done: 1, failed: 0, total: 1, elapsed: 0 }, 'Restored 1 of 1 tag'],
  ] as const)('of %j reads well', (progress, line) => {
    expect(progressLine(progress)).toBe(line);
  });
});

describe('the closing lines of the log', () => {
  test('say the run in plain words', () => {
    const lines = Object.entries(SCENARIOS).map(([name, result]) => {
      const tally = tallyCleanup(result);
      const remain = closingLines(tally).filter((line) => !line.startsWith('Report: '));
      return `${name}: ${[describeCleanup(tally), ...remain].join(' ')}`;
    });
    expect(lines.join('\n')).toMatchSnapshot();
  });

  test.each(Object.entries(SCENARIOS))('of %s say at most once that nothing was done', (_, result) => {
    const sentence = describeCleanup(tallyCleanup(result));
    expect(sentence.match(/nothing/gi)?.length ?? 0).toBeLessThanOrEqual(1);
  });

  test('name the report', () => {
    expect(closingLines(tallyCleanup(SCENARIOS['one repository'] ?? run([]))).at(-1)).toBe(
      'Report: /home/runner/work/_temp/quay-tag-cleanup-report.json',
    );
  });
});
