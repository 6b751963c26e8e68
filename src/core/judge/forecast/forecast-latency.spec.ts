import { describe, expect, it } from '@jest/globals';
import { expectBetween } from '../../../../test/support/expect-between.ts';
import { demoConfig } from '../../../../test/support/judged-policy.ts';
import { plannedStep } from '../../../../test/support/planned-step.ts';
import type { LatencyTolerance } from '../../policy/guard.ts';
import { luck } from './evidence-path.ts';
import { forecastLatency } from './forecast-latency.ts';
import type { GuardOutlook, PlannedStep } from './forecast-step.ts';
import { usualTraffic } from './population.ts';

const day = 86_400;

/** 50 % more is tolerated: 40 ms may become 60 ms. */
function half(quantile: number): LatencyTolerance {
  return { quantile, part: 0.5, atLeastMs: 0 };
}

/** A hundred times as long is no harm. */
function anything(quantile: number): LatencyTolerance {
  return { quantile, part: 99, atLeastMs: 0 };
}

interface Scene {
  readonly requestsPerSecond?: number;
  readonly step?: Partial<PlannedStep>;
  readonly historyMs?: number;
  readonly warmupMs?: number;
  readonly harmNeeded?: number | null;
}

/** Ten operations a second on each side, after an hour of history; found at 200 to 1. */
function outlook(tolerate: readonly LatencyTolerance[], scene: Scene = {}): GuardOutlook {
  const { requestsPerSecond = 20, harmNeeded = Math.log(200) } = scene;
  const { historyMs = 3_600_000, warmupMs = 0 } = scene;
  const evidence = { ...demoConfig.evidence, historyMs, warmupMs };
  const step = plannedStep({ share: 0.5, ...scene.step });
  return forecastLatency(
    { name: 'latency', compare: 'latency', tolerate },
    {
      config: { ...demoConfig, evidence },
      traffic: { ...usualTraffic, requestsPerSecond },
      step,
      harmNeeded,
    },
  );
}

describe('proof', () => {
  const until = (...quantiles: readonly number[]) =>
    outlook(quantiles.map(half)).proven(luck.median, day);

  // Of a new side that is just as fast 31 % are above the limit, where 50 % may be: a bet on it, with
  // 0.225 of the stake, gains 0.749 a second. 100 after 8.1 s.
  it('is complete when the expected counts suffice', () => {
    expectBetween(until(0.5), 7.9, 8.2);
  });

  it('is complete with that of the last quantile', () => {
    const [median, high] = [until(0.5), until(0.9)];
    expect(high).toBeGreaterThan(median ?? Infinity);
    expect(until(0.5, 0.9)).toBe(high);
    expect(until(0.9, 0.5)).toBe(high);
  });

  it('is not asked of the tail beyond the quantiles that are named', () => {
    const alone = until(0.99);
    expect(alone).not.toBeNull();
    expect(until(0.99, 0.999)).toBeGreaterThan(2 * (alone ?? Infinity));
  });

  it('takes the unlucky longer, and is not told beyond the horizon', () => {
    const usual = until(0.9) ?? 0;
    const { proven } = outlook([half(0.9)]);
    expect(proven(luck.of90Percent, day)).toBeGreaterThan(1.3 * usual);
    expect(proven(luck.median, usual - 1)).toBeNull();
  });

  it('halves with twice the traffic', () => {
    const twice = outlook([half(0.9)], { requestsPerSecond: 40 }).proven(luck.median, day);
    expect((until(0.9) ?? 0) / (twice ?? 1)).toBeCloseTo(2, 0);
  });
});

describe('harm', () => {
  // Of the old side's operations 49 % are above the bucket of its p50, of a new side that takes three
  // times as long 80 % above the limit. The bets on odds 5 and 2.5 times as high gain 1.035 and 0.926
  // a second, from 0.234 × 0.1 and 0.234 × 0.15 on: 200 after 8.3 s.
  it('is found when the expected counts suffice', () => {
    expectBetween(outlook([half(0.5)]).found(3, luck.median, day), 8, 8.5);
    expect(outlook([half(0.5)]).found(3, luck.median, 7)).toBeNull();
  });

  it('is found later by the unlucky', () => {
    const { found } = outlook([half(0.5)]);
    expectBetween(found(3, luck.of80Percent, day), 10.5, 12);
  });

  it('within what is tolerated is never found', () => {
    expect(outlook([half(0.5)]).found(1.4, luck.median, day)).toBeNull();
  });

  it('is not looked for without a budget', () => {
    expect(outlook([half(0.5)], { harmNeeded: null }).found(3, 0, day)).toBeNull();
  });

  it('that begins in a later step is found later, by what is left of the stakes', () => {
    const late = outlook([half(0.5)], { step: { earlier: 1, elapsed: 600 } });
    const usual = outlook([half(0.5)]).found(3, luck.median, day) ?? 0;
    expectBetween(late.found(3, luck.median, day), usual + 7, usual + 10);
  });

  describe('while caches are cold', () => {
    const cold = { warmupMs: 61_500 };
    const found = (tolerate: readonly LatencyTolerance[], factor: number, scene: Scene = cold) =>
      outlook(tolerate, scene).found(factor, luck.median, day);

    it('is found if it takes more than twice as long as tolerated', () => {
      expectBetween(found([half(0.9)], 20), 1, 30);
      expect(found([half(0.9)], 2.8)).toBeGreaterThan(61.5);
    });

    it('is found by the quantile nearest to p90 alone', () => {
      expectBetween(found([anything(0.5), half(0.9)], 20), 1, 60);
      expect(found([half(0.5), anything(0.9)], 20)).toBeGreaterThan(61.5);
      expectBetween(found([half(0.5), anything(0.3)], 20), 1, 60);
    });

    it('otherwise waits for the end of the warm-up, and not a second longer', () => {
      const busy = { ...cold, requestsPerSecond: 100_000 };
      expectBetween(found([half(0.5), anything(0.9)], 20, busy), 61.5, 61.6);
    });

    it('is found later by the unlucky', () => {
      const unlucky = outlook([half(0.9)], cold).found(20, luck.of80Percent, day);
      expect(unlucky).toBeGreaterThan(1.1 * (found([half(0.9)], 20) ?? Infinity));
    });

    it('is found with a stake that earlier warm-ups have spent', () => {
      const later = (earlier: number, warmupMs = cold.warmupMs): number =>
        found([half(0.9)], 20, { warmupMs, step: { earlier, elapsed: 1800 } }) ?? 0;
      expectBetween(later(1) - later(0), 0.5, 1.5);
      expect(later(3)).toBeGreaterThan(later(1) + 0.2);
      expect(later(1, 3 * cold.warmupMs)).toBeCloseTo(later(3), 9);
    });
  });
});

describe('the outlook', () => {
  it('is told in factors of durations', () => {
    expect(outlook([half(0.5)])).toMatchObject({
      unit: 'factor',
      shown: [1.5, 3],
      range: [1.001, 100],
    });
  });

  it('is none where the history is too short to set limits', () => {
    const short = outlook([half(0.5)], { historyMs: 4_000 });
    expect(short.proven(luck.median, day)).toBeNull();
    expect(short.found(3, luck.median, day)).toBeNull();
  });
});
