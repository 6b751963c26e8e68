import { describe, expect, it } from '@jest/globals';
import type { RoundTripFault, RoundTripTried } from './round-trip.ts';
import { type PairRoundTrip, roundTripVerdict } from './round-trip-verdict.ts';

const well: RoundTripTried = { tried: 1, errors: 0, losses: 0, faults: [] };

function fault(change: Partial<RoundTripFault>): RoundTripFault {
  return { key: ['7'], value: 'x', kind: 'loss', back: null, message: '', ...change };
}

const lost = (back: string | null): RoundTripTried => ({
  tried: 1,
  errors: 0,
  losses: 1,
  faults: [fault({ key: null, back })],
});

const refused: RoundTripTried = { tried: 1, errors: 1, losses: 0, faults: [] };

const made = (name: string, tried: RoundTripTried, usual = false) => ({
  made: { name, value: name === 'NULL' ? null : name, usual },
  tried,
});

function pairWith(change: Partial<PairRoundTrip>): PairRoundTrip {
  return { table: 'users', fed: 'dob', rows: { ...well, tried: 100 }, values: [], ...change };
}

const lossy = (change: Partial<PairRoundTrip>): string | null =>
  roundTripVerdict([pairWith(change)]).lossy;

describe('the verdict on a round trip', () => {
  it('is not lossy when everything comes back', () => {
    expect(lossy({ values: [made('NULL', well, true), made('1', well)] })).toBeNull();
  });

  it('names a row that does not come back by its key and its form, never by its value', () => {
    const faults = [fault({ key: ['7', 'b'], value: 'Ünal Öz 12', back: 'ünal öz 12' })];
    const words = lossy({ rows: { tried: 100, errors: 3, losses: 2, faults } });
    expect(words).toContain(
      "round trip: users(7, b) holds 'Aaaa Aa 99' in dob and would get back 'aaaa aa 99' " +
        '(digits shown as 9, letters as a); 2 rows of 100 tried. down(up(x)) must give x: ',
    );
    expect(words).not.toMatch(/nal/);
  });

  it('says so when a row comes back as another value of the same form, or as NULL', () => {
    const rows = (back: string | null) => ({
      rows: { tried: 1, errors: 0, losses: 1, faults: [fault({ value: '1990-01-02', back })] },
    });
    expect(lossy(rows('1990-02-01'))).toContain('get back another value of that form');
    expect(lossy(rows(null))).toContain("holds '9999-99-99' in dob and would get back NULL");
  });

  it('cuts the form of a long value', () => {
    const faults = [fault({ value: 'secret '.repeat(20) })];
    expect(lossy({ rows: { ...well, losses: 1, faults } })).toContain(
      "'aaaaaa aaaaaa aaaaaa aaa…'",
    );
  });

  it('is lossy for a usual value, and only noted for an odd one, that does not come back', () => {
    expect(lossy({ values: [made('NULL', lost('1900-01-01'), true)] })).toContain(
      "NULL in users.dob would come back as '1900-01-01'",
    );
    const odd = roundTripVerdict([pairWith({ values: [made('infinity', lost(null))] })]);
    expect(odd).toEqual({
      lossy: null,
      note: 'round trip: 100 rows and 1 made-up values of users.dob tried, would not come back: infinity',
    });
  });

  it('minds no value that up refuses: it stays what it is', () => {
    const rows = { tried: 100, errors: 4, losses: 0, faults: [fault({ kind: 'error' })] };
    const verdict = roundTripVerdict([pairWith({ rows, values: [made('', refused, true)] })]);
    expect(verdict.lossy).toBeNull();
    expect(verdict.note).toContain('4 rows cannot be converted');
  });

  it('is lossy when nothing that converts comes back, but not for a NULL that does', () => {
    const empty = { rows: { ...well, tried: 0 } };
    const values = [made('NULL', well, true), made('2000-02-29', lost('00-02-29'))];
    expect(lossy({ ...empty, values })).toContain(
      "no value tried in users.dob comes back, for example 2000-02-29 as '00-02-29'",
    );
    expect(lossy({ ...empty, values: [...values, made('1', well)] })).toBeNull();
    expect(lossy({ ...empty, values: [made('1', refused)] })).toBeNull();
  });

  it('looks at every pair', () => {
    const second = pairWith({ table: 'orders', values: [made('NULL', lost('0'), true)] });
    const verdict = roundTripVerdict([pairWith({}), second]);
    expect(verdict.lossy).toContain('NULL in orders.dob');
    expect(verdict.note).toContain('users.dob tried; 100 rows');
  });
});
