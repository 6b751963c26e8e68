import type { TableCatalog } from './catalog.ts';
import type { Scene } from './change.ts';
import { qualified, quoteExisting, quoteLiteral, trashName } from './identifier.ts';

import { trashNoteOf } from './trash-note.ts';

/** Where whole tables are kept until their time is over. */
export const TRASH_SCHEMA = 'crossfade_trash';

/**
 * Moves a table with its rows, indexes and sequences to the trash and takes all rights on it, and its
 * foreign keys, which would go on holding rows of other tables. Both are written down first: a restore
 * gives them back.
 */
export function discardTable(
  { migration, catalog }: Pick<Scene, 'migration' | 'catalog'>,
  { name: table, constraints }: Pick<TableCatalog, 'name' | 'constraints'>,
  id: string,
): readonly string[] {
  const where = qualified(migration.schema, table);
  const trash = trashName(id, table, catalog.trashed);
  const leaning = constraints.filter(({ kind }) => kind === 'foreign');
  const kept = leaning.map(({ name, definition }) => ({ name, definition }));
  const foreign = `${quoteLiteral(JSON.stringify(kept))}::jsonb`;
  const rights =
    `SELECT jsonb_build_object('acl', c.relacl::text[], 'foreign', ${foreign}) FROM pg_class c ` +
    `WHERE c.oid = ${quoteLiteral(where)}::regclass`;
  return [
    trashNoteOf({ id, migration, table, trash }, `(${rights})`),
    ...leaning.map(
      ({ name }) => `ALTER TABLE ${where} DROP CONSTRAINT IF EXISTS ${quoteExisting(name)}`,
    ),
    `REVOKE ALL ON ${where} FROM PUBLIC`,
    makeRoom(where, id),
    `ALTER TABLE ${where} RENAME TO ${quoteExisting(trash)}`,
    `ALTER TABLE ${qualified(migration.schema, trash)} SET SCHEMA ${quoteExisting(TRASH_SCHEMA)}`,
  ];
}

/**
 * Indexes and sequences move with their table under the names that they have. One that was put aside
 * before, of an earlier try, has those names already; then the newer ones get a number.
 */
function makeRoom(table: string, id: string): string {
  const relation = `${quoteLiteral(table)}::regclass`;
  return `DO $crossfade$
DECLARE _one record; _name text; _at int;
BEGIN
  FOR _one IN SELECT x.relname, x.relnamespace::regnamespace AS home, x.relkind = 'S' AS sequence FROM pg_class x
    WHERE x.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = ${relation}
      UNION SELECT objid FROM pg_depend WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
        AND refobjid = ${relation} AND deptype IN ('a', 'i'))
      AND x.relkind IN ('i', 'S') AND to_regclass(format('${TRASH_SCHEMA}.%I', x.relname)) IS NOT NULL
  LOOP
    _at := 2;
    LOOP
      _name := left('_crossfade_${id}_' || _one.relname, 58);
      -- Names are cut by bytes, and the number must stay.
      _name := left(_name, 58 - (octet_length(_name) - length(_name))) || '_' || _at;
      EXIT WHEN to_regclass(format('${TRASH_SCHEMA}.%I', _name)) IS NULL;
      _at := _at + 1;
    END LOOP;
    EXECUTE format('ALTER %s %s.%I RENAME TO %I', CASE WHEN _one.sequence THEN 'SEQUENCE' ELSE 'INDEX' END,
      _one.home, _one.relname, _name);
  END LOOP;
END $crossfade$`;
}
