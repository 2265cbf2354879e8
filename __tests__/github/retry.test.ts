import { describe, expect, test } from '@jest/globals';
import type { Failure } from '../../src/github/failure.ts';
import { LIMITS, RetryBudget } from '../../src/github/retry.ts';

const SILENT: Failure = { kind: 'silent' };

/** Milliseconds that one request takes with a GitHub that fails like this each time. */
function timeLost(patience: RetryBudget, failure: Failure, took: number): number {
  let lost = 0;
  for (let attempt = 1; ; attempt += 1) {
    lost += took;
    const wait = patience.waitAfter(failure, { attempt, took });
    if (wait === undefined) return lost;
    lost += wait;
  }
}

describe('patience with GitHub', () => {
  test('ends within two minutes where it never answers', () => {
    expect(timeLost(new RetryBudget(LIMITS), SILENT, LIMITS.answer)).toBeLessThanOrEqual(120_000);
  });

  test('ends within two minutes in all where each request heals at last', () => {
    const patience = new RetryBudget(LIMITS);
    let lost = 0;
    for (;;) {
      lost += 25_000;
      const wait = patience.waitAfter(SILENT, { attempt: 1, took: 25_000 });
      if (wait === undefined) break;
      lost += wait;
    }
    expect(lost).toBeLessThanOrEqual(120_000);
  });

  test('ends after four attempts where they fail at once', () => {
    const patience = new RetryBudget(LIMITS);
    const waits = [1, 2, 3, 4].map((attempt) =>
      patience.waitAfter({ kind: 'busy', status: 502 }, { attempt, took: 1 }),
    );
    expect(waits.map((wait) => wait !== undefined)).toEqual([true, true, true, false]);
  });

  test('waits as long as GitHub asks, but no longer than a minute', () => {
    const asks = (wait: number) =>
      new RetryBudget(LIMITS).waitAfter(
        { kind: 'secondary-limit', status: 403, wait },
        { attempt: 1, took: 1 },
      );
    expect([asks(0), asks(1000), asks(60_000), asks(61_000)]).toEqual([0, 1000, 60_000, undefined]);
  });

  test('waits a minute where GitHub does not say how long, once', () => {
    const patience = new RetryBudget(LIMITS);
    const limit: Failure = { kind: 'secondary-limit', status: 403 };
    expect(patience.waitAfter(limit, { attempt: 1, took: 1 })).toBe(60_000);
    expect(patience.waitAfter(limit, { attempt: 2, took: 1 })).toBeUndefined();
  });
});
