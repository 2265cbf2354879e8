export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/__tests__/support/strip-types.mjs' },
  globalSetup: '<rootDir>/__tests__/support/install-action.mjs',
  testTimeout: 60_000,
  // The tests wait for servers and processes most of the time: more of them at once than there are processors.
  maxWorkers: 8,
};
