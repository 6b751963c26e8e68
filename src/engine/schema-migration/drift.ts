import { catalogDiff } from '../../core/schema-migration/drift/catalog-diff.ts';
import type { Drift } from '../../core/schema-migration/drift/drift.ts';
import type { CatalogFacts } from '../../core/schema-migration/drift/catalog-facts.ts';
import type { TargetSession } from '../ports/target-database.ts';

/**
 * Compares the tables of those migrations that are between expand and contract with what the last part
 * left behind. A migration whose catalog Crossfade is about to change itself is left out, unless it is
 * the one asked for before that begins.
 * @param migration null for all
 */
export async function findDrift(
  session: Pick<TargetSession, 'query'>,
  migration: string | null,
  { beforePart = false } = {},
): Promise<readonly Drift[]> {
  const rows = await session.query<DriftRow>(COMPARED, [migration, beforePart]);
  return rows.flatMap(({ migration: name, part, was, is }) => {
    const changes = catalogDiff(was, is);
    return changes.length === 0 ? [] : [{ migration: name, since: part, changes }];
  });
}

interface DriftRow {
  readonly migration: string;
  readonly part: string;
  readonly was: CatalogFacts;
  readonly is: CatalogFacts;
}

const COMPARED = `WITH last AS (
    SELECT DISTINCT ON (h.migration) h.* FROM crossfade.history h
    WHERE h.outcome = 'success' AND h.part <> 'cleanup' AND h.catalog IS NOT NULL AND ($1::text IS NULL OR h.migration = $1)
    ORDER BY h.migration, h.id DESC)
  SELECT l.migration, l.part, l.catalog AS was, crossfade.catalog_facts(
    l.table_schema, l.tables, ARRAY[l.version_from, l.version_to]) AS is
  FROM last l WHERE l.part NOT IN ('contract', 'retire', 'direct', 'baseline')
    AND ($2 OR NOT EXISTS (SELECT FROM crossfade.job j WHERE j.migration ->> 'name' = l.migration
      AND j.status IN ('pending', 'running') AND j.kind <> 'backfill'))
  ORDER BY l.migration`;
