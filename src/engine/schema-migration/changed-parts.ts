import type { Catalog } from '../../core/schema-migration/catalog.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { TargetSession } from '../ports/target-database.ts';

/**
 * Names a partitioned table that has other parts by now than a plan knew of: one that came meanwhile would
 * be left out, and one that went be looked for in vain. To be asked under the lock of the plan's tables.
 */
export async function changedParts(
  session: Pick<TargetSession, 'query'>,
  { schema }: SchemaMigration,
  { tables }: Catalog,
): Promise<string | null> {
  const known = tables
    .filter(({ partitionedBy }) => partitionedBy !== null)
    .map(({ name, partitions }) => ({
      name,
      parts: partitions.map((part) => `${part.schema}.${part.name}`),
    }));
  if (known.length === 0) return null;
  const [changed] = await session.query<{ name: string }>(
    `SELECT known.name FROM jsonb_to_recordset($2::jsonb) known(name text, parts text[])
     WHERE ARRAY(SELECT unnest(known.parts) ORDER BY 1) <> ARRAY(
       SELECT concat(n.nspname, '.', p.relname) FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace,
         pg_partition_tree(c.oid) tree JOIN pg_class p ON p.oid = tree.relid JOIN pg_namespace n ON n.oid = p.relnamespace
       WHERE s.nspname = $1 AND c.relname = known.name AND tree.level > 0 ORDER BY 1)`,
    [schema, JSON.stringify(known)],
  );
  return changed?.name ?? null;
}
