import fc from 'fast-check';

/**
 * The same walks in every run, so that a red run is red again; another seed by CROSSFADE_TEST_SEED,
 * as the acceptance run gives.
 */
fc.configureGlobal({ seed: Number(process.env['CROSSFADE_TEST_SEED'] ?? '20261121') });
