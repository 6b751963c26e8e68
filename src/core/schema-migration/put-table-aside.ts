import type { TableCatalog } from './catalog.ts';
import { qualified, quoteExisting, quoteLiteral, trashName } from './identifier.ts';
import type { SchemaMigration } from './schema-migration.ts';
import { trashNoteOf } from './trash-note.ts';

/** Where whole tables are kept until their time is over. */
export const TRASH_SCHEMA = 'crossfade_trash';

/**
 * Moves a table with its rows, indexes and sequences to the trash and takes all rights on it, and its
 * foreign keys, which would go on holding rows of other tables. Both are written down first: a restore
 * gives them back.
 */
export function discardTable(
  migration: SchemaMigration,
  { name: table, constraints }: Pick<TableCatalog, 'name' | 'constraints'>,
  id: string,
): readonly string[] {
  const where = qualified(migration.schema, table);
  const trash = trashName(id, table, []);
  const leaning = constraints.filter(({ kind }) => kind === 'foreign');
  const kept = leaning.map(({ name, definition }) => ({ name, definition }));
  const foreign = `${quoteLiteral(JSON.stringify(kept))}::jsonb`;
  const rights =
    `SELECT jsonb_build_object('acl', c.relacl::text[], 'foreign', ${foreign}) FROM pg_class c ` +
    `WHERE c.oid = ${quoteLiteral(where)}::regclass`;
  return [
    trashNoteOf({ id, migration, table, trash }, `(${rights})`),
    ...leaning.map(({ name }) => `ALTER TABLE ${where} DROP CONSTRAINT ${quoteExisting(name)}`),
    `REVOKE ALL ON ${where} FROM PUBLIC`,
    `ALTER TABLE ${where} RENAME TO ${quoteExisting(trash)}`,
    `ALTER TABLE ${qualified(migration.schema, trash)} SET SCHEMA ${quoteExisting(TRASH_SCHEMA)}`,
  ];
}
