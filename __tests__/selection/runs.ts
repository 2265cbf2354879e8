const seed = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31);

/** How often each property is tried, and the seed: a failure tells it, and `FAST_CHECK_SEED` tries the same again. */
export const RUNS = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 100), seed };
