import type { TableCatalog } from './catalog.ts';
import { exclusively } from './change.ts';
import type { ChangeStatement, Scene } from './change.ts';
import { qualified, quoteExisting } from './identifier.ts';

/** An index that is on its way. */
export interface WantedIndex {
  /** Until contract; ours alone. */
  readonly interim: string;
  /** What people know it by. */
  readonly name: string;
  readonly unique: boolean;
  /** What stands behind the table's name in its definition. */
  readonly body: string;
}

type Place = Pick<Scene, 'migration' | 'table'> & {
  readonly operation: { readonly table: string };
};

/**
 * What still leads to a valid index, without a lock that anybody feels. One that a crash or a
 * cancellation left unfinished is of no use to queries and a burden to writes: it goes first.
 */
export function buildIndex(place: Place, wanted: WantedIndex): readonly ChangeStatement[] {
  const { migration, table, operation } = place;
  const found = table === null ? undefined : indexNamed(table, wanted.interim);
  if (found?.valid === true) return [];
  const where = qualified(migration.schema, table?.name ?? operation.table);
  const create =
    `CREATE ${wanted.unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${quoteExisting(wanted.interim)} ` +
    `ON ${where} ${wanted.body}`;
  const drop = `DROP INDEX CONCURRENTLY IF EXISTS ${qualified(migration.schema, wanted.interim)}`;
  const lock = 'ShareUpdateExclusive';
  const { name } = wanted;
  return [
    ...(found === undefined ? [] : [{ sql: drop, lock, words: `clears ${name} away` } as const]),
    { sql: create, lock, words: `builds ${name}` },
  ];
}

/** After a rollback, built or not. */
export function dropIndex(
  { migration, table }: Place,
  interim: string,
): readonly ChangeStatement[] {
  if (table === null || indexNamed(table, interim) === undefined) return [];
  return exclusively(`DROP INDEX IF EXISTS ${qualified(migration.schema, interim)}`);
}

/** At the end of contract, when names are free. */
export function nameIndex(
  { migration }: Place,
  interim: string,
  name: string,
): readonly ChangeStatement[] {
  const from = qualified(migration.schema, interim);
  return exclusively(`ALTER INDEX ${from} RENAME TO ${quoteExisting(name)}`);
}

export function indexNamed(table: TableCatalog, name: string) {
  return table.indexes.find((one) => one.name === name);
}
