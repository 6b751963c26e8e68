import { quoteExisting } from './identifier.ts';

/** Key columns, in the order of the key. */
export type KeyColumns = readonly { readonly name: string; readonly type: string }[];

/** Names of the key columns under an alias, so that none can be taken for a column of another table. */
export function keyNames(key: KeyColumns, alias = '_row'): readonly string[] {
  return key.map((one) => `${alias}.${quoteExisting(one.name)}`);
}

/** The key as the job's cursor and the quarantine hold it: a JSON array of texts. */
export function keyJson(names: readonly string[]): string {
  return `jsonb_build_array(${names.map((name) => `${name}::text`).join(', ')})`;
}

/** True for rows above `$1` (null: from the first) up to and with `$2`, both arrays of texts. */
export function inRange(key: KeyColumns, alias = '_row'): string {
  return `${above(key, alias)} AND (${keyNames(key, alias).join(', ')}) <= ${keyFrom(key, '$2')}`;
}

/** True for rows above `$1` (null: from the first) that are not above `$3` (null: to the last). */
export function between(key: KeyColumns, alias = '_row'): string {
  const names = `(${keyNames(key, alias).join(', ')})`;
  return `${above(key, alias)} AND ($3::text[] IS NULL OR ${names} <= ${keyFrom(key, '$3')})`;
}

function above(key: KeyColumns, alias: string): string {
  return `($1::text[] IS NULL OR (${keyNames(key, alias).join(', ')}) > ${keyFrom(key, '$1')})`;
}

/** The key columns out of an array of texts; a one-column key stays a scalar, for the index's sake. */
function keyFrom(key: KeyColumns, parameter: string): string {
  const casts = key.map((one, at) => `CAST((${parameter}::text[])[${at + 1}] AS ${one.type})`);
  return `(${casts.join(', ')})`;
}

/** True for the row whose key a JSON array of texts holds. */
export function isRowOf(key: KeyColumns, json: string, alias = '_row'): string {
  return keyNames(key, alias)
    .map((name, at) => `${name} = CAST(${json} ->> ${at} AS ${key[at]?.type ?? 'text'})`)
    .join(' AND ');
}

/**
 * The end of the range of at most `$2` rows: `{ key: text[], rows }`, or no row.
 * @param rows yields `k0`, `k1`, … of at most `$2` rows, in their order
 */
export function lastOf(rows: string, parts: number): string {
  const places = Array.from({ length: parts }, (_, at) => `k${at}`);
  return (
    `SELECT ARRAY[${places.map((place) => `${place}::text`).join(', ')}] AS key, ` +
    `count(*) OVER () AS rows FROM (${rows}) part ` +
    `ORDER BY ${places.map((place) => `${place} DESC`).join(', ')} LIMIT 1`
  );
}

/**
 * True for a row that differs, as its judge `f` says, and is among those of `$3`, an array of keys (null: all
 * rows are). The array may be long, so nothing is looked up in it but what differs.
 */
export function isDifferent(key: string): string {
  return (
    `CASE WHEN f._crossfade_fault = 'difference' ` +
    `THEN $3::jsonb IS NULL OR $3::jsonb @> jsonb_build_array(${key}) ELSE false END`
  );
}
