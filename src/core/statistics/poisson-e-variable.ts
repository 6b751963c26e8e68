import {
  type Direction,
  isOnItsSide,
  type Margin,
  type RatePair,
  type TwoStreams,
} from './two-streams.ts';

/**
 * The point of the border newRate = ratio × oldRate + add that is nearest to `bet`, by the
 * Kullback-Leibler divergence of two Poisson streams with exposures `newTotal` and `oldTotal`.
 *
 * Setting the derivative to 0 gives a quadratic in the old rate with one positive root; the root is
 * taken in the form that does not cancel. `bet.oldRate` and at least one exposure must be positive.
 */
export function projectPoisson(
  bet: RatePair,
  newTotal: number,
  oldTotal: number,
  { ratio, add }: Margin,
): RatePair {
  const square = ratio * (newTotal * ratio + oldTotal);
  const linear = newTotal * ratio * (add - bet.newRate) + oldTotal * (add - bet.oldRate * ratio);
  const constant = -oldTotal * bet.oldRate * add;
  const root = Math.sqrt(linear * linear - 4 * square * constant);
  const oldRate = linear <= 0 ? (root - linear) / (2 * square) : (-2 * constant) / (linear + root);
  return { newRate: ratio * oldRate + add, oldRate };
}

/**
 * ln E of one tick for rare events, such as errors.
 *
 * E is the likelihood ratio of `bet` against its projection on the border. Its expectation is at most
 * 1 wherever the direction's null holds: ln of the expectation is linear in the true rates, 0 at the
 * projection, and rises only towards the bet. That holds for any rates that change from tick to tick
 * inside the null and any shares of traffic, and for Bernoulli counts too, since (1+z)^n <= e^(nz).
 * `bet` must be chosen without looking at this tick. 0 when a side had no traffic or the bet lies on
 * the wrong side of the border.
 *
 * Source: reverse information projection, Turner, Ly & Grünwald 2024, *Generic E-variables for exact
 * sequential k-sample tests that allow for optional stopping*; Poisson streams, Lindon & Kallus 2024.
 */
export function logPoissonE(
  counts: TwoStreams,
  bet: RatePair,
  margin: Margin,
  direction: Direction,
): number {
  const { newTotal, newBad, oldTotal, oldBad } = counts;
  if (newTotal === 0 || oldTotal === 0 || !isOnItsSide(bet, margin, direction)) return 0;
  const null_ = projectPoisson(bet, newTotal, oldTotal, margin);
  return (
    logOdds(newBad, bet.newRate, null_.newRate) +
    logOdds(oldBad, bet.oldRate, null_.oldRate) -
    newTotal * (bet.newRate - null_.newRate) -
    oldTotal * (bet.oldRate - null_.oldRate)
  );
}

/** What `bad` events tell; mostly there are none, and no logarithm is needed. */
function logOdds(bad: number, bet: number, null_: number): number {
  return bad === 0 ? 0 : bad * Math.log(bet / null_);
}
