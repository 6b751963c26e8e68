import { findRoot } from './brent.ts';

/** Where Kayenta's root finder stops, as an absolute distance. */
const rootTolerance = 1e-4;

/** The Mann-Whitney test of Kayenta's judge on two series. */
export interface MannWhitney {
  /** Bounds of the confidence interval of the shift from control to experiment. */
  readonly lower: number;
  readonly upper: number;
  /** Hodges-Lehmann estimate of that shift. */
  readonly estimate: number;
}

interface Ranked {
  /** Sum of the experiment's ranks, ties averaged. */
  readonly rankSum: number;
  /** Sum of t³ - t over the groups of t tied values. */
  readonly ties: number;
}

/** Ranks of the experiment moved by `-shift`, among the control; both in ascending order. */
function rank(experiment: readonly number[], control: readonly number[], shift: number): Ranked {
  let [rankSum, ties] = [0, 0];
  for (let own = 0, other = 0; own < experiment.length || other < control.length;) {
    const from = own + other;
    const nextOwn = (experiment[own] ?? Infinity) - shift;
    const value = Math.min(nextOwn, control[other] ?? Infinity);
    const ownFrom = own;
    while (own < experiment.length && (experiment[own] ?? 0) - shift === value) own += 1;
    while (other < control.length && control[other] === value) other += 1;
    const to = own + other;
    const tied = to - from;
    rankSum += ((own - ownFrom) * (from + 1 + to)) / 2;
    ties += tied ** 3 - tied;
  }
  return { rankSum, ties };
}

/**
 * The standardised U at a shift, continuity corrected; it falls with the shift. NaN when all tie. Both
 * series in ascending order.
 */
function standardised(
  experiment: readonly number[],
  control: readonly number[],
  shift: number,
): number {
  const [m, n] = [experiment.length, control.length];
  const { rankSum, ties } = rank(experiment, control, shift);
  const centred = rankSum - (m * (m + 1)) / 2 - (m * n) / 2;
  const whole = m + n;
  const variance = ((m * n) / 12) * (whole + 1 - ties / (whole * (whole - 1)));
  return (centred - 0.5 * Math.sign(centred)) / Math.sqrt(variance);
}

/**
 * The interval and estimate as Kayenta's judge finds them: where the standardised U crosses ± the
 * normal quantile `z`, and 0. Bounds outside the bracket are its ends; null when all values tie.
 */
export function mannWhitney(
  values: readonly number[],
  others: readonly number[],
  z: number,
): MannWhitney | null {
  // Sorted once: the root finder asks for the ranks at many shifts.
  const [experiment, control] = [ascending(values), ascending(others)];
  const from = (experiment[0] ?? Infinity) - (control.at(-1) ?? -Infinity);
  const to = (experiment.at(-1) ?? -Infinity) - (control[0] ?? Infinity);
  if (from === to) return null;
  const crossing = (target: number): number => {
    const above = (shift: number): number => standardised(experiment, control, shift) - target;
    if (above(from) <= 0) return from;
    if (above(to) >= 0) return to;
    return findRoot(above, from, to, rootTolerance);
  };
  const balance = (shift: number): number => standardised(experiment, control, shift);
  const estimate = findRoot(balance, from, to, rootTolerance);
  const found = { lower: crossing(z), upper: crossing(-z), estimate };
  return Object.values(found).every(Number.isFinite) ? found : null;
}

function ascending(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b);
}
