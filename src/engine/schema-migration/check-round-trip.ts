import type { Catalog } from '../../core/schema-migration/catalog.ts';
import type { ColumnPair } from '../../core/schema-migration/column-pair.ts';
import { resolvePairs } from '../../core/schema-migration/resolve-migration.ts';
import { roundTripSql } from '../../core/schema-migration/round-trip.ts';
import type { RoundTripTried } from '../../core/schema-migration/round-trip.ts';
import type { PairRoundTrip } from '../../core/schema-migration/round-trip-verdict.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { expressionSettings } from '../../core/schema-migration/expression-settings.ts';
import { TargetSqlError } from '../ports/target-database.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { applySettings, limitLockWait } from './locking.ts';

/** Rows of each table that are tried. */
const SAMPLE = 10_000;

/**
 * Tries `down(up(x)) = x` on a sample of rows and on values that break conversions, for every pair
 * that does not exist yet. Leaves nothing behind on the target.
 * @throws CrossfadeError for a migration that cannot be carried out at all; TargetSqlError when `up`
 * or `down` means nothing to the server, or a lock was not to be had
 */
export async function checkRoundTrip(
  database: TargetDatabase,
  migration: SchemaMigration,
  catalog: Catalog,
): Promise<readonly PairRoundTrip[]> {
  const pairs = resolvePairs(migration, catalog).filter((pair) => pair.state === 'absent');
  const checked: PairRoundTrip[] = [];
  if (pairs.length === 0) return checked;
  const undo = new Error('the check is over');
  try {
    await database.transaction(async (session) => {
      await applySettings(session, expressionSettings(migration));
      await limitLockWait(session);
      for (const pair of pairs) checked.push(await checkPair(session, pair));
      // The functions go with the transaction.
      throw undo;
    });
  } catch (fault) {
    if (fault !== undo) throw fault;
  }
  return checked;
}

async function checkPair(session: TargetSession, pair: ColumnPair): Promise<PairRoundTrip> {
  const sql = roundTripSql(pair);
  await session.query(sql.compile);
  await session.query(sql.prepare);
  const [rows = NOTHING] = await session.query<RoundTripTried>(sql.rows, [SAMPLE]);
  const values: { made: (typeof sql.values)[number]; tried: RoundTripTried }[] = [];
  for (const made of sql.values) {
    const tried = await tryValue(session, sql.value, made.value);
    if (tried.tried > 0) values.push({ made, tried });
  }
  return { table: pair.table.name, fed: pair.fed.name, rows, values };
}

const NOTHING: RoundTripTried = { tried: 0, errors: 0, losses: 0, faults: [] };

/** A text that the fed column's type or domain refuses can never stand there: nothing was tried. */
async function tryValue(
  session: TargetSession,
  sql: string,
  value: string | null,
): Promise<RoundTripTried> {
  await session.query('SAVEPOINT value');
  try {
    const [tried = NOTHING] = await session.query<RoundTripTried>(sql, [value]);
    return tried;
  } catch (fault) {
    if (!(fault instanceof TargetSqlError) || !/^2[23]/.test(fault.sqlState)) throw fault;
    await session.query('ROLLBACK TO SAVEPOINT value');
    return NOTHING;
  }
}
