import { CrossfadeError } from '../../core/errors.ts';
import type { Catalog } from '../../core/schema-migration/catalog.ts';
import { resolveMovements } from '../../core/schema-migration/resolve-migration.ts';
import type { Movement, TriedMigration } from '../../core/schema-migration/emit/tried-migration.ts';
import type { PlannedStatement } from '../../core/schema-migration/planned-statement.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { limitLockWait } from './locking.ts';
import { takenBack } from './taken-back.ts';
import { TrialRun } from './trial-run.ts';

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
  return takenBack(database, async (session) => {
    await limitLockWait(session, lockWaitMs);
    return trial(session, migration);
  });
}

async function trial(session: TargetSession, migration: SchemaMigration): Promise<TriedMigration> {
  const movements = movementsOf(migration, await session.catalog(migration));
  const run = new TrialRun(session, migration);
  const expand = sqlOf(await run.expand());
  if (expand.length === 0) {
    throw new CrossfadeError(
      'conflict',
      `${migration.name} has been carried out on this database, in whole or in part; ` +
        'name a target in the old shape.',
    );
  }
  const index = sqlOf(await run.part(['index']));
  const retire = sqlOf(await run.planned(['retire']));
  const seal = sqlOf(await run.part(['seal']));
  const swap = sqlOf(await run.part(['contract']));
  return { expand, movements, index, contract: [...seal, ...swap], retire };
}

const sqlOf = (statements: readonly PlannedStatement[]): readonly string[] =>
  statements.map(({ sql }) => sql);

function movementsOf(migration: SchemaMigration, catalog: Catalog): readonly Movement[] {
  return resolveMovements(migration, catalog).map(({ place, range }) => {
    const { bound, fill, compare } = range();
    return { place, bound, fill, compare };
  });
}
