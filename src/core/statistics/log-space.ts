/** ln(e^a + e^b) without overflow; -Infinity stands for ln 0. */
export function logAddExp(a: number, b: number): number {
  const high = a >= b ? a : b;
  const low = a >= b ? b : a;
  return low === -Infinity ? high : high + Math.log1p(Math.exp(low - high));
}

/** ln of the sum of e^x over all x; -Infinity for an empty list. */
export function logSumExp(logs: readonly number[]): number {
  let high = -Infinity;
  for (const log of logs) high = Math.max(high, log);
  if (!Number.isFinite(high)) return high;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - high);
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
