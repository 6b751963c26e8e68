import { type BucketCounts, bucketCounts } from '../../histogram/bucket-counts.ts';
import { bucketUpperBound, ownScale } from '../../histogram/bucket-index.ts';
import type { LatencyGuard } from '../../policy/guard.ts';
import type { EProcess } from '../../statistics/e-process.ts';
import { freshDurations } from '../durations.ts';
import { noDurations, unknownGroup } from '../grouped-durations.ts';
import {
  advanceNotWorse,
  advanceWatches,
  latencyTick,
  type LatencyTick,
  logLatencyHarm,
  logWatchNotWorse,
} from '../latency-judge.ts';
import { freezeWatches, type LatencyWatch } from '../latency-watch.ts';
import { badBetween, type CohortRates, timeUntil } from './evidence-path.ts';
import { type ForecastInput, type GuardOutlook, proofNeeded } from './forecast-step.ts';
import { later } from './minimums.ts';
import { type ForecastTraffic, slowerThan } from './population.ts';

/** Buckets from about 1 ms / 16 to 1,000 s. */
const [lowest, highest] = [-224, 160];

function secondsOf(bucket: number): number {
  return bucketUpperBound(bucket, ownScale);
}

/** The old side's expected durations in so many operations. */
function histogramOf(traffic: ForecastTraffic, operations: number): BucketCounts {
  const counts: number[] = [];
  for (let bucket = lowest; bucket <= highest; bucket += 1) {
    const above = bucket === lowest ? 1 : slowerThan(traffic, secondsOf(bucket - 1));
    counts.push(operations * (above - slowerThan(traffic, secondsOf(bucket))));
  }
  return { offset: lowest, counts };
}

/** The watches as the judge sets them after a history of such durations. */
function watchesOf(guard: LatencyGuard, { traffic, config }: ForecastInput): LatencyWatch[] {
  const known = traffic.requestsPerSecond * (config.evidence.historyMs / 1000);
  const history = noDurations.map((none, slot) =>
    slot === unknownGroup ? histogramOf(traffic, known) : none,
  );
  return [...freezeWatches(guard, { ...freshDurations, history })];
}

function inOneGroup(histogram: BucketCounts) {
  return noDurations.map((none, slot) => (slot === unknownGroup ? histogram : none));
}

/** Ticks as one watch sees them, when the new side is slower by a factor. */
class WatchedTicks {
  readonly #watch: LatencyWatch;
  readonly #limit: number;
  readonly #rates: CohortRates;
  readonly #atLimit: number;
  readonly #sigmas: number;

  /** `limit` is the bucket that the new side is held to. */
  constructor(
    watch: LatencyWatch,
    limit: number,
    { traffic, step }: ForecastInput,
    [factor, sigmas]: readonly [number, number],
  ) {
    this.#watch = watch;
    this.#limit = limit;
    this.#sigmas = sigmas;
    const newPerSecond = traffic.requestsPerSecond * step.share;
    this.#atLimit = slowerThan(traffic, secondsOf(watch.limitBucket));
    this.#rates = {
      newPerSecond,
      newRate: slowerThan(traffic, secondsOf(limit) / factor),
      oldPerSecond: traffic.requestsPerSecond - newPerSecond,
      oldRate: slowerThan(traffic, secondsOf(watch.oldBucket)),
    };
  }

  /** Three buckets say all that the watch asks of a side: below, between and above its thresholds. */
  between(from: number, to: number): LatencyTick {
    const { oldBucket, limitBucket } = this.#watch;
    const seconds = to - from;
    const { newBad, oldBad } = badBetween(this.#rates, this.#sigmas, from, to);
    const canary = {
      [this.#limit]: this.#rates.newPerSecond * seconds - newBad,
      [this.#limit + 1]: newBad,
    };
    const all = this.#rates.oldPerSecond * seconds;
    const over = Math.min(oldBad, this.#atLimit * all);
    const baseline: Record<string, number> = { [oldBucket]: all - oldBad };
    baseline[limitBucket] = (baseline[limitBucket] ?? 0) + oldBad - over;
    baseline[limitBucket + 1] = over;
    return latencyTick(
      seconds,
      inOneGroup(bucketCounts(canary)),
      inOneGroup(bucketCounts(baseline)),
    );
  }
}

/** A tick without operations. */
function idle(seconds: number): LatencyTick {
  return latencyTick(seconds, noDurations, noDurations);
}

function nearestTo90(watches: readonly LatencyWatch[]): number {
  const away = watches.map(({ quantile }) => Math.abs(quantile - 0.9));
  return away.indexOf(Math.min(...away));
}

/** A latency guard at a step with two cohorts. */
export function forecastLatency(guard: LatencyGuard, input: ForecastInput): GuardOutlook {
  const watches = watchesOf(guard, input);
  const warmup = input.config.evidence.warmupMs / 1000;
  return {
    unit: 'factor',
    shown: [1.5, 3],
    range: [1.001, 100],
    proven: (sigmas, horizon) =>
      watches
        .filter(({ isNamed }) => isNamed)
        .map((watch) => untilProven(watch, input, sigmas, horizon))
        .reduce(later, watches.length === 0 ? null : 0),
    found: (factor, sigmas, horizon) => {
      if (input.harmNeeded === null || watches.length === 0) return null;
      const usual = watches.map(
        (watch) => new WatchedTicks(watch, watch.limitBucket, input, [factor, -sigmas]),
      );
      const warm = nearestTo90(watches);
      const warming = watches.map(
        (watch) => new WatchedTicks(watch, watch.warmBucket, input, [factor, -sigmas]),
      );
      const path = {
        begin: begunAt(watches, input),
        advance: (known: readonly LatencyWatch[], from: number, to: number) =>
          known.map((watch, index) => {
            const cold = from < warmup;
            const ticks = (cold ? warming : usual)[index];
            const acts = !cold || index === warm;
            const tick = acts ? ticks?.between(from, to) : undefined;
            return advanceWatches([watch], tick ?? idle(to - from), cold)[0] ?? watch;
          }),
        log: logLatencyHarm,
        border: warmup,
      };
      return timeUntil(path, input.harmNeeded, horizon);
    },
  };
}

/** The watches as they enter a step: of the stakes only the part that is not placed yet is left. */
function begunAt(
  watches: readonly LatencyWatch[],
  { step, config }: ForecastInput,
): readonly LatencyWatch[] {
  if (step.earlier === 0) return watches;
  const at = (elapsed: number): EProcess => ({ elapsed, grown: [] });
  const warmed = (step.earlier * config.evidence.warmupMs) / 1000;
  return watches.map((watch) => {
    return { ...watch, harm: at(step.elapsed), catastrophe: at(warmed) };
  });
}

function untilProven(
  watch: LatencyWatch,
  input: ForecastInput,
  sigmas: number,
  horizon: number,
): number | null {
  const ticks = new WatchedTicks(watch, watch.limitBucket, input, [1, sigmas]);
  interface Known {
    readonly watch: LatencyWatch;
    readonly processes: readonly EProcess[];
  }
  const path = {
    begin: { watch, processes: [] } satisfies Known as Known,
    advance: (known: Known, from: number, to: number): Known => {
      const tick = ticks.between(from, to);
      return {
        watch: advanceWatches([known.watch], tick, false)[0] ?? known.watch,
        processes: advanceNotWorse(known.processes, [known.watch], tick),
      };
    },
    log: ({ processes }: Known) => logWatchNotWorse(processes, 0),
  };
  return timeUntil(path, proofNeeded(input), horizon);
}
