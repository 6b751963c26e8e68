import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../../test/support/judged-policy.ts';
import { tickOf } from '../../../../test/support/judged-ticks.ts';
import type { EvidenceTick } from '../evidence-tick.ts';
import { beginJudge, type JudgeState, observeTick } from '../judge.ts';
import { measuredTraffic } from './measured-traffic.ts';
import { trafficParts, usualTraffic } from './population.ts';

/** Buckets of 16 to a doubling: 64 ends at 16 s, 0 at 1 s. */
const durations = { '-64': 98, '0': 2 };

function seen(ticks: readonly EvidenceTick[]): JudgeState {
  const step = beforeStep();
  return ticks.reduce((s, tick) => observeTick(s, demoConfig, tick, step), beginJudge(demoConfig));
}

/** Ticks of ten seconds, so many of them. */
function history(count: number, units = 10, buckets: Record<string, number> = durations) {
  return Array.from({ length: count }, (_, index) =>
    tickOf({
      at: 10_000 * (index + 1),
      seconds: 10,
      baseline: { requests: 200, failed: 1, units, buckets },
    }),
  );
}

describe('measuredTraffic', () => {
  it('is what the old side did before the first exposure', () => {
    const { traffic, assumed } = measuredTraffic(seen(history(6))) ?? {};
    expect(traffic).toMatchObject({ requestsPerSecond: 20, units: 10, reads: usualTraffic.reads });
    expect(traffic?.oldErrors).toBeCloseTo(0.005, 10);
    // Ten units of the same size.
    expect(traffic?.zipf).toBeCloseTo(0, 6);
    expect(traffic?.p50Ms).toBeGreaterThan(1_000 * 2 ** (-64 / 16));
    expect(traffic?.p50Ms).toBeLessThan(1_000 * 2 ** (-63 / 16));
    expect(traffic?.p99Ms).toBeCloseTo(1_000 * 2 ** (0.5 / 16), 6);
    expect(assumed).toEqual(['reads']);
  });

  it('has a busiest unit as busy as the one that was seen', () => {
    const one = tickOf({ at: 0, seconds: 60, baseline: { requests: 60, units: 6 } });
    const busy = { unit: 'busy', cohort: 'baseline', requests: 60, failed: 0 } as const;
    const { traffic } = measuredTraffic(seen([{ ...one, units: [...one.units, busy] }])) ?? {};
    expect(traffic?.units).toBe(7);
    expect(trafficParts(traffic ?? usualTraffic)[0]).toBeCloseTo(0.5, 6);
  });

  it('takes durations to be as usual where none was seen', () => {
    const { traffic, assumed } = measuredTraffic(seen(history(6, 10, {}))) ?? {};
    expect(traffic).toMatchObject({ p50Ms: usualTraffic.p50Ms, p99Ms: usualTraffic.p99Ms });
    expect(assumed).toEqual(['reads', 'durations']);
  });

  it('stays as it was when units are exposed', () => {
    const before = seen(history(6));
    const exposed = observeTick(
      before,
      demoConfig,
      tickOf({ at: 70_000, seconds: 10, canary: { requests: 900, failed: 90, units: 3 } }),
      comparedStep(),
    );
    const known = measuredTraffic(before)?.traffic;
    expect(measuredTraffic(exposed)?.traffic).toEqual(known);
  });

  it('is not guessed from less than a minute, nor from one unit alone', () => {
    expect(measuredTraffic(seen(history(5)))).toBeNull();
    expect(measuredTraffic(seen(history(6, 1)))).toBeNull();
    expect(measuredTraffic(seen(history(6, 2)))).not.toBeNull();
  });
});
