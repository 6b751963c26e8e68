import { describe, expect, it } from '@jest/globals';
import { expectBetween } from '../../../../test/support/expect-between.ts';
import { demoConfig } from '../../../../test/support/judged-policy.ts';
import { plannedStep } from '../../../../test/support/planned-step.ts';
import type { ErrorsGuard } from '../../policy/guard.ts';
import { luck } from './evidence-path.ts';
import { forecastErrors } from './forecast-errors.ts';
import type { GuardOutlook, PlannedStep } from './forecast-step.ts';
import { type ForecastTraffic, usualTraffic } from './population.ts';

const day = 86_400;

interface Scene {
  readonly tolerate?: ErrorsGuard['tolerate'];
  readonly traffic?: Partial<ForecastTraffic>;
  readonly step?: Partial<PlannedStep>;
  readonly historyMs?: number;
  readonly warmupMs?: number;
  readonly harmNeeded?: number | null;
}

/**
 * Fifty requests a second on each side, of which one in a hundred fails on the old one; a hundred units
 * that are alike and perfectly known. Twice as many failures are tolerated; found at 200 to 1.
 */
function outlook(scene: Scene = {}): GuardOutlook {
  const { harmNeeded = Math.log(200), historyMs = 1e12, warmupMs = 0 } = scene;
  const { tolerate = { ratio: 2, add: 0 } } = scene;
  const guard: ErrorsGuard = { name: 'errors', compare: 'errors', tolerate };
  const traffic = { ...usualTraffic, units: 100, zipf: 0, oldErrors: 0.01, ...scene.traffic };
  const evidence = { ...demoConfig.evidence, historyMs, warmupMs };
  const step = plannedStep({ share: 0.5, ...scene.step });
  return forecastErrors(guard, { config: { ...demoConfig, evidence }, traffic, step, harmNeeded });
}

// In all of these ln E comes to X1 ln(a/p) + X0 ln(b/q) with q = (a + b)/3 and p = 2q, and counts are
// divided by a dispersion of 1 + √(2/100/0.5) = 1.2.
describe('proof', () => {
  // Bets on a = b and on a = 1.5 b gain 0.0589 and 0.0385 a second: with a stake of 0.3 on each they
  // stand at 100 after some 115 s.
  it('is complete when the expected counts suffice', () => {
    expectBetween(outlook().proven(luck.median, day), 112, 116);
    expect(outlook().proven(luck.median, 100)).toBeNull();
  });

  // Two points more are tolerated, p = q + 0.02: bets on b, b/2 and 2 b gain 0.377, 0.284 and 0.240 a
  // second.
  it('is complete sooner where points are tolerated', () => {
    expectBetween(outlook({ tolerate: { ratio: 1, add: 0.02 } }).proven(0, day), 16.9, 17.5);
  });

  // A minute at a request a second, of which the last ten weigh like 58, has shown no failure: half of one
  // is added, b = 0.0085, and bets on b/2, b and 2.2 b gain 0.0083, 0.0066 and 0.0030 a second.
  it('does not take a short time without a failure for perfection', () => {
    const traffic = { oldErrors: 0, requestsPerSecond: 1, units: 10_000 };
    const tolerate = { ratio: 1, add: 0.02 };
    expectBetween(outlook({ tolerate, traffic, historyMs: 60_000 }).proven(0, day), 655, 680);
  });

  // 1.28 standard deviations take 0.44 √t and 0.18 √t from them: 221 s.
  it('takes the unlucky longer', () => {
    expectBetween(outlook().proven(luck.of90Percent, day), 214, 224);
  });

  it('takes longer where few units are the traffic', () => {
    const [few, many] = [8, 800].map((units) => outlook({ traffic: { units } }).proven(0, day));
    const dispersion = (units: number): number => 1 + Math.sqrt(2 / units / 0.5);
    expect((few ?? 0) / (many ?? 1)).toBeCloseTo(dispersion(8) / dispersion(800), 1);
    const busy = outlook({ traffic: { units: 800, zipf: 3 } }).proven(0, day);
    expect(busy).toBeGreaterThan(1.5 * (many ?? Infinity));
  });

  // A unit of which six failures are expected is known well enough; one of which it is a tenth is not.
  it('takes longer the less is known of the units', () => {
    const [well, little, hardly] = [600_000, 60_000, 10_000].map((historyMs) =>
      outlook({ historyMs }).proven(0, day),
    );
    expectBetween(well ?? null, 114, 118);
    expect(little).toBeGreaterThan(1.1 * (well ?? Infinity));
    expect(hardly).toBeGreaterThan(1.4 * (little ?? Infinity));
  });

  it('takes longer the smaller a side is, whichever it is', () => {
    const [even, small, large] = [0.5, 0.1, 0.9].map((share) =>
      outlook({ step: { share } }).proven(0, day),
    );
    expect(small).toBeGreaterThan(2 * (even ?? Infinity));
    expect(large).toBeGreaterThan(1.5 * (even ?? Infinity));
  });
});

describe('harm', () => {
  // At 4 % the bets on 3.2 % and 5 % gain 0.099 a second; the stakes of the first seconds together come
  // to some 0.63 × 0.42: 200 after 80 s.
  it('is found when the expected counts suffice', () => {
    expectBetween(outlook().found(0.03, luck.median, day), 76, 84);
    expect(outlook().found(0.03, luck.median, 70)).toBeNull();
    expect(outlook({ harmNeeded: null }).found(0.03, luck.median, day)).toBeNull();
  });

  it('is found later by the unlucky, and later where more evidence is needed', () => {
    const usual = outlook().found(0.03, luck.median, day) ?? Infinity;
    expectBetween(outlook().found(0.03, luck.of80Percent, day), 1.3 * usual, 2 * usual);
    const strict = outlook({ harmNeeded: Math.log(20_000) }).found(0.03, luck.median, day);
    // Another factor of 100 takes ln 100 × 1.2 / 0.099 = 56 s.
    expectBetween((strict ?? 0) - usual, 52, 58);
  });

  // What is left of the stakes after ten minutes is worth e^-7.3 of them all: 88 s.
  it('that begins in a later step is found later, by what is left of the stakes', () => {
    const late = outlook({ step: { earlier: 1, elapsed: 600 } }).found(0.03, luck.median, day);
    expectBetween(late, 155, 180);
  });

  it('within what is tolerated is never found', () => {
    expect(outlook().found(0.01, luck.median, day)).toBeNull();
  });

  it('is no more than everything', () => {
    expect(outlook().found(5, luck.median, day)).toBe(outlook().found(0.99, luck.median, day));
  });

  describe('while caches are cold', () => {
    const warmupMs = 61_500;

    it('is found if it is beyond two points more', () => {
      expectBetween(outlook({ warmupMs }).found(0.5, luck.median, day), 1, 5);
    });

    it('otherwise waits for the end of the warm-up, and not a second longer', () => {
      const busy = outlook({ warmupMs, traffic: { requestsPerSecond: 1e6 } });
      expectBetween(busy.found(0.015, luck.median, day), 61.5, 61.6);
    });

    // One warm-up leaves 8e-4 of the stakes for each second after it: some 6 nats, at 0.26 a second.
    it('is found with a stake that earlier warm-ups have spent', () => {
      const found = (earlier: number, warmup = warmupMs): number => {
        const step = { earlier, elapsed: 1800 };
        const slow = { warmupMs: warmup, step, traffic: { requestsPerSecond: 4 } };
        return outlook(slow).found(0.5, luck.median, day) ?? 0;
      };
      expectBetween(found(1) - found(0), 15, 25);
      expect(found(2)).toBeGreaterThan(found(1) + 1);
      expect(found(1, 2 * warmupMs)).toBeCloseTo(found(2), 9);
    });
  });
});

describe('the outlook', () => {
  it('is told in the failures that come on top of the usual ones', () => {
    expect(outlook()).toMatchObject({
      unit: 'failures',
      shown: [0.01, 0.1],
      range: [1e-5, 0.99],
    });
  });
});
