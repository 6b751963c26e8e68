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
  return `${isAbove(key, alias)} AND (${keyNames(key, alias).join(', ')}) <= ${keyFrom(key, '$2')}`;
}

/** True for rows above `$1` (null: from the first) that are not above `$3` (null: to the last). */
export function between(key: KeyColumns, alias = '_row'): string {
  const names = `(${keyNames(key, alias).join(', ')})`;
  return `${isAbove(key, alias)} AND ($3::text[] IS NULL OR ${names} <= ${keyFrom(key, '$3')})`;
}

/** True for rows above `$1` (null: for all). */
export function isAbove(key: KeyColumns, alias = '_row'): string {
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

/** The key as a bound takes it, of rows that have it under the names `k0`, `k1`, … */
export function keyArray(key: readonly unknown[]): string {
  return `ARRAY[${key.map((_, at) => `k${at}::text`).join(', ')}]`;
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
