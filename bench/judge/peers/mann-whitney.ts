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

/** Ranks of the experiment moved by `-shift`, among the control. */
function rank(experiment: readonly number[], control: readonly number[], shift: number): Ranked {
  const all = [
    ...experiment.map((value) => ({ value: value - shift, own: true })),
    ...control.map((value) => ({ value, own: false })),
  ].toSorted((a, b) => a.value - b.value);
  let [rankSum, ties] = [0, 0];
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    const tied = to - from;
    const own = all.slice(from, to).filter((each) => each.own).length;
    rankSum += (own * (from + 1 + to)) / 2;
    ties += tied ** 3 - tied;
    from = to;
  }
  return { rankSum, ties };
}

/** The standardised U at a shift, continuity corrected; it falls with the shift. NaN when all tie. */
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
  experiment: readonly number[],
  control: readonly number[],
  z: number,
): MannWhitney | null {
  const from = Math.min(...experiment) - Math.max(...control);
  const to = Math.max(...experiment) - Math.min(...control);
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
