import { describe, expect, it } from '@jest/globals';
import type { ColumnPair } from './column-pair.ts';
import { compareRows, compareValues } from './compare-sql.ts';
import { resolvePairs } from './resolve-migration.ts';
import { BIRTHDATE, catalogOf, column, migrationOf, usersTable } from './users-catalog.fixture.ts';

const TABLE = 'public.users AS _row';

function pairOf(dob: Parameters<typeof column>[1] = {}): ColumnPair {
  const columns = [column('id', { type: 'bigint' }), column('dob', dob)];
  const [pair] = resolvePairs(migrationOf(BIRTHDATE), catalogOf(usersTable({ columns })));
  if (pair === undefined) throw new Error('there is no pair');
  return pair;
}

describe('compareValues', () => {
  it('takes all that decides about a row, and converts what comes more than once a single time', () => {
    const sql = compareValues(pairOf(), TABLE)?.compare;
    expect(sql).toContain(
      'SELECT "dob", "birthdate", count(*) AS _crossfade_rows FROM public.users',
    );
    expect(sql).toContain('GROUP BY "dob", "birthdate"');
  });

  it.each([
    ['numeric', null],
    ['citext', null],
    ['character(3)', null],
    ['text[]', null],
    ['jsonb', null],
    ['text', 'public.loose'],
  ])(
    'leaves %s collated by %s alone, where equal values need not be the same',
    (type, collation) => {
      const pair = pairOf({ type, collation });
      expect(compareValues(pair, TABLE)).toBeNull();
      // PostgreSQL may remember it all the same, since it tells those apart.
      expect(compareRows(pair, TABLE)).toContain('OFFSET 0');
    },
  );

  it('leaves a new value alone of which that is so', () => {
    expect(compareValues({ ...pairOf(), type: 'numeric' }, TABLE)).toBeNull();
  });
});
