import { describeRow } from '../describe-row.ts';
import { quoteExisting, quoteIdentifier, quoteLiteral } from '../identifier.ts';
import { differs } from '../in-step.ts';
import { inRange, isRowOf, keyJson, type KeyColumns, keyNames } from '../key-sql.ts';
import { callPair } from '../pair-function.ts';
import { rangeSql, settleSql } from '../range-sql.ts';
import type { RangeSql } from '../range-sql.ts';
import { upOf } from '../sync-trigger.ts';
import { tableAt } from '../table-pair/table-pair.ts';
import { hashedListCompare, isListHashable } from './hashed-list-sql.ts';
import type { ListPair } from './list-pair.ts';

/** Statements over ranges of the old table's key; each of its rows stands for all rows of its list. */
export function listRangeSql(pair: ListPair): RangeSql {
  const { list } = pair;
  const key = list.key;
  const open = (more: string): string =>
    `FROM ${tableAt(pair, 'wide')} AS _row${more} WHERE ${inRange(key)} ` +
    `AND NOT EXISTS (SELECT FROM ${tableAt(pair, 'narrow')} AS _e WHERE ${isOf(pair, '_row')} AND ${inRange(narrowKey(pair), '_e')}) ` +
    `AND NOT EXISTS (SELECT FROM crossfade.quarantine q WHERE q.operation = ${quoteLiteral(pair.id)} ` +
    `AND q.key = ${keyJson(keyNames(key))} AND q.resolved_at IS NULL AND q.direction = 'down')`;
  const names = keyNames(key).map((name, at) => `${name} AS k${at}`);
  const fill = (value: string, more: string, lock: string): string =>
    `WITH s AS MATERIALIZED (SELECT ${[...names, `${value} AS list`].join(', ')} ${open(more)}${lock}), ` +
    `filled AS (INSERT INTO ${tableAt(pair, 'narrow')} (${columnsOf(pair).join(', ')}) ` +
    `SELECT ${key.map((_, at) => `s.k${at}`).join(', ')}, o.place, o.value ` +
    'FROM s, unnest(s.list) WITH ORDINALITY o(value, place) ON CONFLICT DO NOTHING RETURNING 1) ' +
    'SELECT count(*) FILTER (WHERE list IS NOT NULL) AS written, 0 AS lossy FROM s';
  const safely = callPair(list, `CAST(NULL AS ${list.type})`);
  return {
    ...rangeSql(list, false, listedRows(pair)),
    ...(isListHashable(pair) ? { compare: hashedListCompare(pair) } : {}),
    fill: fill(upOf(list), '', ' FOR SHARE OF _row'),
    lockRange: `SELECT 1 ${open('')} FOR SHARE OF _row`,
    fillSafely: fill('f._crossfade_value', `, LATERAL ${safely} f`, ''),
    erased: null,
    describe: describeRow(list, listedRows(pair), `table ${pair.narrow}`),
    back: [backSql(pair)],
  };
}

/** A list that differs is written whole. */
function backSql(pair: ListPair): string {
  const { list } = pair;
  const names = keyNames(list.key).map((name, at) => `${name} AS k${at}`);
  const same = keyNames(list.key, '_w').map((name, at) => `${name} = s.k${at}`);
  return (
    `UPDATE ${tableAt(pair, 'wide')} AS _w SET ${quoteExisting(list.fed.name)} = s.list FROM (` +
    `SELECT ${names.join(', ')}, ${pair.written} AS list FROM ${listedRows(pair)} ` +
    `WHERE ${inRange(list.key)} AND ${differs(list)}) s WHERE ${same.join(' AND ')}`
  );
}

export function settleListSql(pair: ListPair, atMost: number | null = null): string {
  const home = `EXISTS (SELECT FROM ${tableAt(pair, 'wide')} AS _row WHERE ${isOf(pair, '_row')})`;
  // Rows that have no home are not gone.
  const homeless = `EXISTS (SELECT FROM ${tableAt(pair, 'narrow')} AS _e WHERE ${isRowOf(narrowKey(pair), 'q.key', '_e')} AND NOT ${home})`;
  return `${settleSql(pair.list, atMost, listedRows(pair))} AND NOT ${homeless}`;
}

const narrowKey = ({ key }: ListPair): KeyColumns =>
  key.map(({ narrow, type }) => ({ name: narrow, type }));

/** Rows of the old table with the array of their new ones beside it, as if that were a column. */
function listedRows(pair: ListPair): string {
  const { list } = pair;
  return `(SELECT _w.*, ${arrayOf(pair, '_w')} AS ${quoteIdentifier(list.column)} FROM ${tableAt(pair, 'wide')} AS _w) AS _row`;
}

/** The array of a key's rows, NULL for none. @param row what has the key under the old table's names */
export function arrayOf(pair: ListPair, row: string): string {
  const value = quoteExisting(pair.value);
  return `(SELECT array_agg(_e.${value} ORDER BY _e.${quoteExisting(pair.position)}) FROM ${tableAt(pair, 'narrow')} AS _e WHERE ${isOf(pair, row)})`;
}

/** True for an element, `_e`, of the row. */
export function isOf(pair: ListPair, row: string): string {
  return pair.key
    .map((part) => `_e.${quoteExisting(part.narrow)} = ${row}.${quoteExisting(part.wide)}`)
    .join(' AND ');
}

/** The new table's columns, quoted, in the order in which they are inserted. */
export function columnsOf(pair: ListPair): readonly string[] {
  return [...pair.key.map((part) => part.narrow), pair.position, pair.value].map(quoteExisting);
}
