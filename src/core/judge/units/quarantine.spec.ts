import { describe, expect, it } from '@jest/globals';
import { tickOf } from '../../../../test/support/judged-ticks.ts';
import { probe, probeResult, type Quarantined, sendBack } from './quarantine.ts';
import { noUnits } from './unit-table.ts';

/** Failed half of its requests on the new side. */
const broken: Quarantined = {
  unit: 'a',
  at: 0,
  newRequests: 40,
  newFailed: 20,
  oldRequests: 0,
  oldFailed: 0,
  oldUsual: 0,
  seconds: 0,
};

function onOldSide(requests: number, failed: number, seconds = 120, oldUsual = 0.1): Quarantined {
  return { ...broken, oldRequests: requests, oldFailed: failed, seconds, oldUsual };
}

describe('probeResult', () => {
  it('says nothing before two minutes, nor before failures would have shown', () => {
    expect(probeResult(onOldSide(100, 0, 119))).toBe('probing');
    expect(probeResult(onOldSide(9, 0))).toBe('probing');
    expect(probeResult(onOldSide(10, 0))).toBe('confirmed');
  });

  it('confirms a unit that is well on the old side, though it may fail now and then', () => {
    expect(probeResult(onOldSide(100, 0))).toBe('confirmed');
    expect(probeResult(onOldSide(100, 3))).toBe('confirmed');
  });

  it('blames the environment for failures that go on', () => {
    expect(probeResult(onOldSide(100, 50))).toBe('environment');
    expect(probeResult(onOldSide(100, 30))).toBe('environment');
    expect(probeResult(onOldSide(100, 8, 120, 60))).toBe('environment');
  });

  it('never ends for a unit that never failed', () => {
    expect(probeResult({ ...onOldSide(500, 0), newFailed: 0 })).toBe('probing');
    expect(probeResult({ ...onOldSide(500, 0), newRequests: 0 })).toBe('probing');
  });
});

describe('probe', () => {
  const tick = {
    ...tickOf({ at: 9000, seconds: 2 }),
    units: [
      { unit: 'a', cohort: 'baseline', operation: 'read', requests: 6, failed: 2 },
      { unit: 'a', cohort: 'baseline', operation: 'write', requests: 4, failed: 1 },
      { unit: 'a', cohort: 'canary', requests: 3, failed: 3 },
      { unit: 'b', cohort: 'baseline', requests: 90, failed: 9 },
    ],
  } as const;

  it("adds up the unit's own operations on the old side", () => {
    expect(probe([broken], tick, noUnits, 0.01)).toEqual([
      { ...broken, oldRequests: 10, oldFailed: 3, oldUsual: 0.1, seconds: 2 },
    ]);
  });

  it('learns nothing while the unit makes no request there', () => {
    expect(probe([broken], tickOf({ at: 1000 }), noUnits, 0.01)).toEqual([broken]);
  });
});

describe('sendBack', () => {
  it('remembers what the unit lately did on the new side', () => {
    const table = { ...noUnits, names: ['x', 'a'], recentRequests: [1, 40], recentFailed: [0, 20] };
    expect(sendBack('a', table, 0)).toEqual(broken);
    expect(sendBack('nobody', table, 5)).toMatchObject({ at: 5, newRequests: 0, newFailed: 0 });
  });
});
