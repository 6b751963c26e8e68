import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { tickOf } from '../../../test/support/judged-ticks.ts';
import { bucketCounts } from '../histogram/bucket-counts.ts';
import { pooled } from './grouped-durations.ts';
import { activeUnits, beginJudge, historySeconds, type JudgeState, observeTick } from './judge.ts';

const old = { requests: 30, failed: 3, units: 3, buckets: { '-100': 27 } };

function observe(state: JudgeState, ...ticks: ReturnType<typeof tickOf>[]): JudgeState {
  return ticks.reduce((next, tick) => observeTick(next, demoConfig, tick, beforeStep()), state);
}

describe('history', () => {
  it('adds up time, units, failures and durations of the old side', () => {
    const state = observe(
      beginJudge(demoConfig),
      tickOf({ at: 1000, baseline: old }),
      tickOf({ at: 3000, seconds: 2, baseline: old }),
    );
    expect(historySeconds(state)).toBe(3);
    expect(activeUnits(state)).toBe(3);
    expect(state.units.names).toEqual(['baseline-0', 'baseline-1', 'baseline-2']);
    expect(state.units.past.requests).toEqual([20, 20, 20]);
    expect(state.units.past.counted).toEqual([2, 2, 2]);
    expect(pooled(state.durations.history)).toEqual(bucketCounts({ '-100': 54 }));
  });

  it('knows nothing of a time from which no batch came', () => {
    const state = observe(beginJudge(demoConfig), tickOf({ at: 1000, revision: null }));
    expect(historySeconds(state)).toBe(0);
  });

  it('counts a unit as active only once it made a request', () => {
    const idle = tickOf({ at: 1000, baseline: { requests: 2, units: 4 } });
    expect(activeUnits(observe(beginJudge(demoConfig), idle))).toBe(2);
  });

  it('grows in shadow and while the first exposure is not there yet', () => {
    const tick = tickOf({ at: 1000, baseline: old });
    for (const mode of ['shadow', 'compared'] as const) {
      const step = comparedStep({ mode });
      const state = observeTick(beginJudge(demoConfig), demoConfig, tick, step);
      expect(historySeconds(state)).toBe(1);
    }
  });

  it('is closed from the first request of the new side on, whatever comes later', () => {
    const before = observe(beginJudge(demoConfig), tickOf({ at: 1000, baseline: old }));
    const exposing = tickOf({ at: 2000, baseline: old, canary: { requests: 1 } });
    const exposed = observeTick(before, demoConfig, exposing, comparedStep());
    const after = observe(exposed, tickOf({ at: 3000, baseline: old }));
    expect(after.history).toEqual(before.history);
    expect(after.units.past.requests).toEqual(before.units.past.requests);
  });

  it('remembers units by any name', () => {
    const units = [{ unit: '__proto__', cohort: 'baseline', requests: 4, failed: 1 }] as const;
    const state = observe(beginJudge(demoConfig), { ...tickOf({ at: 1000 }), units });
    const read = JSON.parse(JSON.stringify(state)) as JudgeState;
    expect(read.units.names).toEqual(['__proto__']);
    expect(read.units.past.requests).toEqual([4]);
  });
});
