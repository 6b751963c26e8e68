/**
 * The mutation run over what judges, `npm run mutants`: some 5,900 mutants. One file at a time with
 * `-- --mutate src/core/judge/harm.ts`. Whole simulations, which take from seconds to minutes and would be run for
 * nearly every mutant, take no part.
 */
export default {
  mutate: ['src/core/{judge,statistics,histogram}/**/*.ts', '!**/*.spec.ts', '!**/*.fixture.ts'],
  plugins: ['./test/mutation/spec-runner.ts'],
  testRunner: 'specs',
  specs: {
    files: ['src/core/{judge,statistics,histogram}/**/*.spec.ts'],
    but: ['**/{*simulated,*detection,*random-nulls,judge/judge}.spec.ts'],
  },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  reporters: ['progress-append-only', 'clear-text', 'json'],
  jsonReporter: { fileName: 'node_modules/.cache/mutants.json' },
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  allowConsoleColors: false,
  thresholds: { high: 95, low: 85, break: 85 },
  ignoreStatic: true,
  timeoutMS: 5_000,
};
