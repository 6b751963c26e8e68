const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // A mutation run that was stopped leaves a copy of everything.
  modulePathIgnorePatterns: [
    '<rootDir>/dist',
    '<rootDir>/src/sdk/dist',
    '<rootDir>/\\.stryker-tmp',
  ],
  transform: { '^.+\\.ts$': '<rootDir>/test/support/transform.mjs' },
  setupFiles: ['<rootDir>/test/support/fixed-seed.ts'],
};

/** Specs against real servers share one PostgreSQL, which the first project of a run starts. */
const withPostgres = {
  ...shared,
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

/** Stories in which the seconds of a load count: nothing may run beside them. */
const timed = '(convergence|demo)\\.e2e-spec\\.ts$';

/** Stories of a load that need not be quick, or of a person's patience: one other may run beside them. */
const unhurried =
  '(demo-interrupted|human-override|kill|server|ui|unleash-killed|unleash-rollout)\\.e2e-spec\\.ts$';

export default {
  // Real servers start within a test, and three share two processors; a test that hangs still ends.
  testTimeout: 180_000,
  projects: [
    { ...shared, displayName: 'unit', testRegex: '(src|bench|test/simulation)/.*\\.spec\\.ts$' },
    {
      ...withPostgres,
      displayName: 'integration',
      testRegex: 'test/integration/.*\\.int-spec\\.ts$',
    },
    {
      ...withPostgres,
      displayName: 'e2e',
      testRegex: 'test/e2e/.*\\.e2e-spec\\.ts$',
      testPathIgnorePatterns: [`test/e2e/${timed}`, `test/e2e/${unhurried}`],
    },
    { ...withPostgres, displayName: 'unhurried', testRegex: `test/e2e/${unhurried}` },
    { ...withPostgres, displayName: 'timed', testRegex: `test/e2e/${timed}` },
  ],
};
