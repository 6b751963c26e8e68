import { describe, expect, it } from '@jest/globals';
import { comparedStep } from '../../../test/support/judged-policy.ts';
import { comparedUnit, tickOf } from '../../../test/support/judged-ticks.ts';
import { bucketCounts, noCounts } from '../histogram/bucket-counts.ts';
import { readUnits } from './units/unit-tick.ts';
import { noUnits } from './units/unit-table.ts';
import type { StepState } from './judge-state.ts';
import type { EvidenceTick } from './evidence-tick.ts';
import {
  countTick as countUnits,
  forgetDurations,
  freshStep,
  partOfStep,
  stepStateOf,
} from './step-state.ts';

const step = comparedStep({ index: 2, sinceRevision: 7 });

describe('stepStateOf', () => {
  const known = { ...freshStep(step), compared: 12 };

  it('keeps what is known of the same step under the same revision', () => {
    expect(stepStateOf(known, step)).toBe(known);
  });

  it.each([
    ['another step', { index: 3 }],
    ['another revision', { sinceRevision: 8 }],
    ['a route that is not acknowledged any more', { sinceRevision: null }],
  ])('knows nothing of %s', (_, changes) => {
    expect(stepStateOf(known, { ...step, ...changes }).compared).toBe(0);
  });

  it('knows nothing at first', () => {
    expect(stepStateOf(null, step)).toEqual(freshStep(step));
  });
});

describe('partOfStep', () => {
  it.each([
    [6, 7, false],
    [7, 7, true],
    [8, 7, true],
    [null, 7, false],
    [7, null, false],
  ])('evidence of revision %s in a step since revision %s: %s', (revision, sinceRevision, own) => {
    const tick = tickOf({ at: 0, revision });
    expect(partOfStep(tick, { ...step, sinceRevision })).toBe(own ? tick : null);
  });
});

const latency = { canary: bucketCounts({ '3': 9 }), baseline: bucketCounts({ '1': 28 }) };

function countTick(before: StepState, tick: EvidenceTick, took: typeof latency): StepState {
  return countUnits(before, tick, readUnits(noUnits, tick, new Set()), took);
}

describe('countTick', () => {
  const tick = tickOf({
    at: 5000,
    seconds: 2,
    canary: { requests: 10, failed: 1, units: 2, buckets: { '3': 9 } },
    baseline: { requests: 30, failed: 2, units: 3, buckets: { '1': 28 } },
    comparisons: [comparedUnit('a', 4, 1), comparedUnit('b', 2), comparedUnit('void', 0)],
  });

  it('adds up both cohorts', () => {
    const twice = countTick(
      countTick(freshStep(step), tick, latency),
      { ...tick, at: 7000 },
      latency,
    );
    expect(twice.canary).toEqual({
      requests: 20,
      failed: 2,
      latency: bucketCounts({ '3': 18 }),
      units: [3, 4],
    });
    expect(twice.baseline).toMatchObject({
      requests: 60,
      failed: 4,
      latency: bucketCounts({ '1': 56 }),
    });
    expect(twice.baseline.units).toHaveLength(3);
  });

  it('counts comparisons, and the units that had any', () => {
    const once = countTick(freshStep(step), tick, latency);
    expect([once.compared, once.mismatched]).toEqual([6, 1]);
    expect(once.comparedUnits).toEqual(['a', 'b']);
    expect(once.voided).toBeUndefined();
    const isVoid = { ...tick, comparisons: [{ ...comparedUnit('void', 0), void: 3 }] };
    expect(countTick(countTick(once, isVoid, latency), isVoid, latency).voided).toBe(6);
    expect(countTick(once, tick, latency).comparedUnits).toEqual(['a', 'b']);
  });

  it('begins where its first tick began', () => {
    const once = countTick(freshStep(step), tick, latency);
    expect(once.firstAt).toBe(3000);
    expect(countTick(once, { ...tick, at: 9000 }, latency).firstAt).toBe(3000);
  });
});

describe('forgetDurations', () => {
  it('keeps all that is counted but durations', () => {
    const counted = countTick(
      freshStep(step),
      tickOf({ at: 1000, canary: { requests: 4 } }),
      latency,
    );
    const forgot = forgetDurations(counted);
    expect([forgot.canary.latency, forgot.baseline.latency]).toEqual([noCounts, noCounts]);
    expect(forgot).toEqual({
      ...counted,
      canary: { ...counted.canary, latency: noCounts },
      baseline: { ...counted.baseline, latency: noCounts },
    });
  });
});
