import { collationOf } from './column-pair.ts';
import type { ColumnPair } from './column-pair.ts';
import { quoteExisting, quoteLiteral } from './identifier.ts';
import { differs, loses } from './in-step.ts';
import { inRange } from './key-sql.ts';
import { isExact } from './unlike.ts';

/** Compares a range value by value instead of row by row: what comes more than once is converted once. */
export interface CompareValues {
  /** Yields what `compare` does. */
  readonly compare: string;
  /**
   * How many different ones there are at the most in all of the table, as the planner knows: `{ values }`; no row
   * where it does not, where they become more with every row, or where they do not fit into the memory of a statement.
   */
  readonly number: string;
}

/** What each takes in the memory of a statement, beside the values themselves; some 145 were seen. */
const BYTES_FOR_EACH = 160;

/**
 * Compares a range row by row. Rows are counted on the way, but not where PostgreSQL might remember what it has
 * converted: that depends on a filter.
 * @param table SQL of the rows, under the alias `_row`
 */
export function compareRows(pair: ColumnPair, table: string): string {
  const range = inRange(pair.key);
  if (!areExact(pair)) return compareRemembering(pair, table);
  return `SELECT count(*) FILTER (WHERE ${isSuspect(pair)}) AS suspects, count(*) AS rows FROM ${table} WHERE ${range}`;
}

/**
 * Null where equal values need not be the same, so that one row cannot speak for another. A range is read once and
 * the values alone are remembered, which several processes may do at the same time, each with rows of its own.
 */
export function compareValues(pair: ColumnPair, table: string): CompareValues | null {
  if (!areExact(pair)) return null;
  const names = namesOf(pair).map(quoteExisting);
  const counted = '_crossfade_rows';
  return {
    compare:
      `SELECT count(*) FILTER (WHERE ${isSuspect(pair)}) AS suspects, coalesce(sum(${counted}), 0) AS rows FROM (` +
      `SELECT ${names.join(', ')}, count(*) AS ${counted} FROM ${table} WHERE ${inRange(pair.key)} ` +
      `GROUP BY ${names.join(', ')}) _row`,
    number: numberOfValues(pair),
  };
}

const isSuspect = (pair: ColumnPair): string => `${differs(pair)} OR ${loses(pair)}`;

/** The columns that decide whether a row is in step. */
const namesOf = (pair: ColumnPair): readonly string[] => [
  ...pair.uses.map(({ name }) => name),
  pair.column,
];

function areExact(pair: ColumnPair): boolean {
  const added = { type: pair.type, collation: collationOf(pair) };
  return [...pair.uses, added].every(isExact);
}

/**
 * The subquery lets PostgreSQL remember what it has converted, where it expects values to come again. It compares by
 * bits, so 1.0 is not taken for 1.00. What is remembered is never shared among processes: who wants two gives each
 * of them a range.
 */
function compareRemembering(pair: ColumnPair, table: string): string {
  return (
    `SELECT count(*) AS suspects FROM ${table}, ` +
    `LATERAL (SELECT ${isSuspect(pair)} AS _crossfade_suspect OFFSET 0) judged ` +
    `WHERE ${inRange(pair.key)} AND judged._crossfade_suspect`
  );
}

/**
 * Old values in all their combinations, for that is what they can come to; new ones are made of them, unless they
 * hold more than the old ones can. New ones that nobody has counted yet were made by `up`.
 */
function numberOfValues(pair: ColumnPair): string {
  const { schema } = pair.migration;
  const old = pair.uses.map(({ name }) => name);
  const isNew = `s.attname = ${quoteLiteral(pair.column)}`;
  const values =
    `greatest(exp(least(sum(ln(greatest(s.n_distinct, 1)::float8)) FILTER (WHERE NOT ${isNew}), 100)), ` +
    `max(s.n_distinct) FILTER (WHERE ${isNew}))`;
  return (
    `SELECT v.values FROM (SELECT ${values} AS values, sum(s.avg_width) AS width, ` +
    `bool_and(s.n_distinct > 0) AS limited, count(*) FILTER (WHERE NOT ${isNew}) AS known ` +
    `FROM pg_catalog.pg_stats s WHERE s.schemaname = ${quoteLiteral(schema)} ` +
    `AND s.tablename = ${quoteLiteral(pair.table.name)} AND s.attname IN (${namesOf(pair).map(quoteLiteral).join(', ')})) v ` +
    `WHERE v.known = ${old.length} AND v.limited AND v.values * (v.width + ${BYTES_FOR_EACH}) <= ` +
    `pg_size_bytes(current_setting('work_mem')) * current_setting('hash_mem_multiplier')::float8`
  );
}
