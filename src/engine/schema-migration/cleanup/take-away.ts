import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import { TargetSqlError, type TargetDatabase } from '../../ports/target-database.ts';
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
    const why = whyNot(fault);
    if (why === null) throw fault;
    return `${kind} ${name}: ${why}`;
  }
}

/** In words; null for what nobody foresaw. */
function whyNot(fault: unknown): string | null {
  if (isLockConflict(fault)) return 'waits for a lock: somebody was quicker';
  if (!(fault instanceof TargetSqlError) || fault.sqlState !== STILL_NEEDED) return null;
  const { message, detail } = fault;
  return detail === null ? message : `${message}: ${detail.replaceAll('\n', '; ')}`;
}

/** Views and the like depend on it. Their names are all that the server's words hold. */
const STILL_NEEDED = '2BP01';
