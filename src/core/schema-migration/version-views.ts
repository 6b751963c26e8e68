import type { TableCatalog } from './catalog.ts';
import { isTrash, qualified, quoteExisting, quoteIdentifier, quoteLiteral } from './identifier.ts';
import type { SchemaMigration, TableNames } from './schema-migration.ts';

const VIEW_RIGHTS = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE']);

/** A column as a version's view shows it. */
export interface ViewColumn {
  /** The old column that it is, or that it stands for; null for one that is new. */
  readonly of: string | null;
  /** What the table calls it. */
  readonly column: string;
  /** What the version calls it. */
  readonly name: string;
  /** Carried over to the view. */
  readonly default: string | null;
}

/** A version's view of a table. */
export interface VersionView {
  readonly version: string;
  readonly name: string;
  readonly columns: readonly ViewColumn[];
}

/** Makes a version's view, with the rights that roles have on the table. */
export function createView(
  migration: SchemaMigration,
  table: TableCatalog,
  { version, name, columns }: VersionView,
): readonly string[] {
  const view = qualified(version, name);
  const shown = columns.map((one) => {
    const column = quoteExisting(one.column);
    return one.name === one.column ? column : `${column} AS ${quoteExisting(one.name)}`;
  });
  return [
    `CREATE VIEW ${view} WITH (security_invoker = true) AS ` +
      `SELECT ${shown.join(', ')} FROM ${qualified(migration.schema, table.name)}`,
    ...columns.flatMap((one) =>
      one.default === null
        ? []
        : [`ALTER VIEW ${view} ALTER COLUMN ${quoteExisting(one.name)} SET DEFAULT ${one.default}`],
    ),
    ...grants(version, view, table, columns),
  ];
}

/**
 * Turns the old version's view into a stub: its columns stay what they are, and whoever reads or
 * writes it is told what happened. `crossfade.gone` is volatile, so it runs when the view is used;
 * OFFSET keeps a query's own conditions outside, where `NULL = 1` cannot make it skip the view.
 */
export function stubView(
  migration: SchemaMigration,
  table: TableCatalog,
  names: TableNames,
): readonly string[] {
  const shown = table.views[migration.from];
  if (shown === undefined || names.old === null) return [];
  const view = qualified(migration.from, names.old);
  const columns = shown.map(({ name, type, collation }) => {
    const collate = collation === null ? '' : ` COLLATE ${collation}`;
    return `CAST(NULL AS ${type})${collate} AS ${quoteExisting(name)}`;
  });
  const words = [
    migration.name,
    `${migration.from}.${names.old}`,
    names.next === null ? migration.to : `${migration.to}.${names.next}`,
  ];
  const told = words.map(quoteLiteral).join(', ');
  return [
    `CREATE OR REPLACE VIEW ${view} AS SELECT ${columns.join(', ')} WHERE crossfade.gone(${told}) OFFSET 0`,
    `CREATE OR REPLACE TRIGGER crossfade_gone INSTEAD OF INSERT OR UPDATE OR DELETE ON ${view} ` +
      `FOR EACH ROW EXECUTE FUNCTION crossfade.refuse_gone(${told})`,
  ];
}

/** Every column that stands in the table by itself, as the old version shows it. */
export function oldColumns(table: TableCatalog, added: readonly string[]): readonly ViewColumn[] {
  return table.columns
    .filter((column) => !isTrash(column.name) && !added.includes(column.name))
    .map((column) => ({
      of: column.name,
      column: column.name,
      name: column.name,
      default: column.generated === 'no' ? column.default : null,
    }));
}

/** The rights that roles have on the table, on the view; and the way to it. */
function grants(
  version: string,
  view: string,
  table: TableCatalog,
  columns: readonly ViewColumn[],
): readonly string[] {
  const granted = table.grants.filter((grant) => VIEW_RIGHTS.has(grant.privilege));
  const statements = granted.flatMap((grant) => {
    if (grant.column === null) return [`GRANT ${grant.privilege} ON ${view} TO ${roleOf(grant)}`];
    return columns
      .filter((column) => column.of === grant.column)
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
