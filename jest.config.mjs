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
  // What a file of tests loads is never freed.
  workerIdleMemoryLimit: '200MB',
  // A worker that was begun anew for that after its last file is not up yet on a busy machine when Jest ends it, and after half a
  // second Jest would say that something is left open.
  workerGracefulExitTimeout: 10_000,
};
