import { describe, expect, it } from '@jest/globals';
import { policyWith, share, steps } from '../../../../test/support/checked-policy.ts';
import type { CountStep, RingStep, ShadowStep, Step } from '../../policy/step.ts';
import { comparisonsIn, countOf, plannedSteps } from './planned-steps.ts';
import { usualTraffic } from './population.ts';

const rings = [{ name: 'internal', units: ['a', 'b', 'c'] }];
const times = { bakeMs: 60_000, patienceMs: 3_600_000 } as const;

function ring(name = 'internal'): RingStep {
  return { kind: 'ring', ring: name, require: 'notWorse', ...times };
}

function count(size: CountStep['size']): CountStep {
  return { kind: 'count', size, order: 'hash', require: 'proven', ...times };
}

const shadow: ShadowStep = { kind: 'shadow', sample: 0.5, ...times };

/** 100 requests a second, 80 of them reads. */
const traffic = { ...usualTraffic, units: 200 };

function planned(...of: readonly Step[]) {
  return plannedSteps(policyWith({ steps: of, rings }), traffic);
}

describe('plannedSteps', () => {
  it('tells of shadow, which has no cohorts and asks for no proof', () => {
    expect(planned(shadow)).toEqual([
      {
        name: 'shadow',
        bake: 60,
        patience: 3600,
        require: 'notWorse',
        elapsed: 0,
        earlier: 0,
        comparisons: 40,
        compared: false,
        share: 0,
      },
    ]);
  });

  it('tells of a share as a part of the traffic', () => {
    expect(planned(share(25, 'proven'))).toMatchObject([
      { name: 'share 25%', compared: true, share: 0.25, require: 'proven', bake: 600 },
    ]);
    expect(planned(share(25, 'proven'))[0]).not.toHaveProperty('ringUnits');
  });

  it.each([
    ['a ring', ring(), 'ring internal', 3, 0.015],
    ['a count', count({ units: 10 }), 'share 10 units', 10, 0.05],
    ['a small part', count({ part: 0.007 }), 'share 0.7%', 1, 0.005],
    ['nearly everybody', count({ units: 199 }), 'share 199 units', 199, 0.99],
  ] as const)('takes the units of %s to be as busy as others', (_, step, name, units, part) => {
    expect(planned(step)).toMatchObject([{ name, ringUnits: units, share: part, compared: true }]);
  });

  it('leaves out what compares no cohorts: the schema, everybody at once, the end', () => {
    const silent = ['expand', 'backfill', 'verify', 'soak', 'contract'].flatMap(
      (name) => steps[name] ?? [],
    );
    expect(silent).toHaveLength(5);
    expect(planned(...silent, share(100))).toEqual([]);
  });

  it('adds up the time with two cohorts, to which shadow does not belong', () => {
    const told = planned(shadow, ring(), share(25), share(95));
    expect(told.map(({ elapsed, earlier }) => [elapsed, earlier])).toEqual([
      [0, 0],
      [0, 0],
      [60, 1],
      [660, 2],
    ]);
  });
});

describe('countOf', () => {
  it.each([
    ['the units of its ring', ring(), 3],
    ['one for a ring that nobody knows', ring('unknown'), 1],
    ['what it names', count({ units: 10 }), 10],
    ['a part, rounded', count({ part: 0.0125 }), 3],
    ['at least one of a part', count({ part: 0.001 }), 1],
    ['nothing for a share', share(25), null],
    ['nothing for shadow', shadow, null],
  ] as const)('is %s', (_, step, units) => {
    expect(countOf(step, rings, 200)).toBe(units);
  });

  it('is one for a ring without units', () => {
    expect(countOf(ring(), [{ name: 'internal', units: [] }], 200)).toBe(1);
  });
});

describe('comparisonsIn', () => {
  const policy = (...of: readonly Step[]) => policyWith({ steps: of });

  it.each([
    ['those that are given', [shadow], shadow, 7, 7],
    ["shadow's own sample of the reads", [shadow], shadow, null, 40],
    ["in a share, still shadow's sample", [steps['expand'], shadow], share(25), null, 40],
    ['without shadow, a tenth of the reads', [], share(25), null, 8],
    ['of two shadows, each its own', [shadow], { ...shadow, sample: 1 }, null, 80],
  ] as const)('are %s', (_, of, step, comparisonsPerSecond, perSecond) => {
    const all = of.flatMap((one): readonly Step[] => (one === undefined ? [] : [one]));
    const told = comparisonsIn(step, policy(...all), { ...traffic, comparisonsPerSecond });
    expect(told).toBeCloseTo(perSecond, 12);
  });
});
