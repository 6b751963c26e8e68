import { describe, expect, it } from '@jest/globals';
import { tickOf } from '../../../../test/support/judged-ticks.ts';
import type { UnitCounts } from '../../protocol/evidence.ts';
import type { GroupScatter } from '../../statistics/group-scatter.ts';
import { closePast, growPast, pastRate } from './unit-past.ts';
import { groups, noPast, noUnits, type UnitPast } from './unit-table.ts';
import { readUnits } from './unit-tick.ts';

type Kind = NonNullable<UnitCounts['operation']>;

/** The past after ticks of five seconds; names sort as their rows. */
function grown(...ticks: readonly (readonly UnitCounts[])[]): UnitPast {
  return ticks.reduce((past, units, index) => {
    const tick = { ...tickOf({ at: (index + 1) * 5_000, seconds: 5 }), units };
    return growPast(past, readUnits(noUnits, tick, new Set()), null);
  }, noPast);
}

function did(unit: string, requests: number, failed: number, operation?: Kind): UnitCounts {
  const counts = { unit, cohort: 'baseline', requests, failed } as const;
  return operation === undefined ? counts : { ...counts, operation };
}

describe('growPast', () => {
  it('adds up what units did, and what would have been usual for them', () => {
    const past = grown([did('a', 30, 1), did('b', 10, 1)], [did('a', 20, 0), did('b', 20, 1)]);
    expect(past.requests).toEqual([50, 30]);
    expect(past.counted).toEqual([1, 2]);
    // Two of forty failed, then one of forty.
    expect(past.expected[0]).toBeCloseTo(30 / 20 + 20 / 40, 12);
    expect(past.expected[1]).toBeCloseTo(10 / 20 + 20 / 40, 12);
  });

  it('knows of each kind what failed, and what would have at the rate of all', () => {
    const past = grown(
      [did('a', 30, 0, 'read'), did('a', 10, 1, 'write')],
      [did('a', 20, 1, 'write')],
      [did('a', 20, 1, 'read')],
    );
    expect(past.kinds).toEqual({
      read: { counted: 1, expected: 30 / 40 + 1 },
      write: { counted: 2, expected: 10 / 40 + 1 },
    });
    // Of a write what writes came to, whoever made it.
    expect(past.expected).toEqual([3]);
  });

  it('closes a minute after sixty seconds, five after three hundred', () => {
    const ticks = (count: number): UnitPast =>
      grown(...Array.from({ length: count }, () => [did('a', 10, 1)]));
    expect(ticks(11)).toMatchObject({ byMinute: { windows: 0 }, openMinute: { seconds: 55 } });
    expect(ticks(12)).toMatchObject({ byMinute: { windows: 1 }, openMinute: { seconds: 0 } });
    expect(ticks(59).byFiveMinutes.windows).toBe(0);
    const five = ticks(60);
    expect(five.byTick.windows).toBe(60);
    expect(five.byMinute.windows).toBe(5);
    expect(five.byFiveMinutes).toMatchObject({ windows: 1, counted: [60, ...Array(9).fill(0)] });
    expect(five.openFiveMinutes.seconds).toBe(0);
  });

  it('deals units into ten groups by their rows', () => {
    const units = Array.from({ length: 12 }, (_, row) => did(`u${row + 10}`, 10, 1));
    const { counted, expected } = grown(units).byTick;
    expect(counted).toEqual([2, 2, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(expected).toEqual(counted.map((count) => expect.closeTo(count, 12)));
  });

  it('counts minutes when one has ended', () => {
    const tick = readUnits(noUnits, tickOf({ at: 5_000, seconds: 5 }), new Set());
    const after = growPast(growPast(noPast, tick, [1, 0]), tick, [1, 1]);
    expect(after).toMatchObject({ minutes: 2, badMinutes: [2, 1] });
    expect(growPast(after, tick, null)).toMatchObject({ minutes: 2, badMinutes: [2, 1] });
  });
});

/** Thirty-one windows of ten groups that scatter by `dispersion`, with `typical` failures in a group. */
function scatterOf(dispersion: number, typical: number): GroupScatter {
  const each = (value: number): number[] => Array.from({ length: groups }, () => value);
  const degrees = 30 * (groups - 1);
  return {
    windows: 31,
    counted: each(100),
    expected: each(100),
    squares: each(100 + (dispersion * degrees) / groups),
    expectedSquares: 1000 * typical,
  };
}

describe('closePast', () => {
  it('keeps requests per minute and the rate of all, and forgets the rest', () => {
    const past = { ...grown([did('a', 10, 1), did('b', 90, 1)]), minutes: 3, badMinutes: [1, 0] };
    const { known, past: left } = closePast(past);
    expect(known).toMatchObject({
      minutes: 3,
      badMinutes: [1, 0],
      requestsPerMinute: [3.33333, 30],
      rate: 0.02,
      dispersion: 1,
      drift: 0,
    });
    expect(left).toEqual({ ...noPast, requests: [10, 90] });
    expect(closePast({ ...past, minutes: 0 }).known.requestsPerMinute).toEqual([10, 90]);
  });

  it.each([
    ['ticks', scatterOf(3, 2), scatterOf(2, 2), 3],
    ['minutes', scatterOf(2, 2), scatterOf(3, 2), 3],
    ['neither', scatterOf(0.5, 2), scatterOf(0.8, 2), 1],
  ])('takes the larger scatter, of ticks or of minutes: %s', (_, byTick, byMinute, dispersion) => {
    const { known } = closePast({ ...noPast, byTick, byMinute });
    expect(known.dispersion).toBeCloseTo(dispersion, 12);
  });

  // Dispersions of 1 by minute and 3 in five of them, with ten failures more: a group drifts by (3 - 1) / 10.
  describe('takes a unit to drift as much more than its group as the group averages out', () => {
    const drifting = { byMinute: scatterOf(1, 2), byFiveMinutes: scatterOf(3, 12) };
    const rows = (count: number, requests: (row: number) => number): number[] =>
      Array.from({ length: count }, (_, row) => requests(row));

    it.each([
      ['one unit to a group', rows(10, () => 5), 0.2],
      ['two alike', rows(20, () => 5), 0.4],
      [
        'two, of which one makes three of four requests',
        rows(20, (row) => (row < 10 ? 3 : 1)),
        0.32,
      ],
      ['two in half of the groups, nobody in the others', rows(20, (row) => row % 2), 0.4],
      ['never more than 1', rows(100, () => 5), 1],
      ['nothing where nobody made a request', [], 0],
    ])('%s', (_, requests, drift) => {
      expect(closePast({ ...noPast, ...drifting, requests }).known.drift).toBeCloseTo(drift, 12);
    });
  });

  // Of each kind 1,000 failures where 500 and 1,500 were expected, drawn to 1 a little.
  it('knows how often a kind fails beside all, to five digits', () => {
    const kinds = {
      read: { counted: 1000, expected: 1500 },
      write: { counted: 1000, expected: 500 },
    };
    const { kindRates } = closePast({ ...noPast, kinds }).known;
    expect(Object.keys(kindRates)).toEqual(['read', 'write']);
    expect(kindRates.read).toBeCloseTo(2 / 3, 2);
    expect(kindRates.write).toBeCloseTo(2, 1);
    expect(String(kindRates.write).length).toBeLessThanOrEqual(7);
  });
});

describe('pastRate', () => {
  it('is failures per request, 0 without any', () => {
    expect(pastRate({ ...noPast, requests: [30, 10], counted: [1, 1] })).toBe(0.05);
    expect(pastRate(noPast)).toBe(0);
  });
});
