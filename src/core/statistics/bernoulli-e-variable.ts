import {
  type Direction,
  isOnItsSide,
  type Margin,
  type RatePair,
  type TwoStreams,
} from './two-streams.ts';

/** Enough halvings to use up a double. */
const halvings = 80;

/**
 * The nearest point of the border newRate = ratio × oldRate. Setting the derivative of the divergence
 * to 0 leaves ratio (n + m) q² - (n (ratio + a) + m (1 + b ratio)) q + n a + m b = 0, of which the
 * smaller root lies on the border; it is taken in the form that does not cancel.
 */
function projectOnRay(bet: RatePair, n: number, m: number, ratio: number): RatePair {
  const { newRate: a, oldRate: b } = bet;
  const square = ratio * (n + m);
  const linear = n * (ratio + a) + m * (1 + b * ratio);
  const constant = n * a + m * b;
  const root = Math.sqrt(Math.max(0, linear * linear - 4 * square * constant));
  const oldRate = (2 * constant) / (linear + root);
  return { newRate: ratio * oldRate, oldRate };
}

/**
 * The point of the border newRate = ratio × oldRate + add that is nearest to `bet`, by the
 * Kullback-Leibler divergence of two Bernoulli streams. Where the border is the diagonal, that is the
 * pooled rate; where it goes through the origin, the root of a quadratic; else the divergence is convex
 * along the border, so the sign of its derivative leads there by bisection. Rates of `bet` lie strictly
 * between 0 and 1.
 */
export function projectBernoulli(
  bet: RatePair,
  newTotal: number,
  oldTotal: number,
  { ratio, add }: Margin,
): RatePair {
  if (ratio === 1 && add === 0) {
    const pooled = (newTotal * bet.newRate + oldTotal * bet.oldRate) / (newTotal + oldTotal);
    return { newRate: pooled, oldRate: pooled };
  }
  if (add === 0) return projectOnRay(bet, newTotal, oldTotal, ratio);
  let low = 0;
  let high = Math.min(1, (1 - add) / ratio);
  for (let step = 0; step < halvings; step += 1) {
    const oldRate = (low + high) / 2;
    const newRate = ratio * oldRate + add;
    const slope =
      (newTotal * ratio * (newRate - bet.newRate)) / (newRate * (1 - newRate)) +
      (oldTotal * (oldRate - bet.oldRate)) / (oldRate * (1 - oldRate));
    if (slope < 0) low = oldRate;
    else high = oldRate;
  }
  const oldRate = (low + high) / 2;
  return { newRate: ratio * oldRate + add, oldRate };
}

function logLikelihoodRatio(total: number, bad: number, bet: number, null_: number): number {
  return bad * Math.log(bet / null_) + (total - bad) * Math.log((1 - bet) / (1 - null_));
}

/**
 * ln E of one tick for events that are not rare, such as durations above the median.
 *
 * As `logPoissonE`, with the Bernoulli likelihood: ln of the expectation is concave in the true rates
 * and has its highest point over the null, 0, at the projection. 0 when a side had no traffic or the
 * bet lies on the wrong side of the border.
 *
 * Source: Turner, Ly & Grünwald 2024, *Generic E-variables for exact sequential k-sample tests*.
 */
export function logBernoulliE(
  counts: TwoStreams,
  bet: RatePair,
  margin: Margin,
  direction: Direction,
): number {
  const { newTotal, newBad, oldTotal, oldBad } = counts;
  if (newTotal === 0 || oldTotal === 0 || !isOnItsSide(bet, margin, direction)) return 0;
  const null_ = projectBernoulli(bet, newTotal, oldTotal, margin);
  return (
    logLikelihoodRatio(newTotal, newBad, bet.newRate, null_.newRate) +
    logLikelihoodRatio(oldTotal, oldBad, bet.oldRate, null_.oldRate)
  );
}
