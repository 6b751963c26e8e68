import { tableState } from '../change.ts';
import type { ChangeStatement, Scene } from '../change.ts';
import { dollarQuoted } from '../emit/dollar-quoted.ts';
import { qualified } from '../identifier.ts';

/**
 * Builds the index on a table of the same columns that holds no row, and takes it away again: what
 * PostgreSQL would refuse when all rows have been filled, it refuses with all of expand.
 * @param id of the operation
 * @param body what stands behind the table's name in the definition
 */
export function triedIndex(
  { migration, table, operation }: Scene & { readonly operation: { readonly table: string } },
  id: string,
  body: string,
): readonly ChangeStatement[] {
  if (table !== null && tableState(migration, table) !== 'old') return [];
  const real = qualified(migration.schema, table?.name ?? operation.table);
  const empty = `crossfade._try_${id}`;
  const tried = `BEGIN CREATE TABLE ${empty} (LIKE ${real}); CREATE INDEX ON ${empty} ${body}; DROP TABLE ${empty}; END`;
  return [{ sql: `DO ${dollarQuoted(tried, 'try')}`, lock: 'AccessShare', tries: true }];
}
