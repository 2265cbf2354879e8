import { expect, test } from '@jest/globals';
import { withinTime } from '../../src/runner/time-limit.ts';

/** Waits without using the processor, as on a machine that has something else to do. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('the time limit counts the time that work takes, not the time that a busy machine keeps it waiting', () => {
  let begun = 0;
  const work = () => {
    begun += 1;
    if (begun <= 2) standStill(150);
    return 'done';
  };
  expect(withinTime(40, work)).toEqual({ value: 'done' });
});

test('the time limit ends what works without end', () => {
  const work = () => {
    for (;;);
  };
  expect(withinTime(40, work)).toBe('timeout');
});

test('the time limit lets an error of the work through', () => {
  const work = () => {
    throw new SyntaxError('too large');
  };
  expect(() => withinTime(40, work)).toThrow('too large');
});
