import { describe, expect, test } from '@jest/globals';
import { describeRun } from '../../src/report/describe-cleanup.ts';
import { closingLines, progressLine } from '../../src/report/progress-line.ts';
import { run } from './results.ts';
import { SCENARIOS } from './scenarios.ts';

describe('the progress line', () => {
  test.each([
    [
      { mode: 'delete', done: 250, total: 1000, elapsed: 5.2 },
      'Deleted 250 of 1,000 tags, 48/s, about 16 s left',
    ],
    [{ mode: 'delete', done: 0, total: 1000, elapsed: 5 }, 'Deleted 0 of 1,000 tags'],
    [
      { mode: 'delete', done: 2, total: 10_000, elapsed: 5 },
      'Deleted 2 of 10,000 tags, 0.4/s, about 6 h 57 min left',
    ],
    [{ mode: 'delete', done: 1000, total: 1000, elapsed: 20 }, 'Deleted 1,000 of 1,000 tags, 50/s'],
    [{ mode: 'expire', done: 5, total: 50, elapsed: 1 }, 'Set 5 of 50 tags to expire, 5/s, about 9 s left'],
    [{ mode: 'restore', done: 1, total: 1, elapsed: 0 }, 'Restored 1 of 1 tag'],
  ] as const)('of %j reads well', (progress, line) => {
    expect(progressLine(progress)).toBe(line);
  });
});

describe('the closing lines of the log', () => {
  test('say the run in plain words', () => {
    const lines = Object.entries(SCENARIOS).map(
      ([name, result]) => `${name}: ${[describeRun(result), ...closingLines(result).slice(0, 1)].join(' ')}`,
    );
    expect(lines.join('\n')).toMatchSnapshot();
  });

  test('name the report', () => {
    expect(closingLines(SCENARIOS['one repository'] ?? run([])).at(-1)).toBe(
      'The report with every tag and its reason is /home/runner/work/_temp/quay-tag-cleanup-report.json',
    );
  });
});
