import { describedColumn, KEYS } from '../describe-row.ts';
import { quoteExisting, quoteIdentifier, quoteLiteral } from '../identifier.ts';
import {
  between,
  inRange,
  isAbove,
  isDifferent,
  isRowOf,
  keyArray,
  keyJson,
  keyNames,
} from '../key-sql.ts';
import { middleSql } from '../middle-sql.ts';
import type { JudgingSql, RangeSql } from '../range-sql.ts';
import { upOf } from '../sync-trigger.ts';
import { backSql } from './back-sql.ts';
import { bisection, hashedCompare, isHashable, isInParts } from './hashed-sql.ts';
import { judgeFunctionName, losing, outOfStep } from './judge-function.ts';
import { anyOf, differsAt, isBlank, keyAt, otherPlace, tableAt, valueName } from './table-pair.ts';
import type { Place, TablePair } from './table-pair.ts';

const QUARANTINED = `q.resolved_at IS NULL AND q.kind <> 'conflict'`;

/** Statements over ranges of the key that both tables share; a range may hold rows of either. */
export function tableRangeSql(pair: TablePair): RangeSql {
  const joined = joinedRows(pair, (place) => inRange(keyAt(pair, place)));
  return {
    bound: boundSql(pair),
    last: lastOf(pair, (place) => isAbove(keyAt(pair, place))),
    count: `SELECT count(*) AS rows FROM ${tableAt(pair, 'wide')} AS _row WHERE ${inRange(keyAt(pair, 'wide'))}`,
    fill: fillSql(pair, ''),
    lockRange: `SELECT 1 FROM ${openRows(pair)}`,
    fillSafely: fillSql(pair, " WHERE f._crossfade_fault IS DISTINCT FROM 'error'"),
    // A narrow row is made of values, or not at all: nothing can be taken for filled that is not.
    erased: null,
    middle: middleSql({
      schema: pair.migration.schema,
      name: pair.wide,
      key: keyAt(pair, 'wide'),
    }),
    compare: isHashable(pair) ? hashedCompare(pair) : exactCompare(pair, joined),
    ...judgedSql(pair, joined),
    ...(isHashable(pair) ? { bisection: bisection(pair) } : {}),
    within: (parts) =>
      judgedSql(
        pair,
        joinedRows(
          pair,
          (place) => `${inRange(keyAt(pair, place))} AND ${isInParts(pair, place, parts)}`,
        ),
      ),
    suspected: judgedSql(
      pair,
      `(SELECT * FROM ${joined} _row WHERE ${outOfStep(pair)} OR ${losing(pair)})`,
    ),
    describe: describeKey(pair),
    back: backSql(pair, joined),
  };
}

const exactCompare = (pair: TablePair, joined: string): string =>
  `SELECT count(*) AS suspects FROM ${joined} _row WHERE ${outOfStep(pair)} OR ${losing(pair)}`;

/** Row by row, and without ever failing. @param joined rows of both tables, key by key */
function judgedSql(pair: TablePair, joined: string): JudgingSql {
  const judged = `${joined} _row, LATERAL ${judge(pair)} f`;
  const key = keyJson(keyPlaces(pair));
  return {
    file: fileSql(pair, judged, key),
    differing:
      `SELECT coalesce(jsonb_agg(${key} ORDER BY ${keyPlaces(pair).join(', ')}), '[]') AS keys ` +
      `FROM ${judged} WHERE ${isDifferent(key)} AND NOT ${inQuarantine(pair, key)}`,
  };
}

/** As `describeRow`, of whatever both tables hold under a key. */
function describeKey(pair: TablePair): string {
  const fresh = otherPlace(pair.old);
  const columns = pair.columns.map((column, at) => {
    const place = `${pair[fresh]}.${column.names[fresh]}`;
    const now = `_row.${valueName(pair, column, fresh)}`;
    const described = describedColumn(place, `_row.${valueName(pair, column, pair.old)}`, now);
    return `(${differsAt(column, fresh, `f._crossfade_v${at}`, now)}, ${described})`;
  });
  const rows = joinedRows(pair, (place) => isRowOf(keyAt(pair, place), 'k.key'));
  const gone = `jsonb_build_object('place', ${quoteLiteral(`table ${pair.narrow}`)}::text, 'kind', '${pair.old === 'wide' ? 'missing' : 'extra'}', 'old', NULL, 'new', NULL)`;
  return (
    `SELECT k.key, CASE WHEN NOT _row._crossfade_narrow THEN jsonb_build_array(${gone}) ELSE ` +
    `(SELECT coalesce(jsonb_agg(c), '[]') FROM (VALUES ${columns.join(', ')}) v(d, c) WHERE d) END AS columns ` +
    `FROM ${KEYS}, LATERAL ${rows} _row, LATERAL ${judge(pair)} f`
  );
}

/** Settles quarantined keys whose rows are well again, or gone. */
export function settleTableSql(pair: TablePair, atMost: number | null = null): string {
  const some = atMost === null ? '' : ` ORDER BY random() LIMIT ${atMost}`;
  const rows = joinedRows(pair, (place) => isRowOf(keyAt(pair, place), 'q.key'));
  return (
    'UPDATE crossfade.quarantine q SET resolved_at = clock_timestamp() FROM (' +
    'SELECT q.key, q.at FROM (SELECT key, at FROM crossfade.quarantine q ' +
    `WHERE q.operation = ${quoteLiteral(pair.id)} AND ${QUARANTINED}${some}) q ` +
    `LEFT JOIN LATERAL (SELECT true AS present, f._crossfade_fault AS fault ` +
    `FROM ${rows} _row, LATERAL ${judge(pair)} f) j ON true ` +
    'WHERE j.present IS NULL OR j.fault IS NULL) w ' +
    `WHERE q.operation = ${quoteLiteral(pair.id)} AND q.key = w.key AND q.at = w.at`
  );
}

const keyPlaces = (pair: TablePair): readonly string[] =>
  pair.key.map((_, at) => `_row._crossfade_k${at}`);

/** Rows of either table under one key, with names as the expressions know them. */
function joinedRows(pair: TablePair, where: (place: Place) => string): string {
  const alias = { wide: '_w', narrow: '_n' } as const;
  const fresh = otherPlace(pair.old);
  const rows = (place: Place): string =>
    `(SELECT * FROM ${tableAt(pair, place)} AS _row WHERE ${where(place)}) ${alias[place]}`;
  const [wide, narrow] = (['wide', 'narrow'] as const).map((place) =>
    keyNames(keyAt(pair, place), alias[place]),
  );
  const key = pair.key.map(
    (_, at) => `coalesce(${wide?.[at]}, ${narrow?.[at]}) AS _crossfade_k${at}`,
  );
  const there = [
    `${wide?.[0]} IS NOT NULL AS _crossfade_wide`,
    `${narrow?.[0]} IS NOT NULL AS _crossfade_narrow`,
  ];
  const old = pair.uses.map(({ name }) => `${alias[pair.old]}.${quoteExisting(name)}`);
  const added = pair.columns.map(
    (column) =>
      `${alias[fresh]}.${quoteExisting(column.names[fresh])} AS ${valueName(pair, column, fresh)}`,
  );
  const same = pair.key.map((_, at) => `${wide?.[at]} = ${narrow?.[at]}`).join(' AND ');
  return `(SELECT ${[...key, ...there, ...old, ...added].join(', ')} FROM ${rows('wide')} FULL JOIN ${rows('narrow')} ON ${same})`;
}

/** The judge's call on such a row. */
function judge(pair: TablePair): string {
  const values = [
    '_row._crossfade_wide',
    '_row._crossfade_narrow',
    ...pair.uses.map(({ name }) => `_row.${quoteExisting(name)}`),
    ...pair.columns.map((column) => `_row.${quoteIdentifier(column.pair.column)}`),
  ];
  return `${judgeFunctionName(pair)}(${values.join(', ')})`;
}

/**
 * A full range ends where counting along the index of the wide table ends, in which every narrow row has its
 * home; one that is not full ends with the last row of either.
 */
function boundSql(pair: TablePair): string {
  const within = (place: Place): string => between(keyAt(pair, place));
  const nth = `${keysAt(pair, 'wide', within('wide'))} ORDER BY ${keyNames(keyAt(pair, 'wide')).join(', ')} OFFSET $2::bigint - 1 LIMIT 1`;
  const counted = `SELECT count(*) AS rows FROM ${tableAt(pair, 'wide')} AS _row WHERE ${within('wide')}`;
  return (
    `WITH full_range AS (SELECT ${keyArray(pair.key)} AS key FROM (${nth}) part) ` +
    'SELECT key, $2::bigint AS rows FROM full_range UNION ALL ' +
    `SELECT key, rows FROM (${lastOf(pair, within)}) part, (${counted}) counted ` +
    'WHERE NOT EXISTS (SELECT FROM full_range)'
  );
}

/** The last key of either table. */
function lastOf(pair: TablePair, where: (place: Place) => string): string {
  const at = (place: Place): string => {
    const backwards = keyNames(keyAt(pair, place)).map((name) => `${name} DESC`);
    return `(${keysAt(pair, place, where(place))} ORDER BY ${backwards.join(', ')} LIMIT 1)`;
  };
  const backwards = pair.key.map((_, place) => `k${place} DESC`).join(', ');
  return (
    `SELECT ${keyArray(pair.key)} AS key FROM (${at('wide')} UNION ALL ${at('narrow')}) ends ` +
    `ORDER BY ${backwards} LIMIT 1`
  );
}

/** The keys of a table under the names `k0`, `k1`, … */
function keysAt(pair: TablePair, place: Place, where: string): string {
  const names = keyNames(keyAt(pair, place)).map((name, at) => `${name} AS k${at}`);
  return `SELECT ${names.join(', ')} FROM ${tableAt(pair, place)} AS _row WHERE ${where}`;
}

/**
 * Old rows of the range that have no new values yet, locked: what is filled is what they hold. The other table's rows
 * are held to the same range in so many words: the planner does not conclude it, and would read all of a table that
 * grows with every batch.
 */
function openRows(pair: TablePair): string {
  const key = keyNames(keyAt(pair, pair.old)).map((name, at) => `${name} AS _crossfade_k${at}`);
  const uses = pair.uses.map(({ name }) => `_row.${quoteExisting(name)}`);
  const open = pair.old === 'wide' ? unmade(pair) : unfilled(pair);
  return (
    `(SELECT ${[...key, ...uses].join(', ')} FROM ${tableAt(pair, pair.old)} AS _row ` +
    `WHERE ${inRange(keyAt(pair, pair.old))} AND ${open} FOR SHARE) _row`
  );
}

function unmade(pair: TablePair): string {
  const blank = isBlank(pair, ({ names }) => `_row.${quoteExisting(names.wide)}`);
  return `NOT ${blank} AND NOT EXISTS (SELECT FROM ${tableAt(pair, 'narrow')} AS _n WHERE ${sameKey(pair, '_n', 'narrow')} AND ${inRange(keyAt(pair, 'narrow'), '_n')})`;
}

/** A write of one column since expand has filled that one alone. */
function unfilled(pair: TablePair): string {
  const empty = anyOf(pair.columns.map(({ names }) => `_w.${quoteExisting(names.wide)} IS NULL`));
  return `EXISTS (SELECT FROM ${tableAt(pair, 'wide')} AS _w WHERE ${sameKey(pair, '_w', 'wide')} AND ${inRange(keyAt(pair, 'wide'), '_w')} AND ${empty})`;
}

/** Between a row of the old place, `_row`, and one of another. */
function sameKey(pair: TablePair, alias: string, place: Place): string {
  return pair.key
    .map((part) => `${alias}.${quoteExisting(part[place])} = _row.${quoteExisting(part[pair.old])}`)
    .join(' AND ');
}

/** `{ written, lossy }`. @param safely the judge's word instead of the bare expressions */
function fillSql(pair: TablePair, safely: string): string {
  const converted = pair.columns.map(({ pair: one }, at) =>
    safely === ''
      ? `${upOf(one)} AS ${quoteIdentifier(one.column)}`
      : `f._crossfade_v${at} AS ${quoteIdentifier(one.column)}`,
  );
  const uses = pair.uses.map(({ name }) => quoteExisting(name));
  const key = pair.key.map((_, at) => `_crossfade_k${at}`);
  const judged = safely === '' ? '' : `, LATERAL ${judgeOld(pair)} f${safely}`;
  const source = `SELECT ${[...key, ...uses.map((name) => `_row.${name}`), ...converted, 'true AS _crossfade_wide', 'true AS _crossfade_narrow'].join(', ')} FROM ${openRows(pair)}${judged}`;
  return (
    `WITH s AS MATERIALIZED (${source}), filled AS (${pair.old === 'wide' ? insertSql(pair) : updateSql(pair)} RETURNING 1) ` +
    `SELECT (SELECT count(*) FROM filled) AS written, (SELECT count(*) FROM s WHERE ${losing(pair)}) AS lossy`
  );
}

/** As if nothing had been filled: only what `up` gives is of interest. */
function judgeOld(pair: TablePair): string {
  const values = [
    'true',
    'false',
    ...pair.uses.map(({ name }) => `_row.${quoteExisting(name)}`),
    ...pair.columns.map((column) => `CAST(NULL AS ${column.pair.type})`),
  ];
  return `${judgeFunctionName(pair)}(${values.join(', ')})`;
}

/** Who was quicker has newer values. */
function insertSql(pair: TablePair): string {
  const into = [
    ...pair.key.map((part) => quoteExisting(part.narrow)),
    ...pair.columns.map(({ names }) => quoteExisting(names.narrow)),
  ];
  const values = [
    ...pair.key.map((_, at) => `_crossfade_k${at}`),
    ...pair.columns.map((column) => quoteIdentifier(column.pair.column)),
  ];
  const key = pair.key.map((part) => quoteExisting(part.narrow));
  return `INSERT INTO ${tableAt(pair, 'narrow')} (${into.join(', ')}) SELECT ${values.join(', ')} FROM s ON CONFLICT (${key.join(', ')}) DO NOTHING`;
}

function updateSql(pair: TablePair): string {
  const columns = pair.columns.map(({ names, pair: one }) => {
    const wide = quoteExisting(names.wide);
    return { wide, there: `_w.${wide}`, filled: `s.${quoteIdentifier(one.column)}` };
  });
  const set = columns.map(({ wide, there, filled }) => `${wide} = coalesce(${there}, ${filled})`);
  const open = columns.map(({ there, filled }) => `${there} IS NULL AND ${filled} IS NOT NULL`);
  const key = pair.key.map((part, at) => `_w.${quoteExisting(part.wide)} = s._crossfade_k${at}`);
  const json = keyJson(pair.key.map((_, at) => `s._crossfade_k${at}`));
  const spare = `NOT EXISTS (SELECT FROM crossfade.quarantine q WHERE q.operation = ${quoteLiteral(pair.id)} AND q.key = ${json} AND q.direction = 'down' AND ${QUARANTINED})`;
  return (
    `UPDATE ${tableAt(pair, 'wide')} AS _w SET ${set.join(', ')} FROM s ` +
    `WHERE ${[...key, inRange(keyAt(pair, 'wide'), '_w'), anyOf(open), spare].join(' AND ')}`
  );
}

function inQuarantine(pair: TablePair, key: string): string {
  return `EXISTS (SELECT FROM crossfade.quarantine q WHERE q.operation = ${quoteLiteral(pair.id)} AND q.key = ${key} AND ${QUARANTINED})`;
}

function fileSql(pair: TablePair, judged: string, key: string): string {
  const { id, migration, wide, narrow } = pair;
  const words = [id, migration.name, migration.schema, wide, narrow].map(quoteLiteral);
  return (
    'WITH filed AS (INSERT INTO crossfade.quarantine AS old ' +
    '(operation, migration, table_schema, table_name, column_name, key, direction, kind, message) ' +
    `SELECT ${words.join(', ')}, ${key}, f._crossfade_direction, f._crossfade_fault, ` +
    `left(f._crossfade_message, 500) FROM ${judged} WHERE f._crossfade_fault IN ('error', 'loss') ` +
    'ON CONFLICT (operation, key) DO UPDATE SET direction = excluded.direction, kind = excluded.kind, ' +
    'message = excluded.message, at = clock_timestamp(), resolved_at = NULL, times = old.times + 1 ' +
    `WHERE old.resolved_at IS NOT NULL OR old.kind = 'conflict' RETURNING 1) ` +
    'SELECT count(*) AS filed FROM filed'
  );
}
