import { logBernoulliE, projectBernoulli } from '../../src/core/statistics/bernoulli-e-variable.ts';
import { logPoissonE, projectPoisson } from '../../src/core/statistics/poisson-e-variable.ts';
import { toleratedRate, type TwoStreams } from '../../src/core/statistics/two-streams.ts';
import type { LatencyMoment, SideDurations } from './latency-trace.ts';
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
  const slow = knownOf(latency);
  return {
    information: errors.information + slow.information,
    logE: errors.logE + slow.logE,
  };
}

/** What the durations of a moment tell is the same for all who ask, and asked often. */
const known = new WeakMap<LatencyMoment, Knowledge>();

function knownOf(moment: LatencyMoment): Knowledge {
  const before = known.get(moment);
  if (before !== undefined) return before;
  const fresh = ofDurations(moment.new, moment.old);
  known.set(moment, fresh);
  return fresh;
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
  const [freshSeen, freshExpected] = [beyondEach(fresh.seen), beyondEach(fresh.expected)];
  const [oldSeen, oldExpected] = [beyondEach(old.seen), beyondEach(old.expected)];
  const [newTotal, oldTotal] = [freshSeen[0] ?? 0, oldSeen[0] ?? 0];
  if (newTotal === 0 || oldTotal === 0) return nothing;
  let best = nothing;
  for (const quantile of latencyQuantiles) {
    const bucket = quantileOf(oldExpected, quantile);
    const newRate = partBeyond(freshExpected, bucket + 1);
    const oldRate = partBeyond(oldExpected, bucket);
    if (newRate <= oldRate) continue;
    const nearest = projectBernoulli({ newRate, oldRate }, newTotal, oldTotal, diagonal);
    const information =
      newTotal * bernoulliDivergence(newRate, nearest.newRate) +
      oldTotal * bernoulliDivergence(oldRate, nearest.oldRate);
    if (information <= best.information) continue;
    const counts: TwoStreams = {
      newTotal,
      newBad: freshSeen[bucket + 2] ?? 0,
      oldTotal,
      oldBad: oldSeen[bucket + 1] ?? 0,
    };
    best = { information, logE: logBernoulliE(counts, { newRate, oldRate }, diagonal, 'harm') };
  }
  return best;
}

/** What lies in each bucket or beyond it. */
function beyondEach(counts: Int32Array | Float64Array): Float64Array {
  const beyond = Float64Array.from(counts);
  for (let index = beyond.length - 2; index >= 0; index -= 1) {
    beyond[index] = (beyond[index] ?? 0) + (beyond[index + 1] ?? 0);
  }
  return beyond;
}

/** Part of the durations in buckets beyond `bucket`. */
function partBeyond(beyond: Float64Array, bucket: number): number {
  return (beyond[bucket + 1] ?? 0) / Math.max(Number.MIN_VALUE, beyond[0] ?? 0);
}

/** The lowest bucket with at least this part of the durations in it or below. */
function quantileOf(beyond: Float64Array, quantile: number): number {
  const most = (1 - quantile) * (beyond[0] ?? 0);
  for (let index = 0; index < beyond.length - 1; index += 1) {
    if ((beyond[index + 1] ?? 0) <= most) return index;
  }
  return beyond.length - 1;
}
