import type { TableCatalog } from './catalog.ts';
import type { ColumnPair } from './column-pair.ts';
import { isTrash, qualified, quoteExisting, quoteIdentifier, quoteLiteral } from './identifier.ts';
import type { SchemaMigration } from './schema-migration.ts';

const VIEW_RIGHTS = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE']);

/** A column as a version's view shows it; `default` is carried over to the view. */
interface ViewColumn {
  readonly name: string;
  readonly default: string | null;
  /** Whose column rights the view column takes over. */
  readonly rightsOf: string;
}

/** The old version's view of a table: every column that stands there now, by name. */
export function baselineView(migration: SchemaMigration, table: TableCatalog): readonly string[] {
  return createView(migration, migration.from, table, oldColumns(migration, table));
}

/** The new version's view: each new column stands where the old location stood, which is hidden. */
export function nextView(
  migration: SchemaMigration,
  table: TableCatalog,
  pairs: readonly ColumnPair[],
): readonly string[] {
  const columns = oldColumns(migration, table).flatMap((column): ViewColumn[] => {
    const pair = pairs.find((one) => one.fed.name === column.name);
    if (pair === undefined) return [column];
    const added = { name: pair.column, default: null, rightsOf: column.name };
    return pair.partial ? [column, added] : [added];
  });
  return createView(migration, migration.to, table, columns);
}

/** Drops the new version's views, and nothing that the application made. */
export function dropNextView(migration: SchemaMigration, table: TableCatalog): readonly string[] {
  if (!(migration.to in table.views)) return [];
  return [`DROP VIEW ${qualified(migration.to, table.name)}`];
}

/**
 * Turns the old version's view into a stub: its columns stay what they are, and whoever reads or
 * writes it is told what happened. `crossfade.gone` is volatile, so it runs when the view is used;
 * OFFSET keeps a query's own conditions outside, where `NULL = 1` cannot make it skip the view.
 */
export function stubView(migration: SchemaMigration, table: TableCatalog): readonly string[] {
  const shown = table.views[migration.from];
  if (shown === undefined) return [];
  const view = qualified(migration.from, table.name);
  const columns = shown.map(({ name, type, collation }) => {
    const collate = collation === null ? '' : ` COLLATE ${collation}`;
    return `CAST(NULL AS ${type})${collate} AS ${quoteExisting(name)}`;
  });
  const words = [
    migration.name,
    `${migration.from}.${table.name}`,
    `${migration.to}.${table.name}`,
  ];
  const told = words.map(quoteLiteral).join(', ');
  return [
    `CREATE OR REPLACE VIEW ${view} AS SELECT ${columns.join(', ')} WHERE crossfade.gone(${told}) OFFSET 0`,
    `CREATE OR REPLACE TRIGGER crossfade_gone INSTEAD OF INSERT OR UPDATE OR DELETE ON ${view} ` +
      `FOR EACH ROW EXECUTE FUNCTION crossfade.refuse_gone(${told})`,
  ];
}

function oldColumns(migration: SchemaMigration, table: TableCatalog): readonly ViewColumn[] {
  const added = migration.operations
    .filter((one) => one.table === table.name)
    .map((one) => one.column);
  return table.columns
    .filter((column) => !isTrash(column.name) && !added.includes(column.name))
    .map((column) => ({
      name: column.name,
      default: column.generated === 'no' ? column.default : null,
      rightsOf: column.name,
    }));
}

function createView(
  migration: SchemaMigration,
  version: string,
  table: TableCatalog,
  columns: readonly ViewColumn[],
): readonly string[] {
  const view = qualified(version, table.name);
  const names = columns.map((column) => quoteExisting(column.name)).join(', ');
  return [
    `CREATE VIEW ${view} WITH (security_invoker = true) AS ` +
      `SELECT ${names} FROM ${qualified(migration.schema, table.name)}`,
    ...columns
      .filter((column) => column.default !== null)
      .map(
        (column) =>
          `ALTER VIEW ${view} ALTER COLUMN ${quoteExisting(column.name)} SET DEFAULT ${column.default ?? ''}`,
      ),
    ...grants(version, table, columns),
  ];
}

/** The rights that roles have on the table, on the view; and the way to it. */
function grants(
  version: string,
  table: TableCatalog,
  columns: readonly ViewColumn[],
): readonly string[] {
  const view = qualified(version, table.name);
  const granted = table.grants.filter((grant) => VIEW_RIGHTS.has(grant.privilege));
  const statements = granted.flatMap((grant) => {
    if (grant.column === null) return [`GRANT ${grant.privilege} ON ${view} TO ${roleOf(grant)}`];
    return columns
      .filter((column) => column.rightsOf === grant.column)
      .map(
        (column) =>
          `GRANT ${grant.privilege} (${quoteExisting(column.name)}) ON ${view} TO ${roleOf(grant)}`,
      );
  });
  const roles = [...new Set(granted.map(roleOf))];
  const usage = roles.map((role) => `GRANT USAGE ON SCHEMA ${quoteIdentifier(version)} TO ${role}`);
  return [...usage, ...statements];
}

export function roleOf(grant: { readonly role: string | null }): string {
  return grant.role === null ? 'PUBLIC' : quoteExisting(grant.role);
}
