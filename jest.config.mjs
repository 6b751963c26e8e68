const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/src/sdk/dist'],
  transform: { '^.+\\.ts$': '@swc/jest' },
};

export default {
  projects: [
    { ...shared, displayName: 'unit', testRegex: 'src/.*\\.spec\\.ts$' },
    { ...shared, displayName: 'integration', testRegex: 'test/integration/.*\\.int-spec\\.ts$' },
    { ...shared, displayName: 'e2e', testRegex: 'test/e2e/.*\\.e2e-spec\\.ts$' },
  ],
};
