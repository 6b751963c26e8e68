import { copyName } from '../../../core/schema-migration/backup/backup-sql.ts';
import type { BackupFiles } from '../../ports/backup-files.ts';
import type { TargetDatabase } from '../../ports/target-database.ts';
import { limitLockWait } from '../locking.ts';
import { BackupStore } from './backup-store.ts';
import type { ExpiredBackup } from './backup-store.ts';

/**
 * Removes the backups of a target whose time is over: those in the target, and the files of this
 * machine. Answers how many. Nothing is made on a target that Crossfade has not worked on.
 * @param living rollouts that have not ended, and keep theirs
 */
export async function sweepBackups(
  database: TargetDatabase,
  files: BackupFiles,
  living: readonly string[],
): Promise<number> {
  const [there] = await database.query<{ there: boolean }>(
    `SELECT to_regclass('crossfade.backup') IS NOT NULL AS there`,
  );
  if (there?.there !== true) return 0;
  const store = new BackupStore(database);
  const expired = await store.expired(files.host, living);
  for (const backup of expired) {
    if (backup.to === 'files') await files.remove(backup.id);
    else await dropCopies(database, backup);
    await store.removed(backup.id);
  }
  return expired.length;
}

async function dropCopies(database: TargetDatabase, backup: ExpiredBackup): Promise<void> {
  await database.transaction(async (session) => {
    await limitLockWait(session);
    for (const saved of backup.tables) {
      await session.query(`DROP TABLE IF EXISTS ${copyName(backup.id, saved)}`);
    }
  });
}
