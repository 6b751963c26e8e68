import { describe, expect, it } from '@jest/globals';
import { largeUnit, onePoint } from './faults.ts';
import { placeUnits, sumCohorts } from './stand.ts';
import { drawTrace } from './strike.ts';
import type { Trace } from './trace.ts';
import type { World } from './world.ts';
import { daily, heavyUnits, incidentsOnBoth } from './worlds.ts';

const brief: World = { ...daily, units: 20, history: 600 };

function live(trace: Trace): number[] {
  return [...trace.moments.keys()].filter((index) => (trace.moments[index]?.at ?? 0) > 0);
}

function sumsOf(trace: Trace, quarantined: number[] = []): ReturnType<typeof sumCohorts>[] {
  const isNew = new Uint8Array(trace.population.names.length);
  return live(trace).map((index) => {
    placeUnits(trace, trace.moments[index]?.stage.share ?? 0, quarantined, isNew);
    return sumCohorts(trace, index, isNew);
  });
}

function total(sums: readonly ReturnType<typeof sumCohorts>[]): {
  newRate: number;
  oldRate: number;
  requests: number;
} {
  const add = (key: 'newTotal' | 'newBad' | 'oldTotal' | 'oldBad'): number =>
    sums.reduce((sum, each) => sum + each[key], 0);
  return {
    newRate: add('newBad') / add('newTotal'),
    oldRate: add('oldBad') / add('oldTotal'),
    requests: add('newTotal') + add('oldTotal'),
  };
}

describe('drawTrace', () => {
  it('is the same rollout for the same seed', () => {
    const all = ({ requests, failed, newHarm }: Trace): number[] => [
      ...requests.subarray(0, 2_000),
      ...[requests, failed, newHarm].map((counts) => counts.reduce((sum, count) => sum + count, 0)),
    ];
    const one = all(drawTrace(brief, onePoint, 5));
    expect(all(drawTrace(brief, onePoint, 5))).toEqual(one);
    expect(all(drawTrace(brief, onePoint, 6))).not.toEqual(one);
  });

  it('sends 1,000 requests per second, of which 0.1 % fail on either side', () => {
    const all = Array.from({ length: 2 }, (_, seed) => sumsOf(drawTrace(brief, null, seed))).flat();
    const { requests, newRate, oldRate } = total(all);
    expect(requests / (2 * 2_400 * 1_000)).toBeGreaterThan(0.7);
    expect(requests / (2 * 2_400 * 1_000)).toBeLessThan(1.3);
    expect(newRate).toBeCloseTo(0.001, 3);
    expect(oldRate).toBeCloseTo(0.001, 3);
  });

  it('adds harm to the new side only, and counts it', () => {
    const sums = sumsOf(drawTrace(brief, onePoint, 1));
    const { newRate, oldRate } = total(sums);
    expect(newRate - oldRate).toBeCloseTo(0.01, 3);
    const extra = sums.reduce((sum, { extraErrors }) => sum + extraErrors, 0);
    const served = sums.reduce((sum, { newTotal }) => sum + newTotal, 0);
    expect(extra / served).toBeCloseTo(0.01, 3);
  });

  it('strikes both sides alike in an incident', () => {
    const trace = drawTrace({ ...incidentsOnBoth, units: 20, history: 600 }, null, 2);
    const worst = sumsOf(trace).reduce((a, b) => (a.oldBad > b.oldBad ? a : b));
    expect(worst.oldBad / worst.oldTotal).toBeGreaterThan(0.05);
    expect(worst.newBad / worst.newTotal).toBeGreaterThan(0.05);
    expect(worst.extraErrors).toBe(0);
  });

  it('puts the culprit on the new side at once, and off it when it is sent back', () => {
    const trace = drawTrace({ ...heavyUnits, history: 600 }, largeUnit, 3);
    const culprit = trace.culprit ?? -1;
    expect(trace.population.traffic[culprit]).toBeCloseTo(0.06, 2);
    const first = sumsOf(trace)[0];
    expect(first?.extraErrors).toBeGreaterThan(0);
    expect(sumsOf(trace, [culprit])[0]?.extraErrors).toBe(0);
  });
});
