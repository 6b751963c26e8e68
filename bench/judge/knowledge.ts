import { logBernoulliE, projectBernoulli } from '../../src/core/statistics/bernoulli-e-variable.ts';
import { logPoissonE, projectPoisson } from '../../src/core/statistics/poisson-e-variable.ts';
import { toleratedRate, type TwoStreams } from '../../src/core/statistics/two-streams.ts';
import type { SideDurations } from './latency-trace.ts';
import { latencyQuantiles, tolerance } from './policy.ts';
import type { CohortSums } from './stand.ts';
import type { Trace } from './trace.ts';

/** What somebody who knows all true rates makes of one moment. */
export interface Knowledge {
  /**
   * How much the moment can tell at most about harm beyond the tolerance, in nats: the divergence of
   * the true rates from the nearest tolerated ones. No test with a chance α of a false alarm detects
   * on less than ln(1/α) of it on average (Wald 1945; Garivier & Kaufmann 2016).
   */
  readonly information: number;
  /** ln of the best evidence for that harm: of the true rates against the nearest tolerated ones. */
  readonly logE: number;
}

const nothing: Knowledge = { information: 0, logE: 0 };
const diagonal = { ratio: 1, add: 0 };

/** Errors and durations together; both are 0 while the migration does no harm. */
export function knowledgeOf(trace: Trace, index: number, sums: CohortSums): Knowledge {
  const errors = sums.isHarmed ? ofErrors(sums) : nothing;
  const isSlow = trace.slowFrom !== null && sums.at > trace.slowFrom;
  const latency = trace.latency[index];
  if (!isSlow || latency === undefined) return errors;
  const slow = ofDurations(latency.new, latency.old);
  return {
    information: errors.information + slow.information,
    logE: errors.logE + slow.logE,
  };
}

function ofErrors(sums: CohortSums): Knowledge {
  const { newTotal, oldTotal, newRate, oldRate } = sums;
  if (newTotal === 0 || oldTotal === 0) return nothing;
  if (newRate <= toleratedRate(oldRate, tolerance)) return nothing;
  const nearest = projectPoisson({ newRate, oldRate }, newTotal, oldTotal, tolerance);
  return {
    information:
      newTotal * poissonDivergence(newRate, nearest.newRate) +
      oldTotal * poissonDivergence(oldRate, nearest.oldRate),
    logE: logPoissonE(sums, { newRate, oldRate }, tolerance, 'harm'),
  };
}

function poissonDivergence(u: number, v: number): number {
  return (u === 0 ? 0 : u * Math.log(u / v)) - u + v;
}

function bernoulliDivergence(u: number, v: number): number {
  const part = (x: number, y: number): number => (x === 0 ? 0 : x * Math.log(x / y));
  return part(u, v) + part(1 - u, 1 - v);
}

/** The monitored quantile that tells most, one bucket of slowness tolerated. */
function ofDurations(fresh: SideDurations, old: SideDurations): Knowledge {
  let best = nothing;
  for (const quantile of latencyQuantiles) {
    const bucket = quantileOf(old.expected, quantile);
    const bet = {
      newRate: above(fresh.expected, bucket + 1),
      oldRate: above(old.expected, bucket),
    };
    const counts: TwoStreams = {
      newTotal: sum(fresh.seen),
      newBad: Math.round(above(fresh.seen, bucket + 1) * sum(fresh.seen)),
      oldTotal: sum(old.seen),
      oldBad: Math.round(above(old.seen, bucket) * sum(old.seen)),
    };
    const { newTotal, oldTotal } = counts;
    if (newTotal === 0 || oldTotal === 0 || bet.newRate <= bet.oldRate) continue;
    const nearest = projectBernoulli(bet, newTotal, oldTotal, diagonal);
    const information =
      newTotal * bernoulliDivergence(bet.newRate, nearest.newRate) +
      oldTotal * bernoulliDivergence(bet.oldRate, nearest.oldRate);
    if (information <= best.information) continue;
    best = { information, logE: logBernoulliE(counts, bet, diagonal, 'harm') };
  }
  return best;
}

type Counts = Int32Array | Float64Array;

function sum(counts: Counts): number {
  let whole = 0;
  for (const count of counts) whole += count;
  return whole;
}

/** Part of the durations in buckets beyond `bucket`. */
function above(counts: Counts, bucket: number): number {
  let beyond = 0;
  for (let index = bucket + 1; index < counts.length; index += 1) beyond += counts[index] ?? 0;
  return beyond / Math.max(Number.MIN_VALUE, sum(counts));
}

/** The lowest bucket with at least this part of the durations in it or below. */
function quantileOf(counts: Counts, quantile: number): number {
  const wanted = quantile * sum(counts);
  let below = 0;
  for (let index = 0; index < counts.length; index += 1) {
    below += counts[index] ?? 0;
    if (below >= wanted) return index;
  }
  return counts.length - 1;
}
