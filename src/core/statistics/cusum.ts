/**
 * Per alternative, ln of the evidence since the moment from which on it is greatest: 0 while there is
 * nothing to be seen. All that an e-process would have gained had it known the onset, which costs an
 * e-process several nats not to know. So it is no evidence at a time chosen by looking; it serves to
 * ask, at a moment that something else has chosen, whether these counts look like harm.
 *
 * Each tick multiplies by an e-variable, so under the null a sum stands above h with a probability of at
 * most e^-h at any given moment.
 *
 * Source: Page 1954, *Continuous inspection schemes* (Biometrika 41); the bound: Kingman 1964.
 */
export type Cusum = readonly number[];

export const noCusum: Cusum = [];

/** The sums after a tick with ln E for each alternative; `dispersion` as in `ProcessTick`. */
export function advanceCusum(before: Cusum, logE: readonly number[], dispersion: number): Cusum {
  const after = logE.slice();
  for (let k = 0; k < after.length; k += 1) {
    after[k] = Math.max(0, (before[k] ?? 0) + (after[k] ?? 0) / dispersion);
  }
  return after;
}

/** The greatest of the sums; 0 for none. */
export function greatest(sums: Cusum): number {
  return Math.max(0, ...sums);
}
