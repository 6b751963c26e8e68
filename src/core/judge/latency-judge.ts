import {
  belowRates,
  belowWeights,
  harmOdds,
  harmOddsWeights,
  notWorseOdds,
  notWorseOddsWeights,
} from '../statistics/alternatives.ts';
import { logBernoulliE } from '../statistics/bernoulli-e-variable.ts';
import { wideningFactor } from '../statistics/comparison-error.ts';
import { decayRate, guessRate } from '../statistics/decayed-rate.ts';
import {
  advanceProcess,
  type EProcess,
  logEvidence,
  newProcess,
  processPlan,
} from '../statistics/e-process.ts';
import { logAverage } from '../statistics/log-space.ts';
import { logBelowE } from '../statistics/one-sample-e-variable.ts';
import type { TwoStreams } from '../statistics/two-streams.ts';
import type { GroupedCounts } from './grouped-durations.ts';
import {
  countAboveStrata,
  countStrata,
  scatterStrata,
  type StrataCounts,
  strataDispersion,
  strataTick,
  type StrataTick,
} from './latency-strata.ts';
import type { LatencyWatch } from './latency-watch.ts';

const harmPlan = processPlan({ weights: harmOddsWeights, first: 0.2 });
/** Half of each stake for "not worse" is on the likeliest: that both sides are equally fast. */
const alikeWeight = 0.5;
const rest = (weights: readonly number[]): readonly number[] => [
  alikeWeight,
  ...weights.map((weight) => (1 - alikeWeight) * weight),
];
const besidePlan = processPlan({ weights: rest(notWorseOddsWeights), first: 0.9 });
const historyPlan = processPlan({ weights: rest(belowWeights), first: 0.9 });

/** Durations of both cohorts in one tick. */
export interface LatencyTick {
  readonly seconds: number;
  readonly canary: StrataTick;
  readonly baseline: StrataTick;
  /** Durations of each ramp group on both sides together. */
  readonly whole: readonly number[];
}

/** A tick of `seconds` with the durations of both cohorts, summed up once for all quantiles. */
export function latencyTick(
  seconds: number,
  canary: GroupedCounts,
  baseline: GroupedCounts,
): LatencyTick {
  const [newSide, oldSide] = [strataTick(canary), strataTick(baseline)];
  const whole = newSide.tails.map((tail, slot) => tail.total + (oldSide.tails[slot]?.total ?? 0));
  return { seconds, canary: newSide, baseline: oldSide, whole };
}

/** A tick at a watch's thresholds. */
interface Seen {
  readonly counts: TwoStreams;
  /** How often the canary's mix of groups is long, as a part of how often all groups are. */
  readonly canary: StrataCounts;
  /** How many times as often the canary's mix of groups is long as the baseline's, by the history. */
  readonly mix: number;
  /** Standard deviation of the logarithm of `mix`. */
  readonly deviation: number;
}

function see(watch: LatencyWatch, limit: number, tick: LatencyTick): Seen {
  const canary = countStrata(tick.canary, limit, watch.strata, tick.whole);
  const baseline = countStrata(tick.baseline, watch.oldBucket, watch.strata, tick.whole);
  return {
    counts: {
      newTotal: tick.canary.total,
      newBad: canary.bad,
      oldTotal: tick.baseline.total,
      oldBad: baseline.bad,
    },
    canary,
    mix: canary.relative / baseline.relative,
    deviation: Math.sqrt(canary.variance + baseline.variance),
  };
}

/** The quantile that may act during the warm-up: the one nearest to p90. */
function actsWhileWarming(watch: LatencyWatch, all: readonly LatencyWatch[]): boolean {
  const distance = ({ quantile }: LatencyWatch): number => Math.abs(quantile - 0.9);
  return all.every((other) => distance(watch) <= distance(other));
}

/** No rate that is bet on lies higher than this. */
const highestBorder = 0.98;

/** ln E of a tick for harm beyond `limit`, per alternative. */
function harmBets(watch: LatencyWatch, limit: number, tick: LatencyTick): readonly number[] {
  const { counts, mix, deviation } = see(watch, limit, tick);
  const oldRate = guessRate(watch.old);
  const ratio = watch.ratio * Math.max(1, mix) * wideningFactor(deviation);
  return harmOdds(Math.min(highestBorder, ratio * oldRate)).map((newRate) =>
    logBernoulliE(counts, { newRate, oldRate }, { ratio, add: 0 }, 'harm'),
  );
}

/**
 * The watches after a tick. Bad is "longer than the limit" on the new side and "longer than the old
 * quantile" on the old side, so equal rates mean: exactly as much slower as tolerated. During the
 * warm-up only p90 acts, with a limit twice as high, by bets of its own: the others wait.
 *
 * Each group is counted at its own quantile; what is left of the difference between the cohorts' mixes
 * by the history, and what the history leaves open, moves the border, never to less than is tolerated.
 * How the old side scatters over its groups, known before the tick, tempers the bet. Proved for
 * independent durations and a known mix; the rest is calibrated by simulation (docs/guards/latency.md).
 */
export function advanceWatches(
  watches: readonly LatencyWatch[],
  tick: LatencyTick,
  warming: boolean,
): readonly LatencyWatch[] {
  const { seconds, baseline } = tick;
  return watches.map((watch) => {
    const { oldBucket, strata } = watch;
    const dispersion = strataDispersion(watch.scatter, guessRate(watch.old));
    const acts = warming && actsWhileWarming(watch, watches);
    const logE = warming ? [] : harmBets(watch, watch.limitBucket, tick);
    const { catastrophe } = watch;
    const { total } = baseline;
    const old = { total, bad: countAboveStrata(baseline, oldBucket, strata) };
    const atLimit = { total, bad: countAboveStrata(baseline, watch.limitBucket, strata) };
    return {
      ...watch,
      scatter: scatterStrata(watch.scatter, baseline, oldBucket, strata, seconds),
      old: decayRate(watch.old, old, seconds),
      oldAtLimit: decayRate(watch.oldAtLimit, atLimit, seconds),
      harm: advanceProcess(watch.harm, harmPlan, { seconds, logE, dispersion }),
      catastrophe: acts
        ? advanceProcess(catastrophe, harmPlan, {
            seconds,
            logE: harmBets(watch, watch.warmBucket, tick),
            dispersion,
          })
        : catastrophe,
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
  const { seconds } = tick;
  return watches.flatMap((watch, index) => {
    if (!watch.isNamed) return [];
    const { counts, canary, mix, deviation } = see(watch, watch.limitBucket, tick);
    const oldRate = guessRate(watch.old);
    const ratio = (watch.ratio * Math.min(1, mix)) / wideningFactor(deviation);
    const dispersion = strataDispersion(watch.scatter, oldRate);
    const alike = guessRate(watch.oldAtLimit);
    const beside = [alike, ...notWorseOdds(Math.min(highestBorder, ratio * oldRate))].map(
      (newRate) => logBernoulliE(counts, { newRate, oldRate }, { ratio, add: 0 }, 'notWorse'),
    );
    const mixAlone = Math.min(1, canary.relative) / wideningFactor(Math.sqrt(canary.variance));
    const border = Math.min(highestBorder, watch.border * mixAlone);
    const isStillTrue = oldRate >= watch.border / (2 * watch.ratio);
    const sample = { total: counts.newTotal, bad: counts.newBad };
    const alone = isStillTrue
      ? [alike, ...belowRates(border)].map((bet) => logBelowE(sample, bet, border))
      : [];
    const [first = newProcess, second = newProcess] = processes.slice(2 * index, 2 * index + 2);
    return [
      advanceProcess(first, besidePlan, { seconds, logE: beside, dispersion }),
      advanceProcess(second, historyPlan, { seconds, logE: alone, dispersion }),
    ];
  });
}

/** How a watch's stake is divided between harm and a catastrophe during the warm-up. */
const [harmWeight, catastropheWeight] = [0.9, 0.1];

/** ln of a watch's evidence for harm. */
export function logWatchHarm({ harm, catastrophe }: LatencyWatch): number {
  return logAverage([
    { weight: harmWeight, log: logEvidence(harm, harmPlan) },
    { weight: catastropheWeight, log: logEvidence(catastrophe, harmPlan) },
  ]);
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
