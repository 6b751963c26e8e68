/** What each unit's past says of its rate of failures, relative to the average of all. */
export interface RelativeRates {
  /** Best guess per unit; 1 is the average. */
  readonly relative: readonly number[];
  /** Variance of each guess. */
  readonly variance: readonly number[];
  /** Variance of the true relative rates among units; also the variance of a unit without a past. */
  readonly spread: number;
}

/** Rates never differ less than this: it keeps the weights below finite. */
const leastSpread = 1e-4;

/** What is believed of the spread before any unit was seen: 1, give or take 1. */
const assumedSpread = 1;

/**
 * How much the true relative rates vary. Each unit's squared surprise (x - e)² - φe estimates
 * spread × e², with a variance of about 2 (φe + spread × e²)²; they are averaged by the inverse of
 * that, together with the assumption. Where history is short the assumption stays, so that little
 * knowledge is never taken for likeness.
 */
function estimateSpread(
  observed: readonly number[],
  expected: readonly number[],
  dispersion: number,
): number {
  let spread = assumedSpread;
  for (let round = 0; round < 3; round += 1) {
    let weight = 1;
    let sum = assumedSpread;
    for (const [unit, e] of expected.entries()) {
      if (e <= 0) continue;
      const x = observed[unit] ?? 0;
      const deviation = dispersion / e + spread;
      const precision = 0.5 / (deviation * deviation);
      weight += precision;
      sum += precision * (((x - e) * (x - e)) / (e * e) - dispersion / e);
    }
    spread = Math.max(leastSpread, sum / weight);
  }
  return spread;
}

/**
 * Relative rates by empirical Bayes: unit `u` had `observed[u]` failures where `expected[u]` are usual
 * for its requests. Rates are taken as gamma-distributed around 1, counts as Poisson, overdispersed
 * by `dispersion` >= 1: relative = (x/φ + k) / (e/φ + k) with k = 1/spread. Units that are little
 * known are drawn to 1; without any failure at all every unit gets 1.
 *
 * Source: Clayton & Kaldor 1987, *Empirical Bayes estimates of age-standardized relative risks*;
 * spread by weighted moments.
 */
export function relativeRates(
  observed: readonly number[],
  expected: readonly number[],
  dispersion: number,
): RelativeRates {
  const spread = estimateSpread(observed, expected, dispersion);
  const k = 1 / spread;
  const shape = observed.map((x) => x / dispersion + k);
  const scale = expected.map((e) => e / dispersion + k);
  return {
    relative: shape.map((a, unit) => a / (scale[unit] ?? k)),
    variance: shape.map((a, unit) => a / (scale[unit] ?? k) ** 2),
    spread,
  };
}
