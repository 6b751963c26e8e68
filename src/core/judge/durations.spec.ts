import { describe, expect, it } from '@jest/globals';
import { bucketCounts } from '../histogram/bucket-counts.ts';
import { ownLayout } from '../histogram/bucket-layout.ts';
import { tickOf } from '../../../test/support/judged-ticks.ts';
import {
  adoptLayout,
  type Durations,
  endStep,
  freshDurations,
  takeDurations,
  thresholdDurations,
} from './durations.ts';
import { type GroupedCounts, groupedTotal, noDurations, pooled } from './grouped-durations.ts';

const some = (count: number, bucket = '-8'): GroupedCounts =>
  noDurations.map((none, slot) => (slot === 2 ? bucketCounts({ [bucket]: count }) : none));

const known: Durations = {
  layout: ownLayout,
  history: some(500),
  lately: some(200),
  step: some(100),
};

const tick = (scale: number) => {
  const layout = { kind: 'exponential', scale } as const;
  const plain = tickOf({ at: 1000, baseline: { requests: 5, buckets: { '1': 5 } } });
  return { ...plain, latency: plain.latency.map((row) => ({ ...row, layout })) };
};

describe('adoptLayout', () => {
  it('takes over the first layout that it meets', () => {
    expect(adoptLayout(freshDurations, tick(2)).layout).toEqual({ kind: 'exponential', scale: 2 });
    expect(adoptLayout(freshDurations, tickOf({ at: 1000 }))).toBe(freshDurations);
  });

  it('stays as it is for the same layout and for a finer one', () => {
    expect(adoptLayout(known, tick(4))).toBe(known);
    expect(adoptLayout(known, tick(6))).toBe(known);
  });

  it('makes all that is known coarser', () => {
    const coarser = adoptLayout(known, tick(2));
    expect(coarser.layout).toEqual({ kind: 'exponential', scale: 2 });
    expect(pooled(coarser.history)).toEqual(bucketCounts({ '-2': 500 }));
    expect(pooled(coarser.lately)).toEqual(bucketCounts({ '-2': 200 }));
    expect(pooled(coarser.step)).toEqual(bucketCounts({ '-2': 100 }));
  });

  it('begins anew where buckets cannot be compared', () => {
    const layout = { kind: 'explicit', bounds: [0.1, 1] } as const;
    const plain = tick(4);
    const explicit = { ...plain, latency: plain.latency.map((row) => ({ ...row, layout })) };
    expect(adoptLayout(known, explicit)).toEqual({ ...freshDurations, layout });
  });
});

describe('endStep', () => {
  it('keeps the step that ended, and older durations only where it had few', () => {
    expect(groupedTotal(endStep(known).lately)).toBe(300);
    expect(groupedTotal(endStep({ ...known, step: some(1000) }).lately)).toBe(1000);
    expect(endStep(known).step).toBe(noDurations);
    expect(endStep(known).history).toBe(known.history);
  });
});

describe('thresholdDurations', () => {
  it('are of late where that is enough for a p99, else of all that is known', () => {
    expect(groupedTotal(thresholdDurations(known))).toBe(600);
    expect(groupedTotal(thresholdDurations({ ...known, lately: some(1000) }))).toBe(1000);
  });
});

describe('takeDurations', () => {
  const full = tickOf({ at: 1000, baseline: { requests: 7, buckets: { '-8': 7 } } });
  const part = tickOf({ at: 1000, baseline: { requests: 3, buckets: { '-8': 3 } } });
  const totals = ({ history, lately, step }: Durations): readonly number[] =>
    [history, lately, step].map((groups) => groupedTotal(groups));

  it('adds all of the old side to the history, and to the step what belongs to it', () => {
    const grown = (own: typeof part | null, isHistory: boolean): readonly number[] =>
      totals(takeDurations(known, full, own, { begins: false, isHistory }).after);
    expect(grown(full, true)).toEqual([507, 200, 107]);
    expect(grown(part, true)).toEqual([507, 200, 103]);
    expect(grown(part, false)).toEqual([500, 200, 103]);
    expect(grown(null, false)).toEqual([500, 200, 100]);
  });

  it('ends the step before, and lets thresholds come from the time before the tick', () => {
    const taken = takeDurations(known, full, full, { begins: true, isHistory: false });
    expect(totals(taken.before)).toEqual([500, 300, 0]);
    expect(totals(taken.after)).toEqual([500, 300, 7]);
    expect(groupedTotal(taken.tick.baseline)).toBe(7);
    expect(taken.own).toBe(taken.tick);
    expect(taken.isNewLayout).toBe(false);
  });

  it('says when bucket numbers mean something else', () => {
    const options = { begins: false, isHistory: true };
    const taken = takeDurations(known, tick(2), tick(2), options);
    expect(taken.isNewLayout).toBe(true);
    expect(pooled(taken.after.history)).toEqual(bucketCounts({ '-2': 500, '1': 5 }));
  });
});
