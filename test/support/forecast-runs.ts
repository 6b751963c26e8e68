import type { EvidenceTick } from '../../src/core/judge/evidence-tick.ts';
import { trafficParts } from '../../src/core/judge/forecast/population.ts';
import type { ForecastTraffic } from '../../src/core/judge/forecast/population.ts';
import { bucketCounts } from '../../src/core/histogram/bucket-counts.ts';
import { recordDuration } from '../../src/core/histogram/exponential-histogram.ts';
import { beginJudge, measureGuards, observeTick } from '../../src/core/judge/judge.ts';
import type { JudgeState } from '../../src/core/judge/judge.ts';
import type { JudgeConfig } from '../../src/core/judge/judge-config.ts';
import type { UnitCounts } from '../../src/core/protocol/evidence.ts';
import { beforeStep, comparedStep } from './judged-policy.ts';
import { binomial, poisson, type Random, seededRandom } from './seeded-random.ts';

/** A homogeneous service, its share on the new side, and what is wrong there. */
export interface ForecastRun {
  readonly config: JudgeConfig;
  readonly traffic: ForecastTraffic;
  /** In %. */
  readonly share: number;
  /** More failures per request on the new side, and how many times as long it takes. */
  readonly harm: number;
  readonly slower: number;
  /** Length of a tick, in seconds. */
  readonly seconds: number;
}

function durations(run: ForecastRun, count: number, factor: number, random: Random) {
  const { p50Ms, p99Ms } = run.traffic;
  const shape = Math.log(99) / Math.log(p99Ms / p50Ms);
  const buckets: Record<string, number> = {};
  for (let i = 0; i < count; i += 1) {
    const u = random();
    recordDuration(buckets, ((factor * p50Ms) / 1000) * (u / (1 - u)) ** (1 / shape));
  }
  return bucketCounts(buckets);
}

/** A unit's operations, some of them reads. */
function readsAndWrites(all: UnitCounts, reads: number, random: Random): readonly UnitCounts[] {
  const failed = binomial(all.failed, reads, random);
  const well = Math.round((all.requests - all.failed) * reads);
  return [
    { ...all, operation: 'read', requests: well + failed, failed },
    {
      ...all,
      operation: 'write',
      requests: all.requests - well - failed,
      failed: all.failed - failed,
    },
  ];
}

/** Traffic of one tick; units are dealt to the new side one by one as the share grows. */
function tickOf(run: ForecastRun, at: number, seconds: number, random: Random, share: number) {
  const { traffic, config } = run;
  const kinds = seededRandom(at);
  const units = trafficParts(traffic).flatMap((part, rank) => {
    const isNew = Math.floor(((rank + 1) * share) / 100) > Math.floor((rank * share) / 100);
    const mean = part * traffic.requestsPerSecond * seconds;
    const requests = mean > 30 ? Math.round(mean) : poisson(mean, random);
    const rate = traffic.oldErrors + (isNew ? run.harm : 0);
    const failed = Math.min(requests, poisson(requests * rate, random));
    const cohort = isNew ? ('canary' as const) : ('baseline' as const);
    const all = { unit: `unit-${rank}`, cohort, requests, failed };
    return readsAndWrites(all, traffic.reads, kinds);
  });
  const isTimed = config.guards.some(({ compare }) => compare === 'latency');
  const latency = (['canary', 'baseline'] as const).map((cohort) => {
    const own = units.filter((unit) => unit.cohort === cohort);
    const count = isTimed ? own.reduce((sum, { requests }) => sum + requests, 0) : 0;
    const factor = cohort === 'canary' ? run.slower : 1;
    const made = durations(run, count, factor, random);
    return { cohort, operation: 'read' as const, durations: made };
  });
  const tick: EvidenceTick = { at, revision: 1, seconds, units, latency, comparisons: [] };
  return tick;
}

/** Seconds of one simulated rollout until `reached`; Infinity when not within `most`. */
function untilReached(
  run: ForecastRun,
  seed: number,
  most: number,
  reached: (state: JudgeState, at: number) => boolean,
): number {
  const random = seededRandom(seed * 7919);
  const past = run.config.evidence.historyMs / 1000;
  let state = beginJudge(run.config);
  const calm = { ...run, harm: 0, slower: 1 };
  for (let at = 60; at <= past; at += 60) {
    const tick = tickOf(calm, at * 1000, 60, random, 0);
    state = observeTick(state, run.config, tick, beforeStep());
  }
  const step = comparedStep({
    share: run.share,
    require: 'proven',
    enteredAt: past * 1000,
    warmupUntil: past * 1000 + run.config.evidence.warmupMs,
  });
  for (let at = run.seconds; at <= most; at += run.seconds) {
    const now = (past + at) * 1000;
    state = observeTick(state, run.config, tickOf(run, now, run.seconds, random, run.share), step);
    if (reached(state, now)) return at;
  }
  return Infinity;
}

/** Median over simulated rollouts of the seconds until harm is found, or all guards are proven. */
export function simulatedMedian(run: ForecastRun, runs: number, most: number): number {
  const step = comparedStep({ share: run.share, require: 'proven' });
  const needed = -Math.log(run.config.evidence.falsePromoteBudget);
  const isHarmed = run.harm > 0 || run.slower > 1;
  const reached = (state: JudgeState, now: number): boolean =>
    isHarmed
      ? state.failures.length + state.accused.length > 0
      : measureGuards(state, run.config, step, now).every(
          ({ guard, logNotWorse }) => guard === 'baseline' || (logNotWorse ?? 0) >= needed,
        );
  const times = Array.from({ length: runs }, (_, seed) =>
    untilReached(run, seed + 1, most, reached),
  ).toSorted((a, b) => a - b);
  return times[Math.floor(runs / 2)] ?? Infinity;
}
