import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../../test/support/judged-policy.ts';
import { knownBaseline } from '../../../../test/support/known-baseline.ts';
import { bucketCounts } from '../../histogram/bucket-counts.ts';
import { freshDurations, takeDurations } from '../durations.ts';
import type { EvidenceTick, TickLatency } from '../evidence-tick.ts';
import { readDurations } from '../grouped-durations.ts';
import type { JudgeStep } from '../judge-step.ts';
import { observeBaseline } from './baseline-monitor.ts';
import { emptySlice, type Slice } from './baseline-slices.ts';
import { type BaselineState, beginBaseline } from './baseline-state.ts';
import { baselineStreams, baselineTick } from './baseline-streams.ts';

const streams = baselineStreams(demoConfig);
const begun = beginBaseline(streams);

function row(changes: Partial<TickLatency> = {}): TickLatency {
  return { cohort: 'baseline', operation: 'read', durations: bucketCounts({ 4: 2 }), ...changes };
}

/** Five seconds, in which the old side made ten reads and one of them failed. */
const tick: EvidenceTick = {
  at: 605_000,
  revision: 1,
  seconds: 5,
  units: [{ unit: 'a', cohort: 'baseline', operation: 'read', requests: 10, failed: 1 }],
  latency: [row()],
  comparisons: [],
};

/** Reads, of which one in a hundred failed; the same of all other streams. */
function slice(seconds: number, total: number): Slice {
  return {
    ...emptySlice(streams.length),
    seconds,
    total: streams.map(() => total),
    bad: streams.map(() => total / 100),
  };
}

function observe(
  state: Partial<BaselineState>,
  step: JudgeStep,
  changes: Partial<EvidenceTick> = {},
): BaselineState {
  const now = { ...tick, ...changes };
  const taken = takeDurations(freshDurations, now, null, { begins: false, isHistory: false });
  return observeBaseline({ ...begun, ...state }, demoConfig, now, step, taken);
}

const untouched = beforeStep({ index: 0, touched: false });
const expand = beforeStep({ index: 1, touched: true });

describe('when the schema is touched', () => {
  const levels = streams.map(() => [
    { level: 0, variance: 0 },
    { level: 0.3, variance: 0 },
  ]);
  const known = { step: 0, levels, history: slice(600, 1000), previous: slice(300, 500) };

  it('the time before is what the old side is held to, from the begin of the tick on', () => {
    const { touched, atStep, isTouched, step } = observe(known, expand);
    expect(touched).toMatchObject({ at: 600_000 });
    expect(touched?.streams[0]).toMatchObject({ oldBucket: null, ratio: 1 });
    expect({ atStep, isTouched, step }).toEqual({ atStep: null, isTouched: true, step: 1 });
  });

  it('what streams have moved by themselves is learned, and no more of it', () => {
    const { drift, levels: left } = observe(known, expand);
    expect(drift).toEqual(streams.map(() => [0.3]));
    expect(left).toEqual(streams.map(() => []));
  });

  it('nothing of that happens before, nor again', () => {
    expect(observe(known, untouched)).toMatchObject({ touched: null, isTouched: false, levels });
    const before = { ...known, isTouched: true, touched: null, step: 1 };
    expect(observe(before, expand)).toMatchObject({ touched: null, levels });
  });

  it('a step with cohorts has touched it, whether it says so or not', () => {
    expect(observe(known, comparedStep()).isTouched).toBe(true);
    expect(observe(known, beforeStep({ index: 0 })).isTouched).toBe(false);
  });
});

describe('when a later step begins', () => {
  const known = {
    isTouched: true,
    step: 1,
    previous: slice(300, 500),
    open: slice(20, 40),
    episodes: 3,
    recentTotal: begun.recentTotal.map(() => 8),
    recentBad: begun.recentBad.map(() => 4),
  };

  it('the time just before it is what the old side is held to as well', () => {
    const { atStep, touched, episodes } = observe(known, comparedStep());
    expect(atStep).toMatchObject({ at: 600_000 });
    expect({ touched, episodes }).toEqual({ touched: null, episodes: 0 });
  });

  it('what happened of late is counted anew', () => {
    const { recentTotal, recentBad } = observe(known, comparedStep());
    // At the limits of the step the reads of this tick have been counted, nothing else.
    expect(recentTotal[0]).toBe(0);
    expect([recentTotal[streams.length], recentBad[streams.length]]).toEqual([10, 1]);
    expect(observe(known, expand).recentTotal[0]).toBeGreaterThan(7);
  });
});

describe('a tick', () => {
  it('that no route is known of tells nothing', () => {
    const state = { ...begun, step: 0 };
    expect(observe(state, untouched, { revision: null })).toEqual(state);
  });

  it('is held against the past, but at 100 %, where nobody is on the old side', () => {
    const known = { isTouched: true, step: 4, touched: knownBaseline(streams) };
    expect(observe(known, comparedStep()).recentTotal[0]).toBe(10);
    expect(observe(known, comparedStep({ mode: 'whole' })).recentTotal[0]).toBe(0);
  });

  it('grows the history until the schema is touched, and the open window always', () => {
    expect(observe({ step: 0 }, untouched)).toMatchObject({
      history: { seconds: 5 },
      open: { seconds: 5 },
    });
    const later = observe({ step: 1, isTouched: true }, expand);
    expect(later).toMatchObject({ history: { seconds: 0 }, open: { seconds: 5 } });
  });

  it('closes a window after five minutes', () => {
    const nearly = { step: 0, open: slice(290, 1000) };
    expect(observe(nearly, untouched)).toMatchObject({ open: { seconds: 295 } });
    const closed = observe({ step: 0, open: slice(295, 1000) }, untouched);
    expect(closed).toMatchObject({
      open: { seconds: 0 },
      previous: { seconds: 300 },
      minutes: { seconds: 0 },
    });
    expect(closed.levels[0]).toEqual([{ level: Math.log(11 / 1010), variance: 1 / 11 }]);
    // The median of the reads; of writes there are none.
    expect(closed.gauges).toEqual([null, null, null, 4, 4, 4, null, null, null]);
  });

  it('learns no levels once the schema is touched, and of eight hours at most before', () => {
    const open = slice(295, 1000);
    expect(observe({ step: 1, isTouched: true, open }, expand).levels[0]).toEqual([]);
    const many = streams.map(() => Array.from({ length: 96 }, () => null));
    const { levels } = observe({ step: 0, open, levels: many }, untouched);
    expect(levels[0]).toHaveLength(96);
    expect(levels[0]?.at(-1)).not.toBeNull();
  });
});

describe('what the monitor sees of a tick', () => {
  const mixed = {
    ...tick,
    units: [
      ...tick.units,
      { unit: 'b', cohort: 'canary', operation: 'read', requests: 99, failed: 99 },
      { unit: 'c', cohort: 'baseline', operation: 'write', requests: 7, failed: 2 },
      { unit: 'c', cohort: 'baseline', requests: 5, failed: 0 },
    ],
    latency: [
      row({ group: 1 }),
      row({ group: 2, durations: bucketCounts({ 9: 3 }) }),
      row({ cohort: 'canary', durations: bucketCounts({ 4: 50 }) }),
      row({ operation: 'write', durations: bucketCounts({ 7: 1 }) }),
    ],
  } as const satisfies EvidenceTick;
  const seen = (strata: Parameters<typeof baselineTick>[3]) =>
    baselineTick(streams, mixed, readDurations(mixed, { kind: 'exponential', scale: 4 }), strata);

  it('is the old side alone, by kind of operation', () => {
    const { errors, durations, tails } = seen(null);
    expect(errors.slice(0, 4)).toEqual([
      { total: 10, bad: 1 },
      { total: 7, bad: 2 },
      { total: 5, bad: 0 },
      { total: 0, bad: 0 },
    ]);
    expect(durations).toEqual({
      read: bucketCounts({ 4: 2, 9: 3 }),
      write: bucketCounts({ 7: 1 }),
    });
    expect([tails.read.total, tails.write.total]).toEqual([5, 1]);
  });

  it('is every group in a common place, once it is known how they differ', () => {
    const offsets = [0, 0, 5, ...Array.from({ length: 8 }, () => 0)];
    const strata = { offsets, relative: [], variance: [], share: [], diversity: 0 };
    expect(seen(strata).durations.read).toEqual(bucketCounts({ 4: 5 }));
  });
});
