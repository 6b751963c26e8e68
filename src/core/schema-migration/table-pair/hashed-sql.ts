import { quoteExisting, quoteIdentifier } from '../identifier.ts';
import { inRange } from '../key-sql.ts';
import type { Bisection } from '../range-sql.ts';
import { upOf } from '../sync-trigger.ts';
import { notBack } from './judge-function.ts';
import { hashOf, hasHash } from './row-hash.ts';
import { anyOf, isBlank, keyAt, otherPlace, tableAt } from './table-pair.ts';
import type { Place, TablePair } from './table-pair.ts';

/** True where each row of a range can be told from what it should be by a hash of its new shape. */
export function isHashable(pair: TablePair): boolean {
  const types = [...pair.key.map(({ type }) => type), ...pair.columns.map((one) => one.pair.type)];
  return types.every(hasHash);
}

/**
 * Both sides of a range in one snapshot, each read once and without a join: the old one by what `up`
 * makes of it, the new one as it is. Counted and added up, so that no two rows cancel each other. Equal sums are
 * rows in step; others are looked at row by row, so a row that the sums take for different by its blanks is none.
 */
export function hashedCompare(pair: TablePair): string {
  return (
    `WITH old AS (SELECT count(*) AS n, coalesce(sum(h), 0) AS s, count(*) FILTER (WHERE lossy) AS lossy FROM ${hashes(pair, pair.old)} o), ` +
    `new AS (SELECT count(*) AS n, coalesce(sum(h), 0) AS s FROM ${hashes(pair, otherPlace(pair.old))} n) ` +
    'SELECT old.lossy + CASE WHEN old.n = new.n AND old.s = new.s THEN 0 ELSE 1 END AS suspects FROM old, new'
  );
}

/** 64 parts, then 64 of each that differs, by a hash of the key: no gap between keys makes them uneven. */
export function bisection(pair: TablePair): Bisection {
  return {
    coarse: bucketsSql(pair, COARSE, 'true'),
    fine: bucketsSql(pair, FINE, `k & ${COARSE} = ANY($3::bigint[])`),
  };
}

const COARSE = 63;
const FINE = 4_095;

/** True for rows of a place whose key is in one of the fine parts. */
export function isInParts(pair: TablePair, place: Place, parts: readonly number[]): string {
  return `${keyHash(pair, place)} & ${FINE} = ANY('{${parts.join(',')}}'::bigint[])`;
}

function bucketsSql(pair: TablePair, mask: number, where: string): string {
  const summed = (place: Place): string =>
    `(SELECT k & ${mask} AS b, count(*) AS n, sum(h) AS s, bool_or(lossy) AS lossy FROM ${hashes(pair, place)} r WHERE ${where} GROUP BY 1)`;
  return (
    `SELECT coalesce(array_agg(b::int ORDER BY b), '{}') AS parts FROM ${summed(pair.old)} old ` +
    `FULL JOIN ${summed(otherPlace(pair.old))} new USING (b) ` +
    'WHERE old.lossy OR old.n IS DISTINCT FROM new.n OR old.s IS DISTINCT FROM new.s'
  );
}

/** One line for each row of a place in the range that holds anything: `h` of all, `k` of the key. */
function hashes(pair: TablePair, place: Place): string {
  const isOld = place === pair.old;
  const key = keyAt(pair, place).map(({ name, type }, at) => {
    return { value: `_row.${quoteExisting(name)}`, name: `_crossfade_k${at}`, type };
  });
  const values = pair.columns.map(({ pair: one, names }) => {
    const name = quoteIdentifier(one.column);
    return {
      value: isOld ? upOf(one) : `_row.${quoteExisting(names[place])}`,
      name,
      type: one.type,
    };
  });
  const rows = [
    ...[...key, ...values].map(({ value, name }) => `${value} AS ${name}`),
    ...(isOld ? pair.uses.map(({ name }) => `_row.${quoteExisting(name)}`) : []),
  ];
  const named = (all: typeof values): string =>
    hashOf(all.map(({ name, type }) => ({ value: name, type })));
  return (
    `(SELECT ${named([...key, ...values])} AS h, ${named(key)} AS k, ` +
    `${isOld ? lossy(pair) : 'false'} AS lossy FROM (SELECT ${rows.join(', ')} FROM ${tableAt(pair, place)} AS _row ` +
    `WHERE ${inRange(keyAt(pair, place))} AND NOT ${holdsNothing(pair, place)}) _row)`
  );
}

const keyHash = (pair: TablePair, place: Place): string =>
  hashOf(
    keyAt(pair, place).map(({ name, type }) => ({ value: `_row.${quoteExisting(name)}`, type })),
  );

/** Where the new value is what `up` gives, it is lost when `down` does not lead back from that. */
function lossy(pair: TablePair): string {
  return anyOf(pair.columns.filter(({ same }) => !same).map((column) => notBack(pair, column)));
}

/** A wide row of blanks stands for no narrow row, and so does a narrow one without a value. */
function holdsNothing(pair: TablePair, place: Place): string {
  if (place === 'wide') return isBlank(pair, ({ names }) => `_row.${quoteExisting(names.wide)}`);
  const empty = pair.columns.map(({ names }) => `_row.${quoteExisting(names.narrow)} IS NULL`);
  return `(${empty.join(' AND ')})`;
}
