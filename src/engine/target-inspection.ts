import { CrossfadeError } from '../core/errors.ts';
import type {
  GrantsView,
  MigrationCheck,
  PlannedOnTarget,
  TargetCheckView,
} from '../core/protocol/target-view.ts';
import { backupNeeds, needsScratch } from '../core/schema-migration/backup/backup-policy.ts';
import { plan } from '../core/schema-migration/plan.ts';
import type { Finding } from '../core/schema-migration/preflight/finding.ts';
import { grantsFor } from '../core/schema-migration/preflight/grants.ts';
import type { Grant } from '../core/schema-migration/preflight/grants.ts';
import { growthOf } from '../core/schema-migration/preflight/growth.ts';
import type { TargetFacts } from '../core/schema-migration/preflight/target-facts.ts';
import type { Undertaking } from '../core/schema-migration/preflight/preflight.ts';
import { qualified, quoteExisting } from '../core/schema-migration/identifier.ts';
import { type SchemaMigration, touchedTables } from '../core/schema-migration/schema-migration.ts';
import type { OldStatement } from '../core/schema-migration/trace/old-statements.ts';
import type { PlannedStatement } from '../core/schema-migration/planned-statement.ts';
import type { BackupFiles } from './ports/backup-files.ts';
import { TargetSqlError } from './ports/target-database.ts';
import type { TargetDatabase } from './ports/target-database.ts';
import { isLockConflict } from './schema-migration/locking.ts';
import { predictOnTarget } from './schema-migration/predict-on-target.ts';
import { foreseeStatements } from './schema-migration/rehearsal/foresee-statements.ts';
import { checkTarget } from './schema-migration/preflight/check-target.ts';

/** Of a target on which nothing is to be carried out, or nothing more. */
const nothing: OnTarget = { migration: null, backup: null, unitTable: null };

/** A schema migration that is known for a target, and what its policy has saved before. */
export type OnTarget = Pick<Undertaking, 'migration' | 'backup'> & {
  /** The table that knows the units of its policy, where one is asked; null where none is. */
  readonly unitTable: string | null;
};

/** A schema migration whose plan is asked for. */
export interface AskedPlan {
  readonly migration: SchemaMigration;
  /** What the services that it is for say that they run. */
  readonly listed?: readonly OldStatement[];
}

/**
 * Looks at targets for people, over a connection of its own: one on which Crossfade cannot work yet
 * can be asked why. Changes nothing there.
 */
export class TargetInspection {
  readonly #connect: (name: string) => Promise<TargetDatabase>;
  readonly #files: BackupFiles | null;

  /** @param files where backups are kept on this machine; null where none are */
  constructor(connect: (name: string) => Promise<TargetDatabase>, files: BackupFiles | null) {
    this.#connect = connect;
    this.#files = files;
  }

  /**
   * @param role the role that is asked about; null for the one that Crossfade connects as
   * @throws CrossfadeError `notFound`, `unavailable` or `refused`
   */
  async grants(
    target: string,
    role: string | null,
    known: readonly OnTarget[],
  ): Promise<GrantsView> {
    return this.#on(target, async (database) => {
      const open = await unfinished(database, known);
      const wanted = open.length === 0 ? [nothing] : open;
      const grants = new Map<string, Grant>();
      let name = role ?? '';
      for (const { migration, backup, unitTable } of wanted) {
        const facts = await database.facts(migration, role);
        name = facts.role.name;
        const task = { migration, scratch: needsScratch(backup) };
        const reads = await readsUnits(database, migration, unitTable, name);
        for (const grant of [...grantsFor(facts, task), ...reads]) grants.set(grant.sql, grant);
      }
      return { target, role: name, grants: [...grants.values()] };
    });
  }

  /** Looks at the target on behalf of everything that is known for it and not done yet. */
  async check(target: string, known: readonly OnTarget[]): Promise<TargetCheckView> {
    return this.#on(target, async (database) => {
      const open = await unfinished(database, known);
      const checks: MigrationCheck[] = [];
      const room = (await this.#files?.free()) ?? null;
      for (const one of open.length === 0 ? [nothing] : open) {
        checks.push((await checkOne(database, { ...one, room })).check);
      }
      const { server, role } = await database.facts(null, null);
      return { target, version: versionWords(server.version), role: role.name, checks };
    });
  }

  /** What schema migrations would do there, in their order, each as if it were the only one. */
  async foresee(target: string, asked: readonly AskedPlan[]): Promise<readonly PlannedOnTarget[]> {
    return this.#on(target, async (database) => {
      const planned: PlannedOnTarget[] = [];
      for (const { migration, listed = [] } of asked) {
        const nothingElse = { migration, backup: null, room: null };
        const { check, facts } = await checkOne(database, nothingElse);
        const { statements } = await attemptPlan(database, migration);
        const prediction =
          statements === null
            ? null
            : await predictOnTarget(database, { migration, statements, facts });
        const about = { ...check, migration: migration.name, statements, prediction };
        const old = await foreseeStatements(
          database,
          migration,
          statements?.length === 0 ? [] : listed,
        );
        planned.push({ ...about, ...old, findings: [...old.findings, ...check.findings] });
      }
      return planned;
    });
  }

  async #on<T>(target: string, look: (database: TargetDatabase) => Promise<T>): Promise<T> {
    const database = await this.#connect(target);
    try {
      return await look(database);
    } catch (fault) {
      if (!isLockConflict(fault)) throw fault;
      const words = `somebody changes a table of ${target} at this moment; ask again`;
      throw new CrossfadeError('unavailable', words, { cause: fault });
    } finally {
      await database.close();
    }
  }
}

/** What has been carried out to its end needs nothing any more. */
async function unfinished(
  database: TargetDatabase,
  all: readonly OnTarget[],
): Promise<readonly OnTarget[]> {
  const open: OnTarget[] = [];
  for (const one of all) {
    if (one.migration === null) continue;
    const planned = await attemptPlan(database, one.migration);
    if (planned.refusal !== null || planned.statements?.length !== 0) open.push(one);
  }
  return open;
}

/** Rings by condition are made of units that a table of the application knows. */
async function readsUnits(
  database: TargetDatabase,
  migration: SchemaMigration | null,
  table: string | null,
  role: string,
): Promise<readonly Grant[]> {
  // Who owns the table may read it, and those that change are owned.
  if (migration === null || table === null || touchedTables(migration).includes(table)) return [];
  const name = qualified(migration.schema, table);
  const [row] = await database.query<{ held: boolean | null }>(
    `SELECT has_table_privilege(r.oid, to_regclass($2), 'SELECT') AS held FROM pg_roles r WHERE rolname = $1`,
    [role, name],
  );
  const sql = `GRANT SELECT ON TABLE ${name} TO ${quoteExisting(role)}`;
  return [{ sql, purpose: `read the units of rings from ${name}`, held: row?.held === true }];
}

async function checkOne(
  database: TargetDatabase,
  undertaking: Undertaking,
): Promise<{ readonly check: MigrationCheck; readonly facts: TargetFacts }> {
  const { facts, findings } = await checkTarget(database, undertaking);
  const { migration, backup } = undertaking;
  const { size, onTarget } = backupNeeds(facts.tables, backup);
  const refusal = migration === null ? null : (await attemptPlan(database, migration)).refusal;
  const check = {
    migration: migration?.name ?? null,
    tables: facts.tables.map(({ name, rows, bytes, indexBytes }) => ({
      name,
      rows,
      bytes,
      indexBytes,
    })),
    backup: backup === null ? null : { ...backup, bytes: size },
    growth: facts.tables.reduce((sum, table) => sum + growthOf(table), onTarget),
    findings: refusal === null ? findings : [refusal, ...findings],
  };
  return { check, facts };
}

async function attemptPlan(
  database: TargetDatabase,
  migration: SchemaMigration,
): Promise<{
  readonly statements: readonly PlannedStatement[] | null;
  readonly refusal: Finding | null;
}> {
  try {
    const catalog = await database.catalog(migration);
    return { statements: plan(migration, catalog), refusal: null };
  } catch (fault) {
    // What Crossfade has noted there is closed to the role: what is still to be done cannot be told.
    if (fault instanceof TargetSqlError) return { statements: null, refusal: null };
    if (!(fault instanceof CrossfadeError) || fault.code === 'unavailable') throw fault;
    const remedy = 'Mend the operation, or the table that it is about.';
    const about = { code: 'plan', severity: 'blocks', table: null } as const;
    return { statements: [], refusal: { ...about, message: fault.message, remedy } };
  }
}

/** `180004` is 18.4. */
function versionWords(version: number): string {
  return `${Math.floor(version / 10_000)}.${version % 10_000}`;
}
