import type { TableCatalog } from './catalog.ts';
import { exclusively } from './change.ts';
import type { ChangeStatement, Scene } from './change.ts';
import { buildConcurrently } from './concurrent-index.ts';
import type { WantedIndex } from './concurrent-index.ts';
import { qualified } from './identifier.ts';
import { buildParted, dropParted, nameParted } from './parted/parted-index.ts';
import type { PartedPlace } from './parted/parted-index.ts';
import { renameIndex } from './rename-index.ts';

type Place = Pick<Scene, 'migration' | 'table'> & {
  readonly operation: { readonly table: string };
};

/** What still leads to a valid index, without a lock that anybody feels for long. */
export function buildIndex(place: Place, wanted: WantedIndex): readonly ChangeStatement[] {
  const parted = partedPlace(place);
  if (parted !== null) return buildParted(parted, wanted);
  const { migration, table, operation } = place;
  const found = table === null ? undefined : indexNamed(table, wanted.interim);
  const where = { schema: migration.schema, name: table?.name ?? operation.table };
  return buildConcurrently(where, found, wanted);
}

/** After a rollback, built or not. */
export function dropIndex(place: Place, interim: string): readonly ChangeStatement[] {
  const parted = partedPlace(place);
  if (parted !== null) return dropParted(parted, interim);
  const { migration, table } = place;
  if (table === null || indexNamed(table, interim) === undefined) return [];
  return exclusively(`DROP INDEX IF EXISTS ${qualified(migration.schema, interim)}`);
}

/** At the end of contract, when names are free. */
export function nameIndex(place: Place, interim: string, name: string): readonly ChangeStatement[] {
  const parted = partedPlace(place);
  if (parted !== null) return nameParted(parted, interim, name);
  const { migration, table, operation } = place;
  const on = { schema: migration.schema, name: table?.name ?? operation.table };
  return [renameIndex(on, interim, name)];
}

export function indexNamed(table: TableCatalog, name: string) {
  return table.indexes.find((one) => one.name === name);
}

/** Null for an ordinary table, and for one that is not there yet. */
export function partedPlace({ migration, table }: Pick<Place, 'migration' | 'table'>) {
  if (table === null || table.partitionedBy === null) return null;
  return { schema: migration.schema, table } satisfies PartedPlace;
}
