import { CrossfadeError } from '../../core/errors.ts';
import type { Catalog } from '../../core/schema-migration/catalog.ts';
import { resolveMovements } from '../../core/schema-migration/resolve-migration.ts';
import { touchedTables } from '../../core/schema-migration/schema-migration.ts';
import type { Movement, TriedMigration } from '../../core/schema-migration/emit/tried-migration.ts';
import { plan } from '../../core/schema-migration/plan.ts';
import type { PlanPhase } from '../../core/schema-migration/planned-statement.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { expressionSettings } from '../../core/schema-migration/sync-trigger.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { applySettings, limitLockWait } from './locking.ts';

/** Others work on this database too. Milliseconds. */
const lockWaitMs = 2_000;

/**
 * Carries out expand and contract on a database in the old shape, in one transaction that is taken
 * back, and returns each statement: what is returned has worked.
 * @throws CrossfadeError for a migration that cannot be carried out, and for a database that has the
 * new shape already; TargetSqlError when a statement fails
 */
export async function tryMigration(
  database: TargetDatabase,
  migration: SchemaMigration,
): Promise<TriedMigration> {
  let tried: TriedMigration | null = null;
  const undo = new Error('the trial is over');
  try {
    await database.transaction(async (session) => {
      await limitLockWait(session, lockWaitMs);
      tried = await trial(session, migration);
      throw undo;
    });
  } catch (fault) {
    if (fault !== undo) throw fault;
  }
  if (tried === null) throw new CrossfadeError('internal', 'The trial ended without a result.');
  return tried;
}

async function trial(session: TargetSession, migration: SchemaMigration): Promise<TriedMigration> {
  const movements = movementsOf(migration, await session.catalog(migration));
  const expand = await expanded(session, migration);
  if (expand.length === 0) {
    throw new CrossfadeError(
      'conflict',
      `${migration.name} has been carried out on this database, in whole or in part; ` +
        'name a target in the old shape.',
    );
  }
  const index = await statements(session, migration, ['index']);
  await carryOut(session, migration, index);
  const retire = await statements(session, migration, ['retire']);
  const seal = await statements(session, migration, ['seal']);
  await carryOut(session, migration, seal);
  const swap = await statements(session, migration, ['contract']);
  await carryOut(session, migration, swap);
  return { expand, movements, index, contract: [...seal, ...swap], retire };
}

/** Table by table until nothing is left, as the plan of each state says. */
async function expanded(
  session: TargetSession,
  migration: SchemaMigration,
): Promise<readonly string[]> {
  const done: string[] = [];
  for (let turn = 0; turn <= 2 * touchedTables(migration).length; turn += 1) {
    const open = await statements(session, migration, ['expand']);
    if (open.length === 0) return done;
    const next = await statements(session, migration, ['baseline', 'expand']);
    await carryOut(session, migration, next);
    done.push(...next);
  }
  throw new CrossfadeError('internal', 'Expand ran, but the target does not show what it did.');
}

async function statements(
  session: TargetSession,
  migration: SchemaMigration,
  phases: readonly PlanPhase[],
): Promise<readonly string[]> {
  const planned = plan(migration, await session.catalog(migration));
  // What runs in one transaction with everything else cannot be concurrent, and need not be.
  return planned
    .filter(({ phase }) => phases.includes(phase))
    .map(({ sql }) => sql.replace(/^((?:CREATE|DROP) (?:UNIQUE )?INDEX) CONCURRENTLY/, '$1'));
}

async function carryOut(
  session: TargetSession,
  migration: SchemaMigration,
  planned: readonly string[],
): Promise<void> {
  await applySettings(session, expressionSettings(migration.schema));
  for (const sql of planned) await session.query(sql);
}

function movementsOf(migration: SchemaMigration, catalog: Catalog): readonly Movement[] {
  return resolveMovements(migration, catalog).map(({ place, range }) => {
    const { bound, fill, compare } = range();
    return { place, bound, fill, compare };
  });
}
