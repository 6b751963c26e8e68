import { countAbove, totalCount } from '../histogram/bucket-counts.ts';
import { type BucketLayout, ownLayout } from '../histogram/bucket-layout.ts';
import { latencyLimit, twiceAsLong } from '../histogram/latency-limit.ts';
import { quantileBucket } from '../histogram/quantile.ts';
import type { LatencyGuard, LatencyTolerance } from '../policy/guard.ts';
import type { DecayedRate } from '../statistics/decayed-rate.ts';
import { type EProcess, newProcess } from '../statistics/e-process.ts';
import { type Durations, thresholdDurations } from './durations.ts';
import { groupedTotal } from './grouped-durations.ts';
import {
  alignedDurations,
  noStrataScatter,
  type Strata,
  type StrataScatter,
  strataOf,
} from './latency-strata.ts';

/** One latency quantile that is watched; its thresholds are set anew at each step. */
export interface LatencyWatch {
  readonly quantile: number;
  /** Whether the guard names it. The tail beyond is watched for harm only and never has to be proven. */
  readonly isNamed: boolean;
  /** Bucket whose upper boundary was the old side's quantile before the step. */
  readonly oldBucket: number;
  /** Bucket whose upper boundary the new side is held to. */
  readonly limitBucket: number;
  /** The same during the warm-up: twice as long. */
  readonly warmBucket: number;
  /** So many times as many durations may be beyond it as on the old side: 1, or a vertical margin. */
  readonly ratio: number;
  /** So many of all durations may be beyond it if the old side is as it was when this was set. */
  readonly border: number;
  readonly strata: Strata;
  readonly scatter: StrataScatter;
  /** Old-side durations above `oldBucket`, lately. */
  readonly old: DecayedRate;
  /** Old-side durations above `limitBucket`, lately: as many as the new side has if it is just as fast. */
  readonly oldAtLimit: DecayedRate;
  readonly harm: EProcess;
  /** Bets that are placed while caches are cold, beyond `warmBucket`. */
  readonly catastrophe: EProcess;
}

/** Fewer durations than this give no p99 worth freezing. */
const fewestDurations = 100;

/** Thresholds set anew, with the evidence for harm gathered so far: bets go on at the new odds. */
export function resetWatches(
  before: readonly LatencyWatch[],
  fresh: readonly LatencyWatch[],
): readonly LatencyWatch[] {
  if (fresh.length === 0) return before;
  return fresh.map((watch) => {
    const known = before.find(({ quantile }) => quantile === watch.quantile);
    if (known === undefined) return watch;
    const { harm, catastrophe, scatter } = known;
    return { ...watch, harm, catastrophe, scatter };
  });
}

/** So many long durations of the history weigh in the first guesses; the present soon outweighs them. */
const mostLong = 20;

/** The highest bucket that has an upper bound: a threshold must be one. */
function bounded(bucket: number, layout: BucketLayout): number {
  return layout.kind === 'exponential' ? bucket : Math.min(bucket, layout.bounds.length - 1);
}

/** The tail that is watched beyond the quantiles that a guard names. */
const tailQuantile = 0.999;

/** From this quantile on a tolerance is taken to hold for all of the tail. */
const tailBegins = 0.99;

/**
 * What a guard watches: the quantiles that it names, and where it names a p99 or higher the p99.9 too,
 * with the tolerance of the highest. A slow tail that triples doubles what is beyond the old p99, but
 * multiplies what is beyond the old p99.9.
 */
export function watchedQuantiles(
  guard: LatencyGuard,
): readonly (LatencyTolerance & { readonly isNamed: boolean })[] {
  const named = guard.tolerate.map((tolerance) => ({ ...tolerance, isNamed: true }));
  const highest = guard.tolerate.reduce((a, b) => (b.quantile > a.quantile ? b : a));
  return highest.quantile < tailBegins || highest.quantile >= tailQuantile
    ? named
    : [...named, { ...highest, quantile: tailQuantile, isNamed: false }];
}

/**
 * The watches of a guard; none while too little is known. How the groups differ comes from the history
 * before the first exposure, when all of them were on the old side; how slow the old side is, from the
 * latest durations.
 */
export function freezeWatches(guard: LatencyGuard, durations: Durations): readonly LatencyWatch[] {
  const layout = durations.layout ?? ownLayout;
  const recent = thresholdDurations(durations);
  if (groupedTotal(recent) < fewestDurations) return [];
  return watchedQuantiles(guard).flatMap((tolerance): readonly LatencyWatch[] => {
    const { quantile, isNamed } = tolerance;
    const strata = strataOf(durations.history, quantile, layout);
    const aligned = alignedDurations(recent, strata);
    const total = totalCount(aligned);
    const holding = quantileBucket(aligned, quantile);
    if (holding === null) return [];
    const oldBucket = bounded(holding, layout);
    const kept = Math.min(1, mostLong / (total * (1 - quantile)));
    const old = { total: kept * total, bad: kept * countAbove(aligned, oldBucket) };
    const { bucket: limitBucket, ratio } = latencyLimit(layout, oldBucket, tolerance);
    const oldAtLimit = { total: old.total, bad: kept * countAbove(aligned, limitBucket) };
    return [
      {
        quantile,
        isNamed,
        oldBucket,
        limitBucket,
        warmBucket: twiceAsLong(layout, limitBucket),
        ratio,
        border: ratio === 1 ? 1 - quantile : Math.min(0.95, (ratio * old.bad) / old.total),
        strata,
        scatter: noStrataScatter,
        old,
        oldAtLimit,
        harm: newProcess,
        catastrophe: newProcess,
      },
    ];
  });
}
