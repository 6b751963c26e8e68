import type { Relation } from './change.ts';
import type { AddForeignKey } from './operation.ts';
import { relationNames } from './schema-migration.ts';
import type { SchemaMigration } from './schema-migration.ts';

/** Where a foreign key leads; `isOurs` for a table that the migration touches or makes. */
export function leadTo(
  { references: { schema, table } }: Pick<AddForeignKey, 'references'>,
  migration: SchemaMigration,
): Relation & { readonly isOurs: boolean } {
  const home = schema ?? migration.schema;
  const isOurs = home === migration.schema && relationNames(migration).includes(table);
  return { schema: home, name: table, isOurs };
}

/** Tables that the migration's foreign keys lead to and that it does not touch. */
export function leadToOthers(migration: SchemaMigration): readonly Relation[] {
  return migration.operations.flatMap((one) => {
    if (one.operation !== 'addForeignKey') return [];
    const { isOurs, ...relation } = leadTo(one, migration);
    return isOurs ? [] : [relation];
  });
}
