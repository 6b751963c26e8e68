import { downDiffers } from './changed-in.ts';
import type { ColumnPair } from './column-pair.ts';
import { type CompareValues, compareRows, compareValues } from './compare-sql.ts';
import { describeRow } from './describe-row.ts';
import { qualified, quoteExisting, quoteIdentifier, quoteLiteral } from './identifier.ts';
import { differs, loses } from './in-step.ts';
import {
  between,
  inRange,
  isAbove,
  isDifferent,
  isRowOf,
  keyArray,
  keyJson,
  keyNames,
} from './key-sql.ts';
import { middleSql } from './middle-sql.ts';
import { callPair } from './pair-function.ts';
import { NO_RETURN } from './point-of-no-return.ts';
import { downOf, losesOn, upOf } from './sync-trigger.ts';

/**
 * Statements over ranges of a table's key. A range lies above one key and ends with another, both
 * given as arrays of the key columns' texts: `$1` the lower bound (null before the first row),
 * `$2` the upper one.
 */
export interface RangeSql {
  /** The end of the range of at most `$2` rows above `$1`, none of them above `$3` unless that is null: `{ key: text[], rows }`, or no row. */
  readonly bound: string;
  /** The last key above `$1`: `{ key: text[] }`, or no row. */
  readonly last: string;
  /** How many rows a range holds: `{ rows }`. */
  readonly count: string;
  /** Fills the new column: `{ written, lossy }`. Fails as a whole when one row's expression fails. */
  readonly fill: string;
  /** The safe twin of `fill`, after `lockRange`. Rows whose `up` fails are left as they are. */
  readonly lockRange: string;
  readonly fillSafely: string;
  /** Rows of the range whose value `up` erased: `{ erased }`; null where there can be none. */
  readonly erased: string | null;
  /** Files the rows of the range that failed or lost something: `{ filed }`. */
  readonly file: string;
  /** A key near the middle of a range, without counting to it: `{ key: text[] }`, or no row where nobody knows. */
  readonly middle: string;
  /**
   * Parity in one snapshot, rows that differ or lose: `{ suspects, rows }`; `rows` is how many it met, absent where
   * to count them costs extra. Fails when one row's expression fails.
   */
  readonly compare: string;
  /** The same for few values, `suspects` being how many of those differ; absent where it cannot be done. */
  readonly byValue?: CompareValues;
  /** Keys of the rows that differ and are not in quarantine: `{ keys: text[][] as jsonb }`. */
  readonly differing: string;
  /** How rows differ whose keys `$1` names, a JSON array: `{ key, columns }`, as in `DifferingRow`. */
  readonly describe: string;
  /** What the new side wrote while there was no sync, carried back to the old one. */
  readonly back: readonly string[];
  /** Absent where one statement finds the rows that differ. */
  readonly bisection?: Bisection;
  /** The same two, of nothing but the fine parts that were found. */
  readonly within?: (parts: readonly number[]) => JudgingSql;
  /** The same two, of nothing but the rows that `compare` counted; it has to have come to its end. */
  readonly suspected: JudgingSql;
}

/** What judges one row after the other. */
export type JudgingSql = Pick<RangeSql, 'differing' | 'file'>;

/**
 * Finds out in which parts of a range two tables differ: `{ parts: int[] }` of 64, then of 4,096 that lie
 * in those (`$3`).
 */
export interface Bisection {
  readonly coarse: string;
  readonly fine: string;
}

/**
 * Builds the statements for one pair.
 * @param keepNewWrites spares rows whose new value is quarantined
 * @param table SQL of the rows, under the alias `_row`, where they are not the table's own
 */
export function rangeSql(pair: ColumnPair, keepNewWrites = true, table = rowsOf(pair)): RangeSql {
  const column = quoteIdentifier(pair.column);
  const fed = quoteExisting(pair.fed.name);
  const range = inRange(pair.key);
  const spare = keepNewWrites ? ` AND NOT ${inQuarantine(pair, `q.direction = 'down'`)}` : '';
  // Where NULL may stand for the old value, a NULL that is in step was written by the new side.
  const mayStay = losesOn(pair, 'down');
  const inStep = mayStay ? ` AND ${downDiffers(pair, downOf(pair), fed)}` : '';
  const openStill = mayStay ? ` AND f._crossfade_fault IS NOT NULL` : '';
  const byValue = compareValues(pair, table);
  const keys = namesOf(pair).map((name, at) => `${name} AS k${at}`);
  const same = namesOf(pair).map((name, at) => `${name} = s.k${at}`);
  return {
    bound: boundSql(pair, table),
    last: lastSql(pair, table),
    count: `SELECT count(*) AS rows FROM ${table} WHERE ${range}`,
    fill:
      `WITH filled AS (UPDATE ${table} SET ${column} = ${upOf(pair)} WHERE ${range} ` +
      `AND ${column} IS NULL AND ${upOf(pair)} IS NOT NULL${inStep}${spare} ` +
      `RETURNING ${loses(pair)} AS lossy) ` +
      'SELECT count(*) AS written, count(*) FILTER (WHERE lossy) AS lossy FROM filled',
    lockRange: `SELECT 1 FROM ${table} WHERE ${range} AND ${column} IS NULL FOR NO KEY UPDATE`,
    fillSafely:
      `WITH s AS MATERIALIZED (SELECT ${keys.join(', ')}, f._crossfade_value AS value ` +
      `FROM ${table}, LATERAL ${callPair(pair)} f WHERE ${range} AND ${column} IS NULL${openStill}${spare}), ` +
      `filled AS (UPDATE ${table} SET ${column} = s.value FROM s ` +
      `WHERE ${same.join(' AND ')} AND _row.${column} IS NULL AND s.value IS NOT NULL RETURNING 1) ` +
      'SELECT count(*) AS written FROM filled',
    erased:
      `SELECT count(*) AS erased FROM ${table} WHERE ${range} AND ${column} IS NULL ` +
      `AND ${fed} IS NOT NULL AND ${loses(pair)}`,
    middle: middleSql({ schema: pair.migration.schema, name: pair.table.name, key: pair.key }),
    compare: compareRows(pair, table),
    ...(byValue === null ? {} : { byValue }),
    describe: describeRow(pair, table, `${pair.table.name}.${pair.column}`),
    ...judgingSql(pair, table),
    suspected: judgingSql(
      pair,
      `(SELECT * FROM ${table} WHERE ${differs(pair)} OR ${loses(pair)}) AS _row`,
    ),
    back: [`UPDATE ${table} SET ${fed} = ${downOf(pair)} WHERE ${range} AND ${differs(pair)}`],
  };
}

/**
 * Settles quarantined rows that are well again or gone. Conflicts are history, not trouble.
 * @param atMost look at no more rows than this, drawn at random, so that every one gets its turn
 */
export function settleSql(
  pair: ColumnPair,
  atMost: number | null = null,
  table = rowsOf(pair),
): string {
  const match = isRowOf(pair.key, 'q.key');
  const first = namesOf(pair)[0] ?? '';
  const some = atMost === null ? '' : ` ORDER BY random() LIMIT ${atMost}`;
  return (
    'UPDATE crossfade.quarantine q SET resolved_at = clock_timestamp() FROM (' +
    `SELECT q.key, q.at FROM (SELECT key, at FROM crossfade.quarantine ` +
    `WHERE operation = ${quoteLiteral(pair.id)} AND resolved_at IS NULL AND kind <> 'conflict'${some}) q ` +
    `LEFT JOIN LATERAL (SELECT ${first} AS present, f._crossfade_fault AS fault ` +
    `FROM ${table}, LATERAL ${callPair(pair)} f WHERE ${match}) j ON true ` +
    'WHERE j.present IS NULL OR j.fault IS NULL) w ' +
    `WHERE q.operation = ${quoteLiteral(pair.id)} AND q.key = w.key AND q.at = w.at`
  );
}

/** Row by row, and without ever failing. */
function judgingSql(pair: ColumnPair, table: string): JudgingSql {
  const range = inRange(pair.key);
  return {
    file: fileSql(pair, table),
    differing:
      `SELECT coalesce(jsonb_agg(${keyJson(namesOf(pair))} ORDER BY ${namesOf(pair).join(', ')}), '[]') AS keys FROM ${table}, LATERAL ${callPair(pair)} f ` +
      `WHERE ${range} AND ${isDifferent(keyJson(namesOf(pair)))} AND NOT ${inQuarantine(pair, `q.kind <> 'conflict'`)}`,
  };
}

/** The table under an alias, so that no name of a key can be taken for one of another table. */
const rowsOf = (pair: ColumnPair): string =>
  `${qualified(pair.migration.schema, pair.table.name)} AS _row`;

const namesOf = (pair: ColumnPair): readonly string[] => keyNames(pair.key);

/** A full range ends where counting along the index ends; one that is not full ends with the last row. */
function boundSql(pair: ColumnPair, table: string): string {
  const rows = (what: string): string => `SELECT ${what} FROM ${table} WHERE ${between(pair.key)}`;
  const full = `${rows(inner(pair))} ORDER BY ${namesOf(pair).join(', ')} OFFSET $2::bigint - 1 LIMIT 1`;
  return (
    `WITH full_range AS (SELECT ${keyArray(pair.key)} AS key FROM (${full}) part) ` +
    'SELECT key, $2::bigint AS rows FROM full_range UNION ALL ' +
    `SELECT ${keyArray(pair.key)}, counted.rows FROM (${rows(inner(pair))} ${backwards(pair)}) part, ` +
    `(${rows('count(*) AS rows')}) counted WHERE NOT EXISTS (SELECT FROM full_range)`
  );
}

function lastSql(pair: ColumnPair, table: string): string {
  const rows = `SELECT ${inner(pair)} FROM ${table} WHERE ${isAbove(pair.key)}`;
  return `SELECT ${keyArray(pair.key)} AS key FROM (${rows} ${backwards(pair)}) part`;
}

const inner = (pair: ColumnPair): string =>
  namesOf(pair)
    .map((name, at) => `${name} AS k${at}`)
    .join(', ');

const backwards = (pair: ColumnPair): string =>
  `ORDER BY ${namesOf(pair)
    .map((name) => `${name} DESC`)
    .join(', ')} LIMIT 1`;

function inQuarantine(pair: ColumnPair, condition: string): string {
  return (
    `EXISTS (SELECT 1 FROM crossfade.quarantine q WHERE q.operation = ${quoteLiteral(pair.id)} ` +
    `AND q.key = ${keyJson(namesOf(pair))} AND q.resolved_at IS NULL AND ${condition})`
  );
}

function fileSql(pair: ColumnPair, table: string): string {
  const words = [pair.id, pair.migration.name, pair.migration.schema, pair.table.name, pair.column];
  return (
    'WITH filed AS (INSERT INTO crossfade.quarantine AS old ' +
    '(operation, migration, table_schema, table_name, column_name, key, direction, kind, message) ' +
    `SELECT ${words.map(quoteLiteral).join(', ')}, ${keyJson(namesOf(pair))}, ` +
    `CASE f._crossfade_fault WHEN '${NO_RETURN}' THEN 'down' ELSE 'up' END, f._crossfade_fault, ` +
    `left(f._crossfade_message, 500) FROM ${table}, LATERAL ${callPair(pair)} f ` +
    `WHERE ${inRange(pair.key)} AND f._crossfade_fault IN ('error', 'loss', '${NO_RETURN}') ` +
    'ON CONFLICT (operation, key) DO UPDATE SET direction = excluded.direction, kind = excluded.kind, ' +
    'message = excluded.message, at = clock_timestamp(), resolved_at = NULL, times = old.times + 1 ' +
    `WHERE old.resolved_at IS NOT NULL OR old.kind = 'conflict' ` +
    `OR (excluded.kind = '${NO_RETURN}' AND old.kind <> '${NO_RETURN}') RETURNING 1) ` +
    'SELECT count(*) AS filed FROM filed'
  );
}

/** Settles all rows of an operation whose new shape is taken away. */
export function settleAllSql(id: string): string {
  return (
    'UPDATE crossfade.quarantine SET resolved_at = clock_timestamp() ' +
    `WHERE operation = ${quoteLiteral(id)} AND resolved_at IS NULL`
  );
}
