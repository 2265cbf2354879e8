import { availableParallelism } from 'node:os';

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/__tests__/support/strip-types.mjs' },
  globalSetup: '<rootDir>/__tests__/support/install-action.mjs',
  testTimeout: 60_000,
  // Each worker loads the source for itself; one more than there are processors works while others wait for a process.
  maxWorkers: availableParallelism() + 1,
  // What a file of tests loads is never freed. A worker with a large heap takes so long to end on a busy machine that Jest loses
  // patience after half a second, and says that something is left open.
  workerIdleMemoryLimit: '200MB',
};
