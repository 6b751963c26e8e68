import { TEXT_SETTINGS } from '../../../core/schema-migration/backup/backup-sql.ts';
import type { BulkSession } from '../../ports/target-database.ts';
import { applySettings } from '../locking.ts';

/** How long a backup waits for a table that somebody changes. Milliseconds. */
const lockWaitMs = 5_000;

/**
 * Begins a transaction in which values read the same whatever the server is set to. Answers the
 * moment that it sees, with the place in the log to recover to if ever it comes to that.
 */
export async function begin(
  session: BulkSession,
  options: string,
): Promise<{ readonly lsn: string; readonly at: string }> {
  await session.query(`BEGIN ${options}`);
  await session.query(`SELECT set_config('lock_timeout', $1, true)`, [`${lockWaitMs}ms`]);
  await session.query(`SET LOCAL statement_timeout = 0`);
  await applySettings(session, TEXT_SETTINGS);
  const [moment] = await session.query<{ lsn: string; at: string }>(
    'SELECT pg_current_wal_lsn()::text AS lsn, now()::text AS at',
  );
  if (moment === undefined) throw new TypeError('A transaction has no moment.');
  return moment;
}
