import { quoteLiteral } from './identifier.ts';
import type { SchemaMigration } from './schema-migration.ts';

/** What goes, and under which name it can be found, if it can. */
export interface Trashed {
  readonly id: string;
  readonly migration: SchemaMigration;
  readonly table: string;
  /** The column; none for a whole table or an index. */
  readonly column?: string;
  readonly trash: string;
}

/** Writes down what a restore needs to know. */
export function trashNote(trashed: Trashed, definition: object): string {
  return trashNoteOf(trashed, quoteLiteral(JSON.stringify(definition)));
}

/** The same with a definition that is read on the spot. */
export function trashNoteOf(
  { id, migration, table, column = '', trash }: Trashed,
  definition: string,
): string {
  const words = [id, migration.name, migration.schema, table, column, trash];
  return (
    'INSERT INTO crossfade.trash (operation, migration, table_schema, table_name, column_name, ' +
    `trash_name, definition) VALUES (${words.map(quoteLiteral).join(', ')}, ${definition})`
  );
}
