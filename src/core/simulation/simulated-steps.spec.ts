import { describe, expect, it } from '@jest/globals';
import { policyWith, share, steps } from '../../../test/support/checked-policy.ts';
import { usualTraffic } from '../judge/forecast/population.ts';
import type { Step } from '../policy/step.ts';
import { usualSpread } from './simulated-service.ts';
import { simulatedSteps } from './simulated-steps.ts';

const traffic = { ...usualTraffic, ...usualSpread, units: 50, rhythm: null };

describe('simulated steps', () => {
  it('are those that evidence decides', () => {
    const baked = { bakeMs: 1_000, patienceMs: 2_000, require: 'notWorse' } as const;
    const count: Step = { kind: 'count', size: { units: 3 }, order: 'smallestTraffic', ...baked };
    const ring = steps['ring'];
    const plan = [steps['expand'], steps['shadow'], ring, count, share(25), share(100)];
    const rings = [{ name: 'internal', units: ['a', 'b'] }];
    const told = simulatedSteps(
      policyWith({ steps: plan.flatMap((step) => step ?? []), rings }),
      traffic,
    );
    expect(
      told.map(({ name, index, mode, part, chosen }) => [name, index, mode, part, chosen]),
    ).toEqual([
      ['shadow', 1, 'shadow', 0, null],
      ['ring internal', 2, 'compared', 0, { count: 2, order: 'hash' }],
      ['share 3 units', 3, 'compared', 0, { count: 3, order: 'smallestTraffic' }],
      ['share 25%', 4, 'compared', 0.25, null],
      ['share 100%', 5, 'whole', 1, null],
    ]);
    expect(told[0]?.compared).toBeCloseTo(0.1, 9);
  });
});
