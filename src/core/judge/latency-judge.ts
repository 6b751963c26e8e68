import { bucketsPerDoubling } from '../histogram/bucket-index.ts';
import {
  type Buckets,
  countAbove,
  mergeBuckets,
  totalCount,
} from '../histogram/exponential-histogram.ts';
import { limitBucket } from '../histogram/latency-limit.ts';
import { quantileBucket } from '../histogram/quantile.ts';
import type { LatencyGuard } from '../policy/guard.ts';
import {
  belowRates,
  belowWeights,
  harmOdds,
  harmOddsWeights,
  notWorseOdds,
  notWorseOddsWeights,
} from '../statistics/alternatives.ts';
import { logBernoulliE } from '../statistics/bernoulli-e-variable.ts';
import { decayRate, guessRate } from '../statistics/decayed-rate.ts';
import {
  advanceProcess,
  type EProcess,
  logEvidence,
  newProcess,
  type ProcessPlan,
} from '../statistics/e-process.ts';
import { logAverage } from '../statistics/log-space.ts';
import { logBelowE } from '../statistics/one-sample-e-variable.ts';
import type { TwoStreams } from '../statistics/two-streams.ts';
import type { LatencyWatch } from './judge-state.ts';

const harmPlan: ProcessPlan = { weights: harmOddsWeights, first: 0.2 };
const besidePlan: ProcessPlan = { weights: notWorseOddsWeights, first: 0.9 };
const historyPlan: ProcessPlan = { weights: belowWeights, first: 0.9 };

/** The tolerance is horizontal, in the limit; the rates themselves must not differ at all. */
const diagonal = { ratio: 1, add: 0 };

/** Durations of both cohorts in one tick. */
export interface LatencyTick {
  readonly seconds: number;
  readonly canary: Buckets;
  readonly baseline: Buckets;
  readonly newTotal: number;
  readonly oldTotal: number;
}

/** A tick of `seconds` with the durations of both cohorts, counted once for all quantiles. */
export function latencyTick(seconds: number, canary: Buckets, baseline: Buckets): LatencyTick {
  const [newTotal, oldTotal] = [totalCount(canary), totalCount(baseline)];
  return { seconds, canary, baseline, newTotal, oldTotal };
}

/** Fewer durations than this give no p99 worth freezing. */
const fewestDurations = 100;

/** So many durations of the steps before are recent and enough; with fewer, older ones are added. */
const enoughDurations = 1_000;

/**
 * The old side's durations that thresholds come from: those of the step that just ended, and as many
 * of the steps before it as are needed for a p99. What was long ago, such as the load of a backfill,
 * says nothing about how slow the old side is now.
 */
export function recentDurations(lately: Buckets, ended: Buckets): Buckets {
  return totalCount(ended) >= enoughDurations ? ended : mergeBuckets(lately, ended);
}

/** True when these durations suffice to set thresholds by. */
export function sufficeForThresholds(durations: Buckets): boolean {
  return totalCount(durations) >= enoughDurations;
}

/** Thresholds set anew, with the evidence for harm gathered so far: bets go on at the new odds. */
export function resetWatches(
  before: readonly LatencyWatch[],
  fresh: readonly LatencyWatch[],
): readonly LatencyWatch[] {
  if (fresh.length === 0) return before;
  return fresh.map((watch) => {
    const known = before.find(({ quantile }) => quantile === watch.quantile);
    return known === undefined ? watch : { ...watch, harm: known.harm };
  });
}

/** So many durations of the history weigh in the first guesses; the present soon outweighs them. */
const mostRemembered = 1_000;

/** The watches of a guard, thresholds taken from `history`; none while too little is known. */
export function freezeWatches(guard: LatencyGuard, history: Buckets): readonly LatencyWatch[] {
  const total = totalCount(history);
  if (total < fewestDurations) return [];
  const kept = Math.min(1, mostRemembered / total);
  return guard.tolerate.flatMap((tolerance) => {
    const oldBucket = quantileBucket(history, tolerance.quantile);
    if (oldBucket === null) return [];
    return {
      quantile: tolerance.quantile,
      oldBucket,
      limitBucket: limitBucket(oldBucket, tolerance),
      old: { total: kept * total, bad: kept * countAbove(history, oldBucket) },
      harm: newProcess,
    };
  });
}

function streams(watch: LatencyWatch, limit: number, tick: LatencyTick): TwoStreams {
  return {
    newTotal: tick.newTotal,
    newBad: countAbove(tick.canary, limit),
    oldTotal: tick.oldTotal,
    oldBad: countAbove(tick.baseline, watch.oldBucket),
  };
}

/** The quantile that may act during the warm-up: the one nearest to p90. */
function actsWhileWarming(watch: LatencyWatch, all: readonly LatencyWatch[]): boolean {
  const distance = ({ quantile }: LatencyWatch): number => Math.abs(quantile - 0.9);
  return all.every((other) => distance(watch) <= distance(other));
}

/**
 * The watches after a tick. Bad is "longer than the limit" on the new side and "longer than the old
 * quantile" on the old side, so equal rates mean: exactly as much slower as tolerated. During the
 * warm-up only p90 acts, with a limit twice as high.
 */
export function advanceWatches(
  watches: readonly LatencyWatch[],
  tick: LatencyTick,
  warming: boolean,
): readonly LatencyWatch[] {
  return watches.map((watch) => {
    const limit = watch.limitBucket + (warming ? bucketsPerDoubling : 0);
    const counts = streams(watch, limit, tick);
    const oldRate = guessRate(watch.old);
    const logE =
      warming && !actsWhileWarming(watch, watches)
        ? []
        : harmOdds(oldRate).map((newRate) =>
            logBernoulliE(counts, { newRate, oldRate }, diagonal, 'harm'),
          );
    return {
      ...watch,
      old: decayRate(watch.old, { total: counts.oldTotal, bad: counts.oldBad }, tick.seconds),
      harm: advanceProcess(watch.harm, harmPlan, { seconds: tick.seconds, logE }),
    };
  });
}

/**
 * The two processes of each watch for "not worse", flat: beside the old cohort, and against history.
 *
 * Beside: the old side has long durations as often as the new side has durations beyond the limit,
 * or less often, is refuted. Where the old cohort is small and the quantile high that takes long, for
 * it sees few such durations. Against history: the new side's quantile lies beyond the limit, is
 * refuted; that bets only while the old side still is as slow as its history (at least half as many
 * long durations), known before the tick. Either proof shows "not slower than tolerated"; their
 * average is one process against both being wrong.
 */
export function advanceNotWorse(
  processes: readonly EProcess[],
  watches: readonly LatencyWatch[],
  tick: LatencyTick,
): readonly EProcess[] {
  return watches.flatMap((watch, index) => {
    const counts = streams(watch, watch.limitBucket, tick);
    const oldRate = guessRate(watch.old);
    const beside = notWorseOdds(oldRate).map((newRate) =>
      logBernoulliE(counts, { newRate, oldRate }, diagonal, 'notWorse'),
    );
    const border = 1 - watch.quantile;
    const isStillTrue = oldRate >= border / 2;
    const sample = { total: counts.newTotal, bad: counts.newBad };
    const alone = isStillTrue
      ? belowRates(border).map((bet) => logBelowE(sample, bet, border))
      : [];
    const { seconds } = tick;
    return [
      advanceProcess(processes[2 * index] ?? newProcess, besidePlan, { seconds, logE: beside }),
      advanceProcess(processes[2 * index + 1] ?? newProcess, historyPlan, { seconds, logE: alone }),
    ];
  });
}

/** ln of a watch's evidence for harm. */
export function logWatchHarm(watch: LatencyWatch): number {
  return logEvidence(watch.harm, harmPlan);
}

/** ln of the guard's evidence for harm: all its quantiles weigh the same. */
export function logLatencyHarm(watches: readonly LatencyWatch[]): number {
  return logAverage(watches.map((watch) => ({ weight: 1, log: logWatchHarm(watch) })));
}

/** ln of the evidence for "not worse" at the watch with this index. */
export function logWatchNotWorse(processes: readonly EProcess[], index: number): number {
  return logAverage([
    { weight: 1, log: logEvidence(processes[2 * index] ?? newProcess, besidePlan) },
    { weight: 1, log: logEvidence(processes[2 * index + 1] ?? newProcess, historyPlan) },
  ]);
}
