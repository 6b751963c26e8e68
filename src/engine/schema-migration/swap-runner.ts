import { CrossfadeError } from '../../core/errors.ts';
import type { Catalog } from '../../core/schema-migration/catalog.ts';
import type { GivenName, Relation } from '../../core/schema-migration/change.ts';
import { plan } from '../../core/schema-migration/plan.ts';
import type { PlannedStatement } from '../../core/schema-migration/planned-statement.ts';
import { blocks } from '../../core/schema-migration/point-of-no-return.ts';
import { resolveMovements } from '../../core/schema-migration/resolve-migration.ts';
import { expressionSettings } from '../../core/schema-migration/expression-settings.ts';
import { tableNames, touchedTables } from '../../core/schema-migration/schema-migration.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { FaultPoints } from '../ports/fault-points.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { changedParts } from './changed-parts.ts';
import { jittered } from './job-run.ts';
import type { JobRunner, Turn, TurnEnd } from './job-run.ts';
import type { ClaimedJob, JobStore } from './job-store.ts';
import { noteContracted } from './restore/standing-store.ts';
import { applySettings, blockerOf, explained, isLockConflict, limitLockWait } from './locking.ts';
import { holdsForNames, isNameTaken, waitsForNames } from './waits-for-names.ts';

const RETRY_MS = 80;

/**
 * Carries out `contract` and `retire`: everything in one transaction that either happens, with the
 * job's end, or leaves no trace. What has happened already leaves nothing to do.
 */
export class SwapRunner implements JobRunner {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  readonly #faultPoints: FaultPoints;
  readonly #phase: 'contract' | 'retire';

  constructor(
    database: TargetDatabase,
    store: JobStore,
    faultPoints: FaultPoints,
    phase: 'contract' | 'retire',
  ) {
    this.#database = database;
    this.#store = store;
    this.#faultPoints = faultPoints;
    this.#phase = phase;
  }

  async run({ job }: Turn): Promise<TurnEnd> {
    const catalog = await this.#database.catalog(job.migration);
    const all = plan(job.migration, catalog);
    const planned = all.filter((one) => one.phase === this.#phase);
    if (this.#phase === 'contract' && all.some(({ phase }) => phase === 'seal')) {
      return waits('waits for what was sealed, of which something is missing again');
    }
    if (planned.length > 0) {
      const others = planned.flatMap(({ also }) => also ?? []);
      const locked = [...relations(job.migration), ...others];
      const blocker = await blockerOf(this.#database, locked);
      if (blocker !== null) return waits(blocker);
    }
    const settling = resolveMovements(job.migration, catalog)
      .filter(({ state }) => state === 'live')
      .map((movement) => movement.settle());
    try {
      await this.#database.transaction((session) =>
        this.#swap(session, job, { catalog, settling, planned }),
      );
    } catch (fault) {
      if (fault instanceof PartsChanged) return waits(fault.message);
      if (fault instanceof NameTaken) return this.#nameTaken(fault);
      if (isLockConflict(fault)) return waits('waits for a lock: somebody was quicker');
      throw explained(
        fault,
        planned.map(({ sql }) => sql),
      );
    }
    this.#faultPoints.reached(`${this.#phase}.afterCommit`);
    return { kind: 'finished' };
  }

  async #swap(
    session: TargetSession,
    job: ClaimedJob,
    { catalog, settling, planned }: Swap,
  ): Promise<void> {
    await this.#store.enter(session, job);
    await applySettings(session, expressionSettings(job.migration));
    if (this.#phase === 'contract') {
      for (const sql of settling) await session.query(sql);
      await noteContracted(session, job);
    }
    await limitLockWait(session);
    for (const [at, { sql, gives }] of planned.entries()) {
      if (at > 0 && !sql.startsWith('LOCK') && planned[at - 1]?.sql.startsWith('LOCK') === true) {
        await this.#refuseQuarantined(session, job.migration);
        const changed = await changedParts(session, job.migration, catalog);
        if (changed !== null) throw new PartsChanged(changed);
      }
      this.#faultPoints.reached(`${this.#phase}.beforeStatement`);
      try {
        await session.query(sql);
      } catch (fault) {
        throw gives !== undefined && isNameTaken(fault) ? new NameTaken(gives, fault) : fault;
      }
    }
    await this.#store.finish(session, job, { differences: null, reason: null });
    this.#faultPoints.reached(`${this.#phase}.beforeCommit`);
  }

  /** Nothing has happened. Who had the name just now may have given it back since. */
  async #nameTaken({ given, message }: NameTaken): Promise<TurnEnd> {
    return (await waitsForNames(this.#database, [given])) ?? holdsForNames(message);
  }

  /** Inside the lock, so that nobody can add one: contract would lose what these rows hold apart. */
  async #refuseQuarantined(session: TargetSession, migration: SchemaMigration): Promise<void> {
    if (this.#phase !== 'contract') return;
    const [row] = await session.query<{ rows: number }>(
      `SELECT count(*)::int AS rows FROM crossfade.quarantine
       WHERE migration = $1 AND resolved_at IS NULL AND ${blocks()}`,
      [migration.name],
    );
    if (row === undefined || row.rows === 0) return;
    throw new CrossfadeError(
      'refused',
      `${row.rows} rows of ${migration.name} are in quarantine (crossfade.quarantine names them). ` +
        'Repair them, then contract again.',
    );
  }
}

/** What a plan for the catalog comes to. */
interface Swap {
  readonly catalog: Catalog;
  readonly settling: readonly string[];
  readonly planned: readonly PlannedStatement[];
}

/** Somebody has a name that a statement gives. */
class NameTaken extends Error {
  readonly given: GivenName;

  constructor(given: GivenName, cause: Error) {
    super(`contract cannot give the name ${given.name}: ${cause.message}`, { cause });
    this.given = given;
  }
}

/** Nothing has happened; the next turn plans anew. */
class PartsChanged extends Error {
  constructor(table: string) {
    super(`waits for a plan with all partitions of ${table}: one came or went just now`);
  }
}

const waits = (reason: string): TurnEnd => ({ kind: 'waits', reason, delayMs: jittered(RETRY_MS) });

function relations(migration: SchemaMigration): readonly Relation[] {
  const { schema, from, to } = migration;
  return touchedTables(migration).flatMap((table) => {
    const { old, next } = tableNames(migration, table);
    return [
      { schema, name: table },
      ...(old === null ? [] : [{ schema: from, name: old }]),
      ...(next === null ? [] : [{ schema: to, name: next }]),
    ];
  });
}
