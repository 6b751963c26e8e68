import { describe, expect, it } from '@jest/globals';
import { ownLayout } from '../../histogram/bucket-layout.ts';
import type { LatencyTolerance } from '../../policy/guard.ts';
import { newProcess } from '../../statistics/e-process.ts';
import { type BaselineState, beginBaseline } from './baseline-state.ts';
import type { BaselineStream } from './baseline-streams.ts';
import { isSameWatch, rebaseBaseline } from './rebase-baseline.ts';

function streams(ratio: number, tolerate: LatencyTolerance): readonly BaselineStream[] {
  return [
    { kind: 'errors', operation: 'read', tolerate: { ratio, add: 0 } },
    { kind: 'latency', operation: 'read', tolerate },
  ];
}

const p90 = { quantile: 0.9, part: 0.05, atLeastMs: 0 };
const before = streams(1.1, p90);
const grown = { elapsed: 9, grown: [1] };
const reference = {
  at: 7,
  streams: [
    { oldBucket: null, limitBucket: null, rate: 0.01, ratio: 1 },
    { oldBucket: -100, limitBucket: -99, rate: 0.1, ratio: 1 },
  ],
  harm: [grown, grown],
  dispersion: [1, 1],
};
const state: BaselineState = {
  ...beginBaseline(before),
  layout: ownLayout,
  isTouched: true,
  step: 3,
  touched: reference,
  recentTotal: [1, 2, 3, 4],
  recentBad: [1, 2, 3, 4],
  harm: { stream: 0, since: 'touched', at: 8, logHarm: 9, calmSeconds: 0 },
};

describe('the watch over the old side after a rebase', () => {
  it('is as it was where nothing else is tolerated', () => {
    expect(rebaseBaseline(state, before, streams(1.1, p90))).toBe(state);
  });

  it('keeps what it knows of the past, and bets anew at the new limits', () => {
    const after = rebaseBaseline(state, before, streams(2, { ...p90, part: 1 }));
    expect(after).toMatchObject({ isTouched: true, step: 3, harm: null, atStep: null });
    expect(after.recentTotal).toEqual([0, 0, 0, 0]);
    expect(after.touched?.harm).toEqual([newProcess, newProcess]);
    expect(after.touched?.streams[0]).toEqual(reference.streams[0]);
    const limit = after.touched?.streams[1];
    expect(limit).toMatchObject({ oldBucket: -100, rate: 0.1 });
    expect(limit?.limitBucket).toBeGreaterThan(-99);
  });

  it('begins anew where something else is watched, and knows that the schema was touched', () => {
    const other = streams(1.1, { ...p90, quantile: 0.5 });
    expect(isSameWatch(before, other)).toBe(false);
    const fresh = { ...beginBaseline(other), layout: ownLayout, isTouched: true, step: 3 };
    expect(rebaseBaseline(state, before, other)).toEqual(fresh);
  });
});
