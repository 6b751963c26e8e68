import { describe, expect, it } from '@jest/globals';
import { tickOf } from '../../../../test/support/judged-ticks.ts';
import type { UnitCounts } from '../../protocol/evidence.ts';
import { learnUnits } from './advance-units.ts';
import { mostUnits, noUnits, type UnitTable } from './unit-table.ts';
import { readUnits, type UnitTick } from './unit-tick.ts';

function old(unit: string, requests: number, failed = 0): UnitCounts {
  return { unit, cohort: 'baseline', requests, failed };
}

function canary(unit: string, requests: number, failed = 0): UnitCounts {
  return { unit, cohort: 'canary', requests, failed };
}

function read(
  units: readonly UnitCounts[],
  { table = noUnits, at = 1000, seconds = 1, leftOut = new Set<string>() } = {},
): UnitTick {
  return readUnits(table, { ...tickOf({ at, seconds }), units }, leftOut);
}

/** Twenty units of 100 requests, of which none fails. */
const healthy = Array.from({ length: 20 }, (_, index) => old(`u${index + 10}`, 100));

describe('readUnits', () => {
  it('puts every unit into a row of its own, both sides and kinds of operation added up', () => {
    const tick = read([
      { ...old('b', 3, 1), operation: 'read' },
      { ...old('b', 2, 1), operation: 'write' },
      canary('a', 4, 2),
      canary('b', 1),
    ]);
    expect(tick.names).toEqual(['a', 'b']);
    expect([tick.newRequests, tick.newFailed]).toEqual([
      [4, 1],
      [2, 0],
    ]);
    expect([tick.oldRequests, tick.oldFailed]).toEqual([
      [0, 5],
      [0, 2],
    ]);
  });

  it('names units alike in whatever order they arrive, and keeps the rows that there are', () => {
    const first = read([old('m', 1)]);
    const table: UnitTable = { ...noUnits, names: first.names };
    expect(read([old('z', 1), old('a', 1)], { table }).names).toEqual(['m', 'a', 'z']);
    expect(read([old('a', 1), old('z', 1)], { table }).names).toEqual(['m', 'a', 'z']);
    expect(read([old('m', 7)], { table }).names).toBe(first.names);
  });

  it('counts neither units without a request nor those that are left out', () => {
    const tick = read([old('a', 0), canary('b', 5, 5), old('c', 2)], { leftOut: new Set(['b']) });
    expect(tick.names).toEqual(['c']);
    expect(tick.newVotes).toEqual([0]);
  });

  it('lets units beyond the ten thousandth share rows', () => {
    const many = Array.from({ length: mostUnits + 3_000 }, (_, index) => old(`t${index}`, 1));
    const tick = read(many);
    expect(tick.names).toHaveLength(mostUnits + 64);
    expect(tick.oldRequests.reduce((sum, requests) => sum + requests, 0)).toBe(many.length);
    const again = read([old('another', 1)], { table: { ...noUnits, names: tick.names } });
    expect(again.names).toBe(tick.names);
    expect(again.oldRequests.filter((requests) => requests > 0)).toEqual([1]);
  });
});

describe('votes', () => {
  it('give a unit that fails by itself one voice in five seconds', () => {
    const storm = [...healthy, canary('a', 10, 10)];
    const votes = (tick: UnitTick): number => tick.newVotes[0] ?? NaN;
    const first = read([canary('a', 10, 10), ...healthy], { at: 1000 });
    expect(votes(first)).toBe(1);
    const table = { ...learnUnits(noUnits, first, { ratio: 1, add: 0 }), window: first.window };
    expect(votes(read(storm, { table, at: 2000 }))).toBe(0);
    expect(votes(read(storm, { table, at: 5000 }))).toBe(1);
  });

  it('count for a tick of a minute what they would in twelve windows', () => {
    const tick = read(
      [canary('a', 200, 200), ...healthy.map((one) => ({ ...one, requests: 9e4 }))],
      {
        at: 60_000,
        seconds: 60,
      },
    );
    expect(tick.newVotes[0]).toBe(12);
  });

  it('are not cut where all of a small cohort fails, nor in an incident', () => {
    const harmed = Array.from({ length: 5 }, (_, index) => canary(`a${index}`, 40, 4));
    expect(read([...harmed, ...healthy]).newVotes.slice(0, 5)).toEqual([4, 4, 4, 4, 4]);
    const incident = healthy.map((one) => ({ ...one, failed: 20 }));
    expect(read(incident).oldVotes).toEqual(healthy.map(() => 20));
  });

  // Of four failures two count in ten seconds, where hardly one is usual.
  it('are shared out among the kinds as the failures are', () => {
    const tick = read(
      [
        { ...canary('a', 50, 3), operation: 'read' },
        { ...canary('a', 50, 1), operation: 'write' },
        { ...canary('b', 100), operation: 'read' },
        ...healthy.map((one) => ({ ...one, requests: 9e4 })),
      ],
      { at: 10_000, seconds: 10 },
    );
    expect(tick.newVotes.slice(0, 2)).toEqual([2, 0]);
    expect(tick.kinds.read?.newVotes.slice(0, 2)).toEqual([1.5, 0]);
    expect(tick.kinds.write?.newVotes.slice(0, 2)).toEqual([0.5, 0]);
    expect(tick.kinds.unnamed?.newVotes.slice(0, 2)).toEqual([0, 0]);
    expect(tick.kinds.read?.sums).toMatchObject({ newRequests: 150, newFailed: 3, newVotes: 1.5 });
  });

  it('never exceed failures', () => {
    const tick = read([canary('a', 5, 1), canary('b', 5), ...healthy]);
    expect(tick.newVotes.slice(0, 2)).toEqual([1, 0]);
  });
});
