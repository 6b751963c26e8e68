import {
  copyIn,
  createScratch,
  dropScratch,
  scratchChecksum,
} from '../../../core/schema-migration/backup/backup-sql.ts';
import type { BackedUpTable } from '../../../core/schema-migration/backup/backup-sql.ts';
import type { BackupFiles } from '../../ports/backup-files.ts';
import type { BulkSession } from '../../ports/target-database.ts';
import { differs } from './take-backup.ts';
import { begin } from './text-transaction.ts';

/** Restores a backup's files into temporary tables, one after the other, and compares. */
export async function verifyFiles(
  session: BulkSession,
  files: BackupFiles,
  id: string,
  tables: readonly BackedUpTable[],
): Promise<void> {
  await begin(session, '');
  for (const saved of tables) {
    const { file } = saved;
    if (file === undefined) throw new TypeError(`The backup of ${saved.table} names no file.`);
    await session.query(createScratch(saved));
    await session.query(`SET LOCAL search_path = pg_catalog`);
    await session.copyIn(copyIn, files.read(id, file.name));
    const [restored] = await session.query<{ rows: string; hash: string }>(scratchChecksum(saved));
    if (restored?.rows !== saved.rows || restored.hash !== saved.hash) {
      throw differs(saved, saved, restored ?? { rows: '0', hash: '0' });
    }
    await session.query(dropScratch);
  }
  await session.query('COMMIT');
}
