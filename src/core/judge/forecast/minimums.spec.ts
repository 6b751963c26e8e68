import { describe, expect, it } from '@jest/globals';
import { plannedStep } from '../../../../test/support/planned-step.ts';
import { defaults } from '../../policy/defaults.ts';
import type { EvidencePolicy } from '../../policy/policy.ts';
import { later, untilCompared, untilMinimum } from './minimums.ts';
import { usualTraffic } from './population.ts';

/** 100 units that are alike, with a request a second each. */
const traffic = { ...usualTraffic, requestsPerSecond: 100, units: 100, zipf: 0 };

function evidence(requests: number, units: number | 'auto'): EvidencePolicy {
  return { ...defaults.evidence, minimum: { requests, units } };
}

/** Of 100 units so many are active after `seconds` with `perSecond` requests of each, by Poisson's law. */
function activeAfter(seconds: number, perSecond: number, of = 100): number {
  return of * (1 - Math.exp(-seconds * perSecond));
}

/** The time is searched in strides of a twentieth. */
function expectWithinStride(told: number | null, units: number, perSecond: number, of = 100): void {
  expect(activeAfter(told ?? 0, perSecond, of)).toBeGreaterThanOrEqual(units);
  expect(activeAfter((told ?? Infinity) / 1.0501, perSecond, of)).toBeLessThan(units);
}

describe('later', () => {
  it.each([
    [1, 2, 2],
    [2, 1, 2],
    [null, 1, null],
    [1, null, null],
  ])('of %p and %p is %p', (a, b, time) => {
    expect(later(a, b)).toBe(time);
  });
});

describe('untilMinimum', () => {
  it('waits for the requests on the new side', () => {
    expect(untilMinimum(evidence(1000, 1), traffic, plannedStep({}))).toBe(40);
    expect(untilMinimum(evidence(1000, 1), traffic, plannedStep({ share: 0.5 }))).toBe(20);
  });

  it.each([
    ['by default for half of the smaller cohort', 0.25, 'auto', 12],
    ['the same from the other end', 0.75, 'auto', 12],
    ['for those that are named', 0.25, 24, 24],
  ] as const)('waits %s', (_, share, wanted, units) => {
    const slow = { ...traffic, requestsPerSecond: 1 };
    const told = untilMinimum(evidence(0, wanted), slow, plannedStep({ share }));
    expectWithinStride(told, units, 0.01, 25);
  });

  it('waits for whichever comes last', () => {
    const slow = { ...traffic, requestsPerSecond: 1 };
    const units = untilMinimum(evidence(0, 'auto'), slow, plannedStep({})) ?? 0;
    expect(untilMinimum(evidence(1, 'auto'), slow, plannedStep({}))).toBe(units);
    expect(untilMinimum(evidence(100, 'auto'), slow, plannedStep({}))).toBe(400);
  });

  it('never ends where the smaller cohort has too few units', () => {
    const most = untilMinimum(evidence(0, 24), traffic, plannedStep({ share: 0.25 }));
    expect(most).not.toBeNull();
    expect(untilMinimum(evidence(0, 26), traffic, plannedStep({ share: 0.25 }))).toBeNull();
    expect(untilMinimum(evidence(0, 26), traffic, plannedStep({ share: 0.75 }))).toBeNull();
  });

  it('never ends where it takes more than a hundred days', () => {
    const still = { ...traffic, requestsPerSecond: 1e-7 };
    expect(untilMinimum(evidence(0, 12), still, plannedStep({}))).toBeNull();
    const nearly = { ...traffic, requestsPerSecond: 1e-5 };
    expect(untilMinimum(evidence(0, 12), nearly, plannedStep({}))).toBeGreaterThan(60 * 86_400);
  });

  describe('in a ring', () => {
    const slow = { ...traffic, requestsPerSecond: 1 };
    const until = (ringUnits: number, wanted: number | 'auto', requests = 0) =>
      untilMinimum(
        evidence(requests, wanted),
        slow,
        plannedStep({ share: ringUnits / 100, ringUnits }),
      );

    it.each([
      ['half of it by default', 10, 'auto', 5],
      ['at least one', 1, 'auto', 1],
      ['as many as are named', 10, 3, 3],
      ['never more than it has', 4, 20, 4],
    ] as const)('waits for %s, on average over the population', (_, ring, wanted, units) => {
      const told = untilMinimum(
        evidence(0, wanted),
        slow,
        plannedStep({ share: 0.5, ringUnits: ring }),
      );
      expectWithinStride(told, units, 0.01, 50);
    });

    it('does not wait for requests', () => {
      expect(until(10, 'auto', 1e9)).toBe(until(10, 'auto'));
    });
  });
});

describe('untilCompared', () => {
  const compared = (atLeast: number, units: number, comparisons: number) =>
    untilCompared({ atLeast, units }, traffic, plannedStep({ comparisons }));

  it('waits for the comparisons', () => {
    expect(compared(500, 1, 10)).toBe(50);
  });

  it('waits for the units, of the whole population', () => {
    expectWithinStride(compared(0, 80, 1), 80, 0.01);
  });

  it('never ends without comparisons, or with too few units', () => {
    expect(compared(1, 1, 0)).toBeNull();
    expect(compared(1, 0, 0)).toBeNull();
    expect(compared(1, 101, 10)).toBeNull();
  });
});
