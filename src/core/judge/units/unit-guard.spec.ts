import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../test/support/seeded-random.ts';
import {
  advanceUnitGuard,
  harmedUnits,
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

/** Ten units on the new side; `bad` says which of all had a failure. */
function minuteOf(bad: (row: number) => boolean, requests = 10): OpenMinute {
  const column = (value: (row: number) => number): number[] =>
    Array.from({ length: units }, (_, row) => value(row));
  return {
    seconds: 60,
    newRequests: column((row) => (row < 10 ? requests : 0)),
    newBad: column((row) => (row < 10 && bad(row) ? 1 : 0)),
    oldRequests: column((row) => (row < 10 ? 0 : 10)),
    oldBad: column((row) => (row >= 10 && bad(row) ? 1 : 0)),
  };
}

function after(minutes: readonly OpenMinute[], add = 0): readonly UnitProcess[] {
  return minutes.reduce<readonly UnitProcess[]>(
    (processes, minute) => advanceUnitGuard(processes, known, minute, add),
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
    expect(harmedUnits(processes, units, 0.01)).toEqual([3]);
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
          0,
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
        0,
      ),
    ).toEqual([]);
  });

  it('expects more bad minutes where more failures are tolerated or more requests are made', () => {
    const minutes = times(
      4,
      minuteOf((row) => row === 3),
    );
    const strict = after(minutes)[3]?.log ?? 0;
    expect(after(minutes, 0.05)[3]?.log).toBeLessThan(strict);
    const busy = times(
      4,
      minuteOf((row) => row === 3, 100),
    );
    expect(after(busy)[3]?.log).toBeLessThan(strict);
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
