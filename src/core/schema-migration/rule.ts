import type { TableCatalog } from './catalog.ts';
import { qualified, quoteExisting, quoteLiteral } from './identifier.ts';
import type { SchemaMigration } from './schema-migration.ts';

/**
 * What the new version asks of every row and nothing enforces before contract, since the old version
 * does not keep it. Until then rows that break it are looked for, and hold.
 */
export interface Rule {
  /** Tells the rules of a migration apart; the name of a constraint. */
  readonly name: string;
  /** Yields one row `{ found, samples }`: how many rows break it, and which, at most five. */
  readonly look: string;
}

/** Where the rows of a rule stand. */
export interface RulePlace {
  readonly migration: SchemaMigration;
  readonly table: TableCatalog | null;
  readonly operation: { readonly table: string };
}

const LISTED = 5;

/** @param broken true, in SQL, for a row that breaks the rule; columns by their bare names */
export function rowRule(place: RulePlace, name: string, broken: string): Rule {
  const rows = `SELECT ${labelOf(place)} AS label FROM ${rowsOf(place)} WHERE ${broken}`;
  return { name, look: counted(rows) };
}

/**
 * @param keys what is to occur once, as SQL over the row
 * @param of `nullsEqual`: two NULLs are one value too many; `where`: of these rows alone
 */
export function duplicateRule(
  place: RulePlace,
  name: string,
  keys: readonly string[],
  of: { readonly nullsEqual?: boolean; readonly where?: string | null } = {},
): Rule {
  const known = of.nullsEqual === true ? [] : keys.map((one) => `(${one}) IS NOT NULL`);
  const conditions = [...known, ...(of.where == null ? [] : [`(${of.where})`])];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const rows =
    `SELECT label FROM (SELECT ${labelOf(place)} AS label, count(*) OVER (PARTITION BY ${keys.join(', ')}) AS same ` +
    `FROM ${rowsOf(place)}${where}) grouped WHERE same > 1`;
  return { name, look: counted(rows) };
}

function counted(rows: string): string {
  return (
    `SELECT count(*)::float8 AS found, coalesce(jsonb_agg(label) FILTER (WHERE place <= ${LISTED}), '[]') AS samples ` +
    `FROM (SELECT label, row_number() OVER () AS place FROM (${rows}) broken) listed`
  );
}

function rowsOf({ migration, table, operation }: RulePlace): string {
  return `${qualified(migration.schema, table?.name ?? operation.table)} AS _row`;
}

/** A row by its key; one without a key by its place in the table. */
function labelOf({ table, operation }: RulePlace): string {
  const key = (table?.key ?? ['ctid']).map((name) => `_row.${quoteExisting(name)}::text`);
  return `concat(${quoteLiteral(table?.name ?? operation.table)}, '(', concat_ws(', ', ${key.join(', ')}), ')')`;
}
