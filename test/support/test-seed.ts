/**
 * What chance is drawn from: the same in every run, so that a red run is red again. Another one by
 * CROSSFADE_TEST_SEED.
 */
export const testSeed = Number(process.env['CROSSFADE_TEST_SEED'] ?? '20261121');
