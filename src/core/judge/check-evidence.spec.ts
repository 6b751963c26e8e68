import { describe, expect, it } from '@jest/globals';
import { comparedUnit, tickOf } from '../../../test/support/judged-ticks.ts';
import { comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { noCounts } from '../histogram/bucket-counts.ts';
import { CrossfadeError } from '../errors.ts';
import { checkBatch, checkEvidence } from './check-evidence.ts';
import type { EvidenceTick } from './evidence-tick.ts';
import { beginJudge, observeTick } from './judge.ts';

const sound = tickOf({
  at: 5000,
  canary: { requests: 10, failed: 10, buckets: { '-3': 1, '0': 2, '12': 7 } },
  baseline: { requests: 0 },
  comparisons: [comparedUnit('a', 3, 3)],
});

function unit(requests: number, failed: number): Partial<EvidenceTick> {
  return { units: [{ unit: 'acme', cohort: 'canary', requests, failed }] };
}

function durations(offset: number, ...counts: number[]): Partial<EvidenceTick> {
  return { latency: [{ cohort: 'canary', operation: 'read', durations: { offset, counts } }] };
}

function inGroup(group: number): Partial<EvidenceTick> {
  return { latency: [{ cohort: 'canary', operation: 'read', group, durations: noCounts }] };
}

const impossible: [string, Partial<EvidenceTick>, RegExp][] = [
  ['more failures than requests', unit(3, 4), /more failed than requested.*acme.*4 of 3/],
  ['a negative count', unit(-1, 0), /requests of unit "acme" \(canary\) is -1/],
  ['half a request', unit(1.5, 0), /is 1.5, a whole number/],
  ['no number', unit(Number.NaN, 0), /is NaN/],
  ['infinitely many', unit(Infinity, 0), /is Infinity/],
  ['a negative failure', unit(1, -1), /failed requests of unit "acme"/],
  ['more mismatches than comparisons', { comparisons: [comparedUnit('acme', 1, 2)] }, /2 of 1/],
  ['a negative comparison', { comparisons: [comparedUnit('acme', -1)] }, /comparisons of unit/],
  ['buckets between others', durations(1.5, 1), /reads \(canary\) begins with bucket 1.5/],
  ['a negative bucket count', durations(2, 1, -2), /reads \(canary\), bucket 3 is -2/],
  ['an unknown ramp group', inGroup(10), /latency of reads \(canary\) names ramp group 10, 0 to 9/],
  ['half a ramp group', inGroup(0.5), /ramp group 0.5/],
  ['a ramp group below all', inGroup(-1), /ramp group -1/],
  ['time that ran backwards', { seconds: -1 }, /covers -1 s/],
  ['no time', { at: Number.NaN }, /its time is NaN/],
  ['a negative revision', { revision: -1 }, /the revision is -1/],
  ['an impossible part', { parts: [{ ...sound, ...unit(1, 2) }] }, /2 of 1/],
];

describe('checkEvidence', () => {
  it('accepts what can have happened', () => {
    expect(() => checkEvidence(sound)).not.toThrow();
    expect(() => checkEvidence({ ...sound, revision: null, seconds: 0 })).not.toThrow();
  });

  it.each(impossible)('refuses %s', (_, wrong, message) => {
    expect(() => checkEvidence({ ...sound, ...wrong })).toThrow(message);
  });

  it.each(impossible)('changes no state by %s', (_, wrong) => {
    const state = beginJudge(demoConfig);
    const before = JSON.stringify(state);
    let thrown: unknown;
    try {
      observeTick(state, demoConfig, { ...sound, ...wrong }, comparedStep());
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CrossfadeError);
    expect((thrown as CrossfadeError).code).toBe('invalidInput');
    expect(JSON.stringify(state)).toBe(before);
  });
});

describe('checkBatch', () => {
  const batch = {
    migration: 'users-birthdate',
    fromMs: 0,
    toMs: 1000,
    fallbacks: 0,
    withoutUnit: 0,
    served: { old: 0, new: 0 },
    revision: 1,
    units: sound.units,
    latency: [{ cohort: 'canary', operation: 'read', buckets: { '-3': 1, '12': 7 } }] as const,
    comparisons: sound.comparisons,
  };

  it('accepts a sound batch', () => {
    expect(() => checkBatch(batch)).not.toThrow();
  });

  it('refuses an impossible one before it is stored', () => {
    const units = [{ unit: 'acme', cohort: 'canary', requests: 3, failed: 4 }] as const;
    expect(() => checkBatch({ ...batch, units })).toThrow(/4 of 3/);
    expect(() => checkBatch({ ...batch, revision: 0.5 })).toThrow(/revision is 0.5/);
    expect(() => checkBatch({ ...batch, comparisons: [comparedUnit('acme', 1, 2)] })).toThrow(
      /2 of 1/,
    );
  });

  it.each([
    ['fast', 1, /bucket "fast", whole numbers of at most 1024 are right/],
    ['1.5', 1, /bucket "1.5"/],
    ['Infinity', 1, /bucket "Infinity"/],
    ['-1025', 1, /bucket "-1025"/],
    ['3', -2, /latency of writes \(baseline\), bucket 3 is -2/],
  ])('refuses the bucket %s with %d durations', (bucket, count, message) => {
    const row = { cohort: 'baseline', operation: 'write', buckets: { [bucket]: count } } as const;
    expect(() => checkBatch({ ...batch, latency: [row] })).toThrow(message);
  });
});
