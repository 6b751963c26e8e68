import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { expressionSettings } from '../../core/schema-migration/expression-settings.ts';
import type { TargetSession } from '../ports/target-database.ts';
import { applySettings } from './locking.ts';

const ROW_LOCK_MS = 100;

/**
 * What the rest of a transaction runs under that walks rows: every key has one text, no row is hidden,
 * no sync fires, and rows that others hold are not waited for.
 * @param more beside those
 */
export async function applyRangeSettings(
  session: TargetSession,
  migration: SchemaMigration,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  await applySettings(session, {
    ...expressionSettings(migration),
    ...more,
    'crossfade.sync': 'off',
    row_security: 'off',
    lock_timeout: `${ROW_LOCK_MS}ms`,
  });
}
