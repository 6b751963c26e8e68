/** Two cohorts of units: columns by the same index. */
export interface ComparedUnits {
  /** 1 on the old side, 2 on the new, 0 on neither. */
  readonly side: readonly number[];
  /** Requests per time, of any scale. */
  readonly flow: readonly number[];
  /** Relative rates of failures and their variances; 1 and `spread` where the column is too short. */
  readonly relative: readonly number[];
  readonly variance: readonly number[];
  readonly spread: number;
  /** Variance of a unit's relative rate over time, as a part of it, squared. */
  readonly drift: number;
}

/**
 * Variance of ln(expected new rate / expected old rate), by the uncertainty of the units' relative
 * rates: over both cohorts Σ share² × (variance + drift × relative²) / (Σ share × relative)². A cohort
 * without traffic adds nothing.
 */
export function comparisonVariance(units: ComparedUnits): number {
  const { side, flow, relative, variance, spread, drift } = units;
  const whole: [number, number, number] = [0, 0, 0];
  const squares: [number, number, number] = [0, 0, 0];
  for (let unit = 0; unit < side.length; unit += 1) {
    const made = flow[unit] ?? 0;
    const rate = relative[unit] ?? 1;
    const cohort = side[unit] === 2 ? 2 : side[unit] === 1 ? 1 : 0;
    whole[cohort] += made * rate;
    squares[cohort] += made * made * ((variance[unit] ?? spread) + drift * rate * rate);
  }
  const part = (cohort: 1 | 2): number =>
    whole[cohort] <= 0 ? 0 : squares[cohort] / (whole[cohort] * whole[cohort]);
  return part(1) + part(2);
}

/**
 * Factor by which the tolerated ratio is widened when the standard deviation of ln(expected new rate /
 * expected old rate) is `deviation`: what the units' past leaves open must not be taken for harm.
 * Calibrated by simulation (docs/guards/errors.md), not proved.
 */
export function wideningFactor(deviation: number): number {
  return Math.exp(deviation);
}
