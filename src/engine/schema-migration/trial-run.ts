import { CrossfadeError } from '../../core/errors.ts';
import { plan } from '../../core/schema-migration/plan.ts';
import type { PlannedStatement, PlanPhase } from '../../core/schema-migration/planned-statement.ts';
import { touchedTables } from '../../core/schema-migration/schema-migration.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { expressionSettings } from '../../core/schema-migration/expression-settings.ts';
import type { TargetSession } from '../ports/target-database.ts';
import { applySettings } from './locking.ts';

/** A statement that has worked, and how long it took. */
export interface CarriedOut extends PlannedStatement {
  readonly ms: number;
}

/** Carries parts of a migration out within one open transaction, as the plan of each state has them. */
export class TrialRun {
  readonly #session: TargetSession;
  readonly #migration: SchemaMigration;

  constructor(session: TargetSession, migration: SchemaMigration) {
    this.#session = session;
    this.#migration = migration;
  }

  /** Table by table until nothing is left. @throws TargetSqlError when a statement fails */
  async expand(): Promise<readonly CarriedOut[]> {
    const done: CarriedOut[] = [];
    for (let turn = 0; turn <= 2 * touchedTables(this.#migration).length; turn += 1) {
      const open = await this.planned(['expand']);
      if (open.length === 0) return done;
      done.push(...(await this.part(['baseline', 'expand'])));
    }
    throw new CrossfadeError('internal', 'Expand ran, but the target does not show what it did.');
  }

  /** @throws TargetSqlError when a statement fails */
  async part(phases: readonly PlanPhase[]): Promise<readonly CarriedOut[]> {
    const planned = await this.planned(phases);
    await applySettings(this.#session, expressionSettings(this.#migration));
    const done: CarriedOut[] = [];
    for (const one of planned) {
      const begun = performance.now();
      await this.#session.query(one.sql);
      done.push({ ...one, ms: performance.now() - begun });
    }
    return done;
  }

  /** What of these phases is left to do. */
  async planned(phases: readonly PlanPhase[]): Promise<readonly PlannedStatement[]> {
    const planned = plan(this.#migration, await this.#session.catalog(this.#migration));
    // What runs in one transaction with everything else cannot be concurrent, and need not be.
    return planned
      .filter(({ phase }) => phases.includes(phase))
      .map((one) => ({
        ...one,
        sql: one.sql.replace(/^((?:CREATE|DROP) (?:UNIQUE )?INDEX) CONCURRENTLY/, '$1'),
      }));
  }
}
