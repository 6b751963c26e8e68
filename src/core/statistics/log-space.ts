/**
 * Terms that are smaller than another by more than this, as a difference of logarithms, are lost in the
 * rounding of their sum: e^-40 is a fiftieth of half a unit in the last place of 1.
 */
const lost = -40;

/** ln(e^a + e^b) without overflow; -Infinity stands for ln 0. */
export function logAddExp(a: number, b: number): number {
  const high = a >= b ? a : b;
  const low = a >= b ? b : a;
  // Spares two functions and no bit: what would be added to a number this large is lost.
  if (low - high < lost && (high < -1 || high > 1)) return high;
  return low === -Infinity ? high : high + Math.log1p(Math.exp(low - high));
}

/** ln of the sum of e^x over `first` and all x; -Infinity for an empty list. */
export function logSumExp(logs: readonly number[], first = -Infinity): number {
  let high = first;
  for (let k = 0; k < logs.length; k += 1) high = Math.max(high, logs[k] ?? 0);
  if (!Number.isFinite(high)) return high;
  let sum = Math.exp(first - high);
  for (let k = 0; k < logs.length; k += 1) {
    const below = (logs[k] ?? 0) - high;
    if (below > lost || sum < 1) sum += Math.exp(below);
  }
  return high + Math.log(sum);
}

/** A process's evidence, as a natural logarithm, and its weight before the start. */
export interface WeightedLog {
  readonly weight: number;
  readonly log: number;
}

/**
 * ln of the weighted average, with weights that are brought to a sum of 1. The average of e-processes
 * is an e-process however they depend on each other (Vovk & Wang 2021, *E-values: calibration,
 * combination and applications*), as long as the weights were fixed before the start. An empty list
 * gives 0: no evidence.
 */
export function logAverage(terms: readonly WeightedLog[]): number {
  if (terms.length === 0) return 0;
  const whole = terms.reduce((sum, term) => sum + term.weight, 0);
  return logSumExp(terms.map((term) => Math.log(term.weight / whole) + term.log));
}
