import { test } from '@jest/globals';
import fc from 'fast-check';

const seed = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31);

/** How often each property is tried, and the seed: a failure tells it, and `FAST_CHECK_SEED` tries the same again. */
export const RUNS = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 100), seed };

/** Tests that a sentence holds for whatever values, so many times more often than others. */
export function forAny<Values extends unknown[]>(
  ...values: { readonly [Key in keyof Values]: fc.Arbitrary<Values[Key]> }
): (sentence: string, holds: (...values: Values) => void, times?: number) => void {
  const property = (holds: (...values: Values) => void) =>
    fc.property(fc.tuple(...values), (all) => holds(...(all as Values)));
  return (sentence, holds, times = 1) =>
    test(sentence, () => fc.assert(property(holds), { ...RUNS, numRuns: times * RUNS.numRuns }));
}
