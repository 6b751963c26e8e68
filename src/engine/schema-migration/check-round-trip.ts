import { resolvePairs } from '../../core/schema-migration/column-pair.ts';
import type { ColumnPair } from '../../core/schema-migration/column-pair.ts';
import { roundTripSql } from '../../core/schema-migration/round-trip.ts';
import type { RoundTripFault } from '../../core/schema-migration/round-trip.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { expressionSettings } from '../../core/schema-migration/sync-trigger.ts';
import { TargetSqlError } from '../ports/target-database.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { applySettings } from './locking.ts';

type Found = Omit<RoundTripFault, 'table' | 'column'>;

/**
 * Tries `down(up(x)) = x` on a sample of rows and on values that break conversions, before anything
 * is changed. Leaves nothing behind on the target.
 * @param sampleRows rows of each table, at the most
 * @throws CrossfadeError for a migration that cannot be carried out at all
 */
export async function checkRoundTrip(
  database: TargetDatabase,
  migration: SchemaMigration,
  sampleRows = 10_000,
): Promise<readonly RoundTripFault[]> {
  const pairs = resolvePairs(migration, await database.catalog(migration));
  const faults: RoundTripFault[] = [];
  const undo = new Error('the check is over');
  try {
    await database.transaction(async (session) => {
      await applySettings(session, expressionSettings(migration.schema));
      for (const pair of pairs.filter((one) => one.state !== 'contracted')) {
        const place = { table: pair.table.name, column: pair.column };
        for (const found of await checkPair(session, pair, sampleRows)) {
          faults.push({ ...place, ...found });
        }
      }
      // The temporary functions go with the transaction.
      throw undo;
    });
  } catch (fault) {
    if (fault !== undo) throw fault;
  }
  return faults;
}

async function checkPair(
  session: TargetSession,
  pair: ColumnPair,
  sampleRows: number,
): Promise<readonly Found[]> {
  const sql = roundTripSql(pair);
  await session.query(sql.prepare);
  const found = [...(await session.query<Found>(sql.rows, [sampleRows]))];
  for (const value of sql.values) {
    found.push(...(await tryValue(session, sql.value, value)));
  }
  return found;
}

/** A text that the fed column's type refuses can never stand there: nothing to find. */
async function tryValue(
  session: TargetSession,
  sql: string,
  value: string | null,
): Promise<readonly Found[]> {
  await session.query('SAVEPOINT value');
  try {
    return await session.query<Found>(sql, [value]);
  } catch (fault) {
    if (!(fault instanceof TargetSqlError) || !fault.sqlState.startsWith('22')) throw fault;
    await session.query('ROLLBACK TO SAVEPOINT value');
    return [];
  }
}
