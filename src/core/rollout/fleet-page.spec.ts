import { describe, expect, it } from '@jest/globals';
import { fleetRow } from '../../../test/support/fleet-row.ts';
import type { FleetRow } from '../protocol/fleet-page.ts';
import { type FleetQuery, fleetPage } from './fleet-page.ts';

const hold = { code: 'noData', reason: 'no counts from users-api', since: 1 } as const;

const row = fleetRow;

const everything: FleetQuery = { show: 'all', search: '', offset: 0, limit: 100 };

const named = (rows: readonly FleetRow[], query: Partial<FleetQuery> = {}): readonly string[] =>
  fleetPage(rows, { ...everything, ...query }).rows.map(({ policy }) => policy);

const fleet = [
  row('done', { phase: 'completed', endedAt: 90 }),
  row('older', { startedAt: 5 }),
  row('newer', { startedAt: 6 }),
  row('held', { hold }),
  row('back', { phase: 'rolling_back', rollback: { cause: 'errors 10%', by: 'crossfade' } }),
  row('frozen', { phase: 'frozen', project: 'shop' }),
  row('gone', { phase: 'rolled_back', endedAt: 95 }),
];

describe('a page of the fleet', () => {
  it('has those first that want a person, then what moves, then what is over', () => {
    expect(named(fleet)).toEqual(['frozen', 'back', 'held', 'newer', 'older', 'gone', 'done']);
  });

  it.each([
    ['attention', ['frozen', 'back', 'held']],
    ['moving', ['newer', 'older']],
    ['over', ['gone', 'done']],
  ] as const)('holds only those of the kind: %s', (show, names) => {
    expect(named(fleet, { show })).toEqual(names);
  });

  it('finds each word somewhere in the row, in whatever case', () => {
    expect(named(fleet, { search: 'USERS-api  counts' })).toEqual(['held']);
    expect(named(fleet, { search: 'shop' })).toEqual(['frozen']);
    expect(named(fleet, { search: 'errors' })).toEqual(['back']);
    expect(named(fleet, { search: 'no such thing' })).toEqual([]);
  });

  it('is cut out of the order of all, and counts all', () => {
    const page = fleetPage(fleet, { ...everything, search: 'share', offset: 1, limit: 2 });
    expect(page.rows.map(({ policy }) => policy)).toEqual(['back', 'held']);
    expect(page.found).toBe(7);
    expect(page.counts).toEqual({ all: 7, attention: 3, moving: 2, over: 2 });
  });
});
