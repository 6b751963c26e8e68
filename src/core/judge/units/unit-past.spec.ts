import { describe, expect, it } from '@jest/globals';
import { tickOf } from '../../../../test/support/judged-ticks.ts';
import { poisson, type Random, seededRandom } from '../../../../test/support/seeded-random.ts';
import type { UnitCounts } from '../../protocol/evidence.ts';
import { advanceUnits, closeUnits, learnUnits } from './advance-units.ts';
import { precisionOf } from './precision.ts';
import { noUnits, type UnitTable } from './unit-table.ts';
import { readUnits, type UnitTick } from './unit-tick.ts';

interface Life {
  readonly ticks: number;
  readonly seconds?: number;
  readonly units?: number;
  readonly requests?: number;
  readonly rate?: (unit: number, tick: number) => number;
}

function tick(
  table: UnitTable,
  at: number,
  seconds: number,
  units: readonly UnitCounts[],
): UnitTick {
  return readUnits(table, { ...tickOf({ at, seconds }), units }, new Set());
}

const tolerate = { ratio: 1.1, add: 0 };

/** What is known of units after some ticks on the old side. */
function live({
  ticks,
  seconds = 5,
  units = 40,
  requests = 50,
  rate = () => 0.01,
}: Life): UnitTable {
  const random = seededRandom(3);
  let table = noUnits;
  for (let index = 1; index <= ticks; index += 1) {
    const counts = Array.from({ length: units }, (_, unit): UnitCounts => {
      const failed = Math.min(requests, poisson(requests * rate(unit, index), random));
      return { unit: `u${unit + 100}`, cohort: 'baseline', requests, failed };
    });
    table = learnUnits(table, tick(table, index * seconds * 1000, seconds, counts), tolerate);
  }
  return closeUnits(table);
}

describe('what the past teaches', () => {
  it('is how often each unit fails compared with the average', () => {
    const { known } = live({ ticks: 200, rate: (unit) => (unit < 10 ? 0.03 : 0.003) });
    const [often, seldom] = [known?.relative[3] ?? 0, known?.relative[30] ?? 0];
    expect(often / seldom).toBeGreaterThan(6);
    expect(often / seldom).toBeLessThan(14);
    expect(known?.rate).toBeGreaterThan(0.008);
    expect(known?.rate).toBeLessThan(0.011);
  });

  it('is untouched by the time of day, in which all fail more often', () => {
    const day = (_: number, index: number): number => (index % 100 < 50 ? 0.02 : 0.001);
    const { known } = live({ ticks: 200, rate: day });
    expect(known?.spread).toBeLessThan(0.01);
    expect(known?.dispersion).toBeLessThan(1.2);
  });

  it('is how much failures cluster: whole groups at a time here', () => {
    const shard = (unit: number, index: number): number =>
      unit % 10 === index % 10 && index % 3 === 0 ? 0.08 : 0.002;
    expect(live({ ticks: 300, rate: shard }).known?.dispersion).toBeGreaterThan(2);
    expect(live({ ticks: 300 }).known?.dispersion).toBeLessThan(1.2);
  });

  it('is how much units drift within minutes', () => {
    const drifting = (unit: number, index: number): number =>
      Math.floor(index / 60) % 2 === unit % 2 ? 0.03 : 0.01;
    expect(live({ ticks: 1200, rate: drifting }).known?.drift).toBeGreaterThan(0.05);
    expect(live({ ticks: 1200, rate: () => 0.02 }).known?.drift).toBeLessThan(0.02);
  });

  it('is in how many minutes a unit failed, and how many requests it made', () => {
    const { known } = live({ ticks: 36, units: 2, requests: 10, rate: (unit) => 0.9 * unit });
    expect(known).toMatchObject({ minutes: 3, badMinutes: [0, 3], requestsPerMinute: [120, 120] });
  });

  it('is little after a few seconds: units may differ as much as they like', () => {
    const { known } = live({ ticks: 2, rate: () => 0.0001 });
    expect(known?.spread).toBeGreaterThan(0.9);
    expect(known?.dispersion).toBe(1);
  });

  it('is fixed once, whatever comes later', () => {
    const table = live({ ticks: 10 });
    expect(closeUnits(table)).toBe(table);
  });
});

function made(unit: string, counts: Partial<UnitCounts> = {}): UnitCounts {
  return { unit, cohort: 'baseline', requests: 100, failed: 0, ...counts };
}

/** A thousand operations of a unit, so many of them reads; writes fail twenty times as often. */
function life(unit: string, reads: number, random: Random): readonly UnitCounts[] {
  const writes = 1000 - reads;
  return [
    made(unit, { operation: 'read', requests: reads, failed: poisson(reads * 0.001, random) }),
    made(unit, { operation: 'write', requests: writes, failed: poisson(writes * 0.02, random) }),
  ];
}

describe('exposures', () => {
  it('are requests by relative rate, 1 for units that are not known', () => {
    const table = live({ ticks: 200, units: 2, rate: (unit) => 0.002 + 0.02 * unit });
    const units = [made('u100'), made('u101'), made('u102')];
    const [careful, careless, stranger] = tick(table, 2_000_000, 5, units).oldExposures;
    expect(careless).toBeGreaterThan(3 * (careful ?? Infinity));
    expect(stranger).toBe(100);
    expect(tick(noUnits, 5000, 5, [made('u1')]).oldExposures).toEqual([100]);
  });

  describe('where writes fail more often than reads', () => {
    const random = seededRandom(4);
    const ticks = () => [...life('reader', 950, random), ...life('writer', 50, random)];

    function known(): UnitTable {
      let table = noUnits;
      for (let index = 0; index < 200; index += 1) {
        table = learnUnits(table, tick(table, index * 5000, 5, ticks()), tolerate);
      }
      return closeUnits(table);
    }

    it('take nobody who writes much for careless', () => {
      const relative = known().known?.relative ?? [];
      expect(relative).toHaveLength(2);
      for (const one of relative) expect(Math.abs(one - 1)).toBeLessThan(0.15);
    });

    it('weigh a write more, and are of all kinds together', () => {
      const { kinds, oldExposures } = tick(known(), 2_000_000, 5, ticks());
      const [reads = 0] = kinds.read?.oldExposures ?? [];
      const [writes = 0] = kinds.write?.oldExposures ?? [];
      expect(reads / 950 / (writes / 50)).toBeCloseTo(0.05, 1);
      expect(oldExposures[0]).toBeCloseTo(reads + writes, 9);
    });
  });
});

describe('advanceUnits', () => {
  const table = live({ ticks: 120, units: 4 });
  const both: readonly UnitCounts[] = [
    { unit: 'u100', cohort: 'canary', requests: 8, failed: 2 },
    { unit: 'u101', cohort: 'baseline', requests: 9, failed: 1 },
  ];

  it('knows who is on which side, and what the new side did lately', () => {
    const { table: after } = advanceUnits(table, tick(table, 900_000, 5, both));
    expect(after.side.slice(0, 3)).toEqual([2, 1, 1]);
    expect(after.recentRequests[0]).toBe(8);
    expect(after.recentFailed[0]).toBe(2);
    const { table: later } = advanceUnits(after, tick(after, 1_020_000, 120, []));
    expect(later.recentRequests[0]).toBe(4);
    expect(later.side[0]).toBe(2);
  });

  it('ends a minute after sixty seconds, with how many requests each made and how many failed', () => {
    let current = table;
    const minutes = Array.from({ length: 12 }, (_, index) => {
      const counts = index === 3 ? both : both.map((one) => ({ ...one, failed: 0 }));
      const next = advanceUnits(current, tick(current, 905_000 + index * 5000, 5, counts));
      current = next.table;
      return next.minute;
    });
    const [last] = minutes.splice(11);
    expect(minutes).toEqual(minutes.map(() => null));
    expect(last?.newRequests[0]).toBe(96);
    expect([last?.newFailed[0], last?.newFailed[1]]).toEqual([2, 0]);
    expect([last?.oldFailed[0], last?.oldFailed[1]]).toEqual([0, 1]);
  });
});

describe('precisionOf', () => {
  it('is 1 and 0 before anything is known', () => {
    expect(precisionOf(noUnits, noUnits)).toEqual({ dispersion: 1, deviation: 0 });
  });

  it('is the better the longer the past and the more units there are', () => {
    const deviation = (life: Life): number => {
      const table = live(life);
      const half = { ...table, side: table.side.map((_, row) => 1 + (row % 2)) };
      return precisionOf(table, half).deviation;
    };
    const [long, short, few] = [{ ticks: 200 }, { ticks: 2 }, { ticks: 2, units: 4 }].map(
      deviation,
    );
    expect(long).toBeLessThan(0.1);
    expect(short).toBeGreaterThan(long ?? 0);
    expect(few).toBeGreaterThan(short ?? 0);
  });

  it('widens at once when the old cohort clusters, by the ticks before', () => {
    const table = live({ ticks: 200 });
    const struck = Array.from({ length: 40 }, (_, unit): UnitCounts => {
      const failed = unit < 2 ? 25 : 0;
      return { unit: `u${unit + 100}`, cohort: 'baseline', requests: 50, failed };
    });
    const after = Array.from({ length: 6 }).reduce<UnitTable>(
      (current, _, index) =>
        advanceUnits(current, tick(current, 2_000_000 + 5000 * index, 5, struck)).table,
      table,
    );
    expect(precisionOf(table, after).dispersion).toBeLessThan(1.2);
    expect(precisionOf(after, after).dispersion).toBeGreaterThan(2);
  });
});
