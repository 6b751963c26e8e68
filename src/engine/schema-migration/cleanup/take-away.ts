import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import type { TargetDatabase } from '../../ports/target-database.ts';
import { recordDirect } from '../history-store.ts';
import { blockerOf, isLockConflict, limitLockWait } from '../locking.ts';
import type { Removable } from './left-overs.ts';

/** Takes one thing away, and writes that down in the same transaction; why it could not, or null. */
export async function takeAway(
  database: TargetDatabase,
  migration: SchemaMigration,
  { kind, name, statements, locks }: Removable,
  by: { readonly rollout: string; readonly author: string },
): Promise<string | null> {
  const blocker = await blockerOf(database, locks);
  if (blocker !== null) return `${kind} ${name}: ${blocker}`;
  try {
    await database.transaction(async (session) => {
      await limitLockWait(session);
      for (const sql of statements) await session.query(sql);
      await recordDirect(session, migration, {
        ...by,
        part: 'cleanup',
        reason: `removed ${kind} ${name}`,
      });
    });
    return null;
  } catch (fault) {
    if (isLockConflict(fault)) return `${kind} ${name}: waits for a lock: somebody was quicker`;
    throw fault;
  }
}
