import { quoteExisting } from '../identifier.ts';
import { inRange, keyNames } from '../key-sql.ts';
import { upOf } from '../sync-trigger.ts';
import { hashOf, hasHash } from '../table-pair/row-hash.ts';
import { tableAt } from '../table-pair/table-pair.ts';
import type { ListPair } from './list-pair.ts';

/** True where each element of a range can be told by a hash. */
export function isListHashable({ key, element }: ListPair): boolean {
  return [...key.map(({ type }) => type), element].every(hasHash);
}

/**
 * Both sides of a range in one snapshot, each read once and without an array for each row: the elements of the
 * lists that `up` gives, and the rows, each by its key, its place among the others and its value. Counted and added up,
 * so that no two cancel each other. Equal sums are lists in step; others are looked at list by list. Where the two
 * are in step `down` gives the old list as it is, so nothing is lost that would have to be looked for.
 */
export function hashedListCompare(pair: ListPair): string {
  const { list } = pair;
  const lists =
    `SELECT ${hashedElement(pair, keyNames(list.key), 'o._crossfade_place', 'o._crossfade_value')} AS h ` +
    `FROM ${tableAt(pair, 'wide')} AS _row, LATERAL unnest(${upOf(list)}) ` +
    `WITH ORDINALITY o(_crossfade_value, _crossfade_place) WHERE ${inRange(list.key)}`;
  const key = pair.key.map(({ narrow, type }) => ({ name: narrow, type }));
  const names = keyNames(key);
  const place = `row_number() OVER (PARTITION BY ${names.join(', ')} ORDER BY _row.${quoteExisting(pair.position)})`;
  const columns = names.map((name, at) => `${name} AS _crossfade_k${at}`);
  const rows =
    `SELECT ${hashedElement(
      pair,
      names.map((_, at) => `r._crossfade_k${at}`),
      'r._crossfade_place',
      'r._crossfade_value',
    )} AS h FROM (SELECT ${columns.join(', ')}, ${place} AS _crossfade_place, ` +
    `_row.${quoteExisting(pair.value)} AS _crossfade_value ` +
    `FROM ${tableAt(pair, 'narrow')} AS _row WHERE ${inRange(key)}) r`;
  const summed = (hashes: string): string =>
    `(SELECT count(*) AS n, coalesce(sum(h), 0) AS s FROM (${hashes}) e)`;
  return (
    `WITH old AS ${summed(lists)}, new AS ${summed(rows)} ` +
    'SELECT CASE WHEN old.n = new.n AND old.s = new.s THEN 0 ELSE 1 END AS suspects FROM old, new'
  );
}

function hashedElement(
  { key, element }: ListPair,
  names: readonly string[],
  place: string,
  value: string,
): string {
  const keys = key.map(({ type }, at) => ({ value: names[at] ?? '', type }));
  return hashOf([...keys, { value: place, type: 'bigint' }, { value, type: element }]);
}
