import jest from './jest.config.mjs';

const [unit] = jest.projects;

/** Whole simulations, which take from seconds to minutes and would be run for nearly every mutant. */
const simulations = ['simulated', 'detection', 'judge/judge', 'random-nulls'].map(
  (name) => `${name}\\.spec\\.ts$`,
);

/**
 * The mutation run over what judges, `npm run mutants`: 5,300 mutants, most of a night on two cores. One
 * file at a time with `-- --mutate src/core/judge/harm.ts`.
 */
export default {
  mutate: ['src/core/{judge,statistics,histogram}/**/*.ts', '!**/*.spec.ts'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    projectType: 'custom',
    config: {
      ...unit,
      rootDir: '.',
      testRegex: 'src/core/(judge|statistics|histogram)/.*\\.spec\\.ts$',
      testPathIgnorePatterns: simulations,
    },
    // Only the file's own spec and those that import it.
    enableFindRelatedTests: true,
  },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: 'node_modules/.cache/mutants.json' },
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  allowConsoleColors: false,
  thresholds: { high: 95, low: 85, break: 85 },
  ignoreStatic: true,
  timeoutMS: 20_000,
};
