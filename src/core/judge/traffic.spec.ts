import { describe, expect, it } from '@jest/globals';
import { tickOf } from '../../../test/support/judged-ticks.ts';
import type { Traffic } from './judge-state.ts';
import { watchTraffic } from './traffic.ts';
import { takeUnits } from './units/take-units.ts';
import { noUnits, type UnitTable } from './units/unit-table.ts';

const nothing: Traffic = { expected: 0, seen: 0, shortSince: null };

const compared = { exposed: true, leftOut: new Set<string>(), tolerate: { ratio: 1.1, add: 0 } };

/** The canary's unit used to make a third of what the baseline's makes. */
const past: UnitTable = takeUnits(
  noUnits,
  {
    ...tickOf({ at: 0, baseline: { requests: 3000 } }),
    units: [
      { unit: 'canary-0', cohort: 'baseline', requests: 1000, failed: 0 },
      { unit: 'baseline-0', cohort: 'baseline', requests: 3000, failed: 0 },
    ],
  },
  null,
  { ...compared, exposed: false, tolerate: { ratio: 1, add: 0 } },
).after;

interface Watched {
  readonly traffic: Traffic;
  readonly units: UnitTable;
}

function watch(
  canary: number,
  baseline: number,
  ticks: number,
  from: Watched = { traffic: nothing, units: past },
  leftOut = compared.leftOut,
): Watched {
  let { traffic, units } = from;
  const start = traffic === nothing ? 0 : 60_000;
  for (let i = 1; i <= ticks; i += 1) {
    const at = start + i * 1000;
    const tick = tickOf({ at, canary: { requests: canary }, baseline: { requests: baseline } });
    const taken = takeUnits(units, tick, null, {
      exposed: true,
      leftOut,
      tolerate: { ratio: 1, add: 0 },
    });
    traffic = watchTraffic(traffic, taken, leftOut);
    units = taken.after;
  }
  return { traffic, units };
}

describe('watchTraffic', () => {
  it('is content while the canary keeps its part', () => {
    const { traffic } = watch(10, 30, 60);
    expect(traffic.shortSince).toBeNull();
    expect(traffic.seen / traffic.expected).toBeCloseTo(1, 2);
  });

  it('does not mind the time of day, which both sides share', () => {
    expect(watch(1, 3, 300).traffic.shortSince).toBeNull();
  });

  it('notes since when less than half arrives, and forgets it when it comes back', () => {
    const lost = watch(2, 30, 100, watch(10, 30, 60));
    expect(lost.traffic.shortSince).toBeGreaterThan(60_000);
    expect(lost.traffic.shortSince).toBeLessThan(110_000);
    expect(watch(10, 30, 100, lost).traffic.shortSince).toBeNull();
  });

  it('keeps expecting a unit that it saw once and that fell silent', () => {
    expect(watch(0, 30, 100, watch(10, 30, 5)).traffic.shortSince).not.toBeNull();
  });

  it('says nothing about a handful of requests', () => {
    expect(watch(0, 3, 10, watch(1, 3, 1)).traffic.shortSince).toBeNull();
  });

  it('expects nothing without a history to compare with', () => {
    expect(watch(0, 500, 3, { traffic: nothing, units: noUnits }).traffic.expected).toBe(0);
  });

  it('expects as much of the others when one unit was sent back', () => {
    const other = watch(10, 30, 60, { traffic: nothing, units: past }, new Set(['somebody else']));
    expect(other.traffic).toEqual(watch(10, 30, 60).traffic);
  });

  it('is short below half of what is expected, and from twenty expected requests on', () => {
    const after = (canary: number, baseline: number): number | null =>
      watch(canary, baseline, 1, { traffic: nothing, units: past }).traffic.shortSince;
    // The canary's unit should make a third of the baseline's.
    expect(after(10, 60)).toBeNull();
    expect(after(9, 60)).toBe(1000);
    expect(after(9, 57)).toBeNull();
  });

  it('expects nothing of a unit that was sent back', () => {
    const gone = watch(10, 30, 100, watch(10, 30, 60), new Set(['canary-0']));
    expect(gone.traffic.shortSince).toBeNull();
    expect(gone.traffic.expected).toBeLessThan(60);
  });
});
