import type { ColumnCatalog, TableCatalog } from './catalog.ts';
import { ownerMark } from './column-pair.ts';
import { qualified, quoteExisting, quoteLiteral, trashName } from './identifier.ts';
import { freeParts } from './parted/own-of-part.ts';
import type { SchemaMigration } from './schema-migration.ts';
import { trashNote } from './trash-note.ts';
import { roleOf } from './version-views.ts';

/** Whose column is put aside, and how its values convert, if they do. */
export interface Aside {
  readonly id: string;
  readonly migration: SchemaMigration;
  readonly table: TableCatalog;
  readonly up?: string;
  readonly down?: string;
}

/**
 * Puts a column aside: frees it of all that could refuse a write that no longer knows it, writes
 * down what it was, and renames it. The values stay, row by row.
 */
export function putAside(owner: Aside, column: string): readonly string[] {
  const table = qualified(owner.migration.schema, owner.table.name);
  const was = owner.table.columns.find((one) => one.name === column);
  if (was === undefined) return [];
  const name = quoteExisting(column);
  const trash = trashName(
    owner.id,
    column,
    owner.table.columns.map((one) => one.name),
  );
  return [
    note(owner, was, trash),
    ...release(owner, column),
    ...dropIdentity(owner, was),
    ...(was.notNull
      ? [
          `ALTER TABLE ${table} ALTER COLUMN ${name} DROP NOT NULL`,
          ...freeParts(owner.table, column),
        ]
      : []),
    ...(was.default === null ? [] : [`ALTER TABLE ${table} ALTER COLUMN ${name} DROP DEFAULT`]),
    ...columnRights(owner, column),
    `ALTER TABLE ${table} RENAME COLUMN ${name} TO ${quoteExisting(trash)}`,
    `COMMENT ON COLUMN ${table}.${quoteExisting(trash)} IS ` +
      quoteLiteral(`${ownerMark(owner.id)} was ${column}`),
  ];
}

/** A setting that holds, within the transaction, how far the sequence of an identity has come. */
export function keptSequence(id: string): string {
  return `crossfade.sequence_${id}`;
}

/** The sequence goes with it; how far it has come is kept for the column that takes over. */
function dropIdentity(owner: Aside, { name, traits }: ColumnCatalog): readonly string[] {
  const { sequence, identity } = traits;
  if (identity === null || sequence === null) return [];
  const table = qualified(owner.migration.schema, owner.table.name);
  return [
    `SELECT set_config('${keptSequence(owner.id)}', concat(last_value, ',', is_called), true) ` +
      `FROM ${quoteExisting(sequence.schema)}.${quoteExisting(sequence.name)}`,
    `ALTER TABLE ${table} ALTER COLUMN ${quoteExisting(name)} DROP IDENTITY`,
  ];
}

/** What holds the column goes: without it a write may leave the column out, and need not pay for it. */
function release(owner: Aside, column: string): readonly string[] {
  const { constraints, indexes } = bound(owner.table, column);
  const { schema } = owner.migration;
  const table = qualified(schema, owner.table.name);
  return [
    ...constraints.map(
      ({ name }) => `ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${quoteExisting(name)}`,
    ),
    ...indexes.map(({ name }) => `DROP INDEX IF EXISTS ${qualified(schema, name)}`),
  ];
}

/** Constraints and plain indexes over the column. */
function bound(table: TableCatalog, column: string) {
  return {
    constraints: table.constraints.filter((one) => one.columns.includes(column)),
    indexes: table.indexes.filter(
      ({ constraint, columns }) => constraint === null && columns.includes(column),
    ),
  };
}

/** Rights on the whole table cannot be taken for one column; those on the column alone can. */
function columnRights(owner: Aside, column: string): readonly string[] {
  const table = qualified(owner.migration.schema, owner.table.name);
  return owner.table.grants
    .filter((grant) => grant.column === column)
    .map(
      (grant) =>
        `REVOKE ${grant.privilege} (${quoteExisting(column)}) ON ${table} FROM ${roleOf(grant)}`,
    );
}

/** What a restore needs to know. */
function note(owner: Aside, was: ColumnCatalog, trash: string): string {
  const definition = {
    type: was.type,
    notNull: was.notNull,
    default: was.default,
    identity: was.traits.identity,
    sequence: was.traits.sequence,
    ...bound(owner.table, was.name),
    grants: owner.table.grants.filter((grant) => grant.column === was.name),
    up: owner.up,
    down: owner.down,
  };
  const { id, migration, table } = owner;
  return trashNote({ id, migration, table: table.name, column: was.name, trash }, definition);
}
