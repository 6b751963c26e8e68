import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../test/support/seeded-random.ts';
import {
  advanceUnitGuard,
  harmedRows,
  logUnitGuard,
  loudest,
  type UnitProcess,
} from './unit-guard.ts';
import type { OpenMinute, UnitKnowledge } from './unit-table.ts';

const units = 50;

/** Fifty units with ten requests a minute, of which each has a bad minute in fifty. */
const known: UnitKnowledge = {
  relative: [],
  variance: [],
  kindRates: {},
  spread: 1,
  drift: 0,
  dispersion: 1,
  rate: 0.002,
  badMinutes: Array.from({ length: units }, () => 2),
  requestsPerMinute: Array.from({ length: units }, () => 10),
  minutes: 100,
};

/** Ten units on the new side; `bad` says of which of all half of the requests failed. */
function minuteOf(bad: (row: number) => boolean, requests = 10): OpenMinute {
  const column = (value: (row: number) => number): number[] =>
    Array.from({ length: units }, (_, row) => value(row));
  return {
    seconds: 60,
    newRequests: column((row) => (row < 10 ? requests : 0)),
    newFailed: column((row) => (row < 10 && bad(row) ? requests / 2 : 0)),
    oldRequests: column((row) => (row < 10 ? 0 : 10)),
    oldFailed: column((row) => (row >= 10 && bad(row) ? 5 : 0)),
  };
}

function after(
  minutes: readonly OpenMinute[],
  add = 0,
  past: UnitKnowledge = known,
): readonly UnitProcess[] {
  return minutes.reduce<readonly UnitProcess[]>(
    (processes, minute) => advanceUnitGuard(processes, past, minute, { ratio: 1, add }),
    [],
  );
}

const times = (count: number, minute: OpenMinute): OpenMinute[] =>
  Array.from({ length: count }, () => minute);

describe('advanceUnitGuard', () => {
  it('finds the unit that fails in every minute', () => {
    const processes = after(
      times(
        8,
        minuteOf((row) => row === 3),
      ),
    );
    expect(logUnitGuard(processes, units)).toBeGreaterThan(Math.log(100));
    expect(loudest(processes)[0]).toBe(3);
    expect(harmedRows(processes, units, 0.01)).toEqual([3]);
    expect(logUnitGuard(processes, units, [3])).toBeLessThan(0.1);
  });

  it('hardly ever takes what is usual for harm', () => {
    let alarms = 0;
    for (let run = 0; run < 200; run += 1) {
      const random = seededRandom(run);
      let processes: readonly UnitProcess[] = [];
      let isAlarmed = false;
      for (let minute = 0; minute < 60; minute += 1) {
        const bad = Array.from({ length: units }, () => random() < 0.02);
        processes = advanceUnitGuard(
          processes,
          known,
          minuteOf((row) => bad[row] === true),
          { ratio: 1, add: 0 },
        );
        if (logUnitGuard(processes, units) >= Math.log(100)) isAlarmed = true;
      }
      alarms += isAlarmed ? 1 : 0;
    }
    expect(alarms).toBeLessThanOrEqual(2);
  });

  it('takes an incident of both sides for no harm', () => {
    const processes = after(
      times(
        10,
        minuteOf((row) => row % 2 === 0),
      ),
    );
    expect(logUnitGuard(processes, units)).toBeLessThan(Math.log(3));
  });

  it('learns nothing from minutes without a request, or of units without a past', () => {
    expect(
      after(
        times(
          5,
          minuteOf(() => true, 0),
        ),
      ),
    ).toEqual([]);
    const stranger = { ...known, requestsPerMinute: [], badMinutes: [] };
    expect(
      advanceUnitGuard(
        [],
        stranger,
        minuteOf(() => true),
        { ratio: 1, add: 0 },
      ),
    ).toEqual([]);
  });

  it('finds a unit that is broken where points are tolerated of all, and lets it fail that much', () => {
    const failing = (part: number): OpenMinute => {
      const { newRequests, ...minute } = minuteOf(() => false, 600);
      const newFailed = newRequests.map((requests, row) => (row === 3 ? part * requests : 0));
      return { ...minute, newRequests, newFailed };
    };
    const busy = { ...known, requestsPerMinute: known.requestsPerMinute.map(() => 600) };
    const logOf = (part: number): number =>
      logUnitGuard(after(times(8, failing(part)), 0.02, busy), units);
    expect(logOf(1)).toBeGreaterThan(Math.log(100));
    expect(logOf(0.1)).toBeGreaterThan(Math.log(100));
    expect(logOf(0.02)).toBeLessThan(0.1);
  });

  it('expects more bad minutes of a unit that makes more requests than before', () => {
    const minutes = (requests: number): OpenMinute[] =>
      times(
        4,
        minuteOf((row) => row === 3, requests),
      );
    expect(after(minutes(100))[3]?.log).toBeLessThan(after(minutes(10))[3]?.log ?? 0);
  });
});

describe('logUnitGuard', () => {
  it('is the average over all units, of which those that are not watched count 1', () => {
    const processes = [10, 2].map((e, row) => ({
      row,
      bad: { elapsed: 0, grown: [] },
      log: Math.log(e),
    }));
    expect(Math.exp(logUnitGuard(processes, 5))).toBeCloseTo((10 + 2 + 3) / 5, 12);
    expect(Math.exp(logUnitGuard(processes, 5, [0]))).toBeCloseTo((2 + 4) / 5, 12);
    expect(logUnitGuard([], 5)).toBeCloseTo(0, 12);
    expect(logUnitGuard([], 0)).toBe(0);
  });
});
