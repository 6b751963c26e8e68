import type { Catalog } from './catalog.ts';
import type { HistoryEntry, HistoryPart } from './history/history-entry.ts';
import { movementsOf, resolveMigration } from './resolve-migration.ts';
import type { SchemaMigration } from './schema-migration.ts';

/** Parts that leave both shapes as they find them. */
const looks: ReadonlySet<HistoryPart> = new Set([
  'verify',
  'parity',
  'rehearse',
  'accept',
  'cleanup',
]);

/**
 * True for a target that shows no trace of a migration: it stands as before expand, as one does to which a backup was
 * put back. By its history and by its tables, each for itself: what is there in part is no such trace.
 * @param history of the target, oldest first
 */
export function standsAsBefore(
  migration: SchemaMigration,
  catalog: Catalog,
  history: readonly HistoryEntry[],
): boolean {
  const last = history.findLast(
    (one) => one.migration === migration.name && one.outcome === 'success' && !looks.has(one.part),
  );
  if (last !== undefined && last.part !== 'retire') return false;
  return resolveMigration(migration, catalog).every((change) => {
    const movements = movementsOf(change);
    const { views = {}, triggers = [] } = change.table ?? {};
    return (
      movements.every(({ state }) => state === 'absent') &&
      !(migration.to in views) &&
      !triggers.some((name) => movements.some(({ id }) => name.includes(id)))
    );
  });
}
