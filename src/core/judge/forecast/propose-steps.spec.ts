import { describe, expect, it } from '@jest/globals';
import { policyWith } from '../../../../test/support/checked-policy.ts';
import { type ForecastTraffic, usualTraffic } from './population.ts';
import { proposeSteps } from './propose-steps.ts';

/** Percent, minutes of bake, and whether it has to be proven. */
function proposed(more: Partial<ForecastTraffic>): readonly (readonly [number, number, boolean])[] {
  const steps = proposeSteps(policyWith(), { ...usualTraffic, ...more });
  return steps.map(({ percent, bakeMs, isProven }) => [percent, bakeMs / 60_000, isProven]);
}

describe('the steps that are proposed', () => {
  it('begin with the smallest share that has five units, and let in four times as many each time', () => {
    expect(proposed({ units: 500, requestsPerSecond: 200 })).toEqual([
      [1, 10, false],
      [5, 10, false],
      [25, 10, false],
      [95, 10, true],
    ]);
    expect(proposed({ units: 499, requestsPerSecond: 200 })[0]).toEqual([2, 10, false]);
  });

  it('end with the widest share that can still be proven against a baseline', () => {
    expect(proposed({ units: 100, requestsPerSecond: 20 })).toEqual([
      [5, 10, false],
      [25, 10, false],
      [90, 10, true],
    ]);
  });

  it('leave five units on either side', () => {
    expect(proposed({ units: 12 })).toEqual([[50, 10, true]]);
    expect(proposed({ units: 10 })).toEqual([[50, 10, true]]);
    expect(proposed({ units: 9 })).toEqual([]);
  });

  it('are none where no share can be proven in a bake that people plan with', () => {
    expect(proposed({ units: 200, requestsPerSecond: 1 })).toEqual([]);
  });
});
