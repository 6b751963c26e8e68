import type { ColumnPair } from './column-pair.ts';
import { qualified, quoteExisting, quoteLiteral } from './identifier.ts';
import { createPairFunction, pairFunctionName } from './pair-function.ts';

/** Texts that have broken many a conversion; those that the fed column's type refuses are left out. */
const OLD_VALUES: readonly string[] = [
  '',
  ' ',
  'malformed',
  '0',
  '-1',
  'infinity',
  '1e400',
  '0001-01-01',
  '9999-12-31',
  '0044-03-15 BC',
  '{}',
  'null',
];

/** A place where `up` and `down` do not lead back. */
export interface RoundTripFault {
  readonly table: string;
  readonly column: string;
  /** The row's key, or null for a value that no row holds yet. */
  readonly key: readonly string[] | null;
  /** The old value; null is SQL's NULL. */
  readonly value: string | null;
  readonly kind: 'error' | 'loss';
  readonly message: string;
}

/**
 * Statements for one transaction that is rolled back: the first makes a temporary function; the
 * others yield rows of `{ key, value, kind, message }`. Rows of the table are a sample of `$1` rows.
 */
export interface RoundTripSql {
  readonly prepare: string;
  readonly rows: string;
  /** Made-up values; `$1` is one text or null. Fails when the fed column's type refuses it. */
  readonly value: string;
  readonly values: readonly (string | null)[];
}

/** Builds the check that `down(up(x)) = x`, to be made before anything is changed. */
export function roundTripSql(pair: ColumnPair): RoundTripSql {
  const table = qualified(pair.migration.schema, pair.table.name);
  const fed = quoteExisting(pair.fed.name);
  const keys = pair.key.map((one) => `${quoteExisting(one.name)}::text`).join(', ');
  const uses = pair.uses.map((one) => quoteExisting(one.name));
  const convert = `${pairFunctionName(pair, 'pg_temp')}(${[...uses, `CAST(NULL AS ${pair.type})`].join(', ')})`;
  const judge = `${pairFunctionName(pair, 'pg_temp')}(${[...uses, 'c._crossfade_value'].join(', ')})`;
  const judged = `LATERAL ${convert} c, LATERAL ${judge} f WHERE f._crossfade_fault IS NOT NULL`;
  const found = `${fed}::text AS value, f._crossfade_fault AS kind, f._crossfade_message AS message`;
  const made = pair.uses.map((one) => {
    const value = one === pair.fed ? '$1::text' : 'NULL';
    return `CAST(${value} AS ${one.type}) AS ${quoteExisting(one.name)}`;
  });
  // About three times as many rows as wanted, so that an outdated estimate still yields enough.
  const percent = `(SELECT least(100, 300.0 * $1 / greatest(reltuples, 1)) FROM pg_class WHERE oid = ${quoteLiteral(table)}::regclass)`;
  const sample = `SELECT * FROM ${table} TABLESAMPLE SYSTEM (${percent}) LIMIT $1`;
  return {
    prepare: createPairFunction(pair, 'pg_temp'),
    rows: `SELECT ARRAY[${keys}] AS key, ${found} FROM (${sample}) s, ${judged}`,
    value: `SELECT NULL AS key, ${found} FROM (SELECT ${made.join(', ')}) s, ${judged}`,
    values: pair.fed.notNull ? OLD_VALUES : [null, ...OLD_VALUES],
  };
}
