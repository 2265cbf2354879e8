import { describe, expect, test } from '@jest/globals';
import { parsePattern } from '../../src/selection/patterns/parse-pattern.ts';
import { withinTime } from '../../src/selection/patterns/time-limit.ts';

const onTimeout = () => new Error('too slow');

/** Waits without using the processor, as on a machine that has something else to do. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('the time limit of a regular expression', () => {
  test('counts the time that it works, not the time that a busy machine keeps it waiting', () => {
    let begun = 0;
    const work = () => {
      begun += 1;
      if (begun <= 2) standStill(150);
      return 'done';
    };
    expect(withinTime(40, { work, onTimeout })).toBe('done');
  });

  test('ends what works without end', () => {
    const work = () => {
      for (;;);
    };
    expect(() => withinTime(40, { work, onTimeout })).toThrow('too slow');
  });

  test('lets a harmless expression look at a million names', () => {
    const names = Array.from({ length: 1_000_000 }, (_, index) => `feature-x-${index}-amd64`);
    const pattern = parsePattern('/^feature-.*-(amd|arm)64$/', 'tags');
    expect(pattern.match(names).every((match) => match !== undefined)).toBe(true);
  });
});
