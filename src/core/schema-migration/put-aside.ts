import type { ConstraintCatalog } from './catalog.ts';
import { ownerMark } from './column-pair.ts';
import type { ColumnPair } from './column-pair.ts';
import { qualified, quoteExisting, quoteLiteral, trashName } from './identifier.ts';
import { roleOf } from './version-views.ts';

/**
 * Puts a column aside: frees it of all that could refuse a write that no longer knows it, writes
 * down what it was, and renames it. The values stay, row by row.
 */
export function putAside(pair: ColumnPair, column: string): readonly string[] {
  const table = qualified(pair.migration.schema, pair.table.name);
  const was = pair.table.columns.find((one) => one.name === column);
  if (was === undefined) return [];
  const name = quoteExisting(column);
  const trash = trashName(
    pair.id,
    column,
    pair.table.columns.map((one) => one.name),
  );
  return [
    note(pair, column, trash),
    ...binding(pair, column).map((one) => dropConstraint(pair, one)),
    ...(was.notNull ? [`ALTER TABLE ${table} ALTER COLUMN ${name} DROP NOT NULL`] : []),
    ...(was.default === null ? [] : [`ALTER TABLE ${table} ALTER COLUMN ${name} DROP DEFAULT`]),
    ...columnRights(pair, column),
    `ALTER TABLE ${table} RENAME COLUMN ${name} TO ${quoteExisting(trash)}`,
    `COMMENT ON COLUMN ${table}.${quoteExisting(trash)} IS ` +
      quoteLiteral(`${ownerMark(pair.id)} was ${column}`),
  ];
}

/** Constraints and unique indexes that hold the column; without them a write may leave it out. */
function binding(pair: ColumnPair, column: string): readonly ConstraintCatalog[] {
  return pair.table.constraints.filter((one) => one.columns.includes(column));
}

function dropConstraint(pair: ColumnPair, one: ConstraintCatalog): string {
  const { schema } = pair.migration;
  if (one.kind === 'index') return `DROP INDEX IF EXISTS ${qualified(schema, one.name)}`;
  const table = qualified(schema, pair.table.name);
  return `ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${quoteExisting(one.name)}`;
}

/** Rights on the whole table cannot be taken for one column; those on the column alone can. */
function columnRights(pair: ColumnPair, column: string): readonly string[] {
  const table = qualified(pair.migration.schema, pair.table.name);
  return pair.table.grants
    .filter((grant) => grant.column === column)
    .map(
      (grant) =>
        `REVOKE ${grant.privilege} (${quoteExisting(column)}) ON ${table} FROM ${roleOf(grant)}`,
    );
}

/** What a restore needs to know. */
function note(pair: ColumnPair, column: string, trash: string): string {
  const was = pair.table.columns.find((one) => one.name === column);
  const definition = {
    type: was?.type,
    notNull: was?.notNull,
    default: was?.default,
    constraints: binding(pair, column),
    grants: pair.table.grants.filter((grant) => grant.column === column),
    up: pair.up,
    down: pair.down,
  };
  const words = [
    pair.id,
    pair.migration.name,
    pair.migration.schema,
    pair.table.name,
    column,
    trash,
    JSON.stringify(definition),
  ];
  return (
    'INSERT INTO crossfade.trash (operation, migration, table_schema, table_name, column_name, ' +
    `trash_name, definition) VALUES (${words.map(quoteLiteral).join(', ')})`
  );
}
