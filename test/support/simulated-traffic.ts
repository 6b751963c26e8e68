import type { EvidenceTick } from '../../src/core/judge/evidence-tick.ts';
import { bucketCounts } from '../../src/core/histogram/bucket-counts.ts';
import { recordDuration } from '../../src/core/histogram/exponential-histogram.ts';
import type { Cohort } from '../../src/core/protocol/evidence.ts';
import { binomial, normal, poisson, type Random } from './seeded-random.ts';

/** A service whose units' traffic is heavy-tailed (Zipf 1.1), seen one second at a time. */
export interface TrafficWorld {
  readonly units: number;
  /** Requests per second of all units of a cohort. */
  readonly rates: Readonly<Record<Cohort, number>>;
  /** Part of the units in the canary, 0 to 1. */
  readonly share: number;
  /** Probability that a request of a cohort fails. */
  readonly failing: Readonly<Record<Cohort, number>>;
  /** Median duration in seconds, and of which part of the new side's requests is how much slower. */
  readonly median: number;
  readonly slow: { readonly part: number; readonly seconds: number };
}

/** 200 tenants, 300 requests per second, a quarter of the units on the new side with 45 of them. */
export const demoWorld: TrafficWorld = {
  units: 200,
  rates: { canary: 45, baseline: 255 },
  share: 0.25,
  failing: { canary: 0, baseline: 0 },
  median: 0.003,
  slow: { part: 0, seconds: 0.5 },
};

function cohortOf(world: TrafficWorld, rank: number): Cohort {
  const before = Math.floor(rank * world.share);
  return Math.floor((rank + 1) * world.share) > before ? 'canary' : 'baseline';
}

/** Requests per second of each unit, by the popularity of its rank within its cohort. */
function unitRates(world: TrafficWorld): { unit: string; cohort: Cohort; rate: number }[] {
  const ranks = Array.from({ length: world.units }, (_, rank) => ({
    unit: `tenant-${rank}`,
    cohort: cohortOf(world, rank),
    weight: (rank + 1) ** -1.1,
  }));
  const whole = { canary: 0, baseline: 0 };
  for (const { cohort, weight } of ranks) whole[cohort] += weight;
  return ranks.map(({ unit, cohort, weight }) => {
    return { unit, cohort, rate: (world.rates[cohort] * weight) / whole[cohort] };
  });
}

/** A source of ticks of one second, the first at `at` + 1 s. */
export function simulateTraffic(
  random: Random,
  start: number,
): (world: TrafficWorld, revision?: number) => EvidenceTick {
  let at = start;
  let known: { readonly world: TrafficWorld; readonly rates: ReturnType<typeof unitRates> } | null =
    null;
  return (world, revision = 1) => {
    at += 1000;
    if (known?.world !== world) known = { world, rates: unitRates(world) };
    const buckets: Record<Cohort, Record<string, number>> = { canary: {}, baseline: {} };
    const units = known.rates.flatMap(({ unit, cohort, rate }) => {
      const requests = poisson(rate, random);
      for (let i = 0; i < requests; i += 1) {
        const isSlow = cohort === 'canary' && random() < world.slow.part;
        const extra = isSlow ? world.slow.seconds : 0;
        recordDuration(buckets[cohort], world.median * Math.exp(0.5 * normal(random)) + extra);
      }
      const failed = binomial(requests, world.failing[cohort], random);
      return requests === 0 ? [] : [{ unit, cohort, requests, failed }];
    });
    const latency = (['canary', 'baseline'] as const).map((cohort) => ({
      cohort,
      operation: 'read' as const,
      durations: bucketCounts(buckets[cohort]),
    }));
    return { at, revision, seconds: 1, units, latency, comparisons: [] };
  };
}

/** The same service before anybody is on the new side. */
export function beforeExposure(world: TrafficWorld): TrafficWorld {
  const all = world.rates.canary + world.rates.baseline;
  return { ...world, share: 0, rates: { canary: 0, baseline: all } };
}
