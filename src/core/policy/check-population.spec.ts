import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { checkPopulation } from './check-population.ts';
import { defaults } from './defaults.ts';
import { minimumUnits } from './minimum.ts';
import { policyWith, share } from '../../../test/support/checked-policy.ts';

function messages(units: number | 'auto', activeUnits: number, ...percents: number[]): string[] {
  const minimum = { requests: 1000, units };
  const policy = policyWith({
    evidence: { ...defaults.evidence, minimum },
    steps: percents.map((percent) => share(percent)),
  });
  return checkPopulation(policy, activeUnits).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
}

describe('minimumUnits', () => {
  it.each([
    [0.4, 1],
    [3, 1],
    [10, 5],
    [40, 20],
    [4000, 20],
  ])('auto of a smaller cohort of %d is %d', (smaller, expected) => {
    expect(minimumUnits('auto', smaller)).toBe(expected);
  });

  it('a number is taken as it is', () => {
    expect(minimumUnits(30, 2)).toBe(30);
  });
});

describe('checkPopulation', () => {
  it('names a step whose smaller cohort can never have what is demanded', () => {
    expect(messages(20, 300, 5, 50, 95, 100)).toEqual([
      'steps.0.share.to: share 5% of 300 active units leaves about 15 in the canary, and 20 are demanded; choose another share or a smaller `minimum.units`',
      'steps.2.share.to: share 95% of 300 active units leaves about 15 in the baseline, and 20 are demanded; choose another share or a smaller `minimum.units`',
    ]);
  });

  it('objects to `auto` only where a cohort would be empty', () => {
    expect(messages('auto', 300, 1, 5, 95, 100)).toEqual([]);
    expect(messages('auto', 10, 5)).toHaveLength(1);
  });

  it('names a comparison that demands more units than there are', () => {
    const policy = policyWith({ steps: [] });
    expect(checkPopulation(policy, 5)).toEqual([]);
    expect(checkPopulation(policy, 4).map(({ message }) => message)).toEqual([
      '`compared.units` is 5, and only 4 units are active',
    ]);
  });

  it('never objects to more units where it was content with fewer', () => {
    const units = fc.integer({ min: 5, max: 5000 });
    const percent = fc.integer({ min: 1, max: 99 });
    const demand = fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 50 }));
    fc.assert(
      fc.property(units, fc.nat(1000), percent, demand, (active, more, at, minimum) => {
        if (messages(minimum, active, at).length > 0) return;
        expect(messages(minimum, active + more, at)).toEqual([]);
      }),
    );
  });
});
