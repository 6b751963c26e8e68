import { CrossfadeError } from '../../core/errors.ts';
import type { RouteRow, Side } from '../../core/protocol/route.ts';
import type { BorderTrack } from '../../core/schema-migration/border-watch.ts';
import type { JobKind, JobSpec, JobState } from '../../core/schema-migration/job.ts';
import type { TriedMigration } from '../../core/schema-migration/emit/tried-migration.ts';
import type { PaceChange } from '../../core/schema-migration/pace.ts';
import { resolveMovements } from '../../core/schema-migration/resolve-migration.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { UnitRows } from '../../core/schema-migration/unit-rows.ts';
import { TARGET_SCHEMA } from '../../core/schema-migration/target-schema.ts';
import type { BackupFiles } from '../ports/backup-files.ts';
import type { FaultPoints } from '../ports/fault-points.ts';
import { TargetSqlError } from '../ports/target-database.ts';
import { noReturn, quarantinedRows } from './quarantined-rows.ts';
import type { TargetDatabase } from '../ports/target-database.ts';
import { BackupRunner } from './backup/backup-runner.ts';
import { BackupStore } from './backup/backup-store.ts';
import type { Workshop } from './backup/backup-work.ts';
import { type BorderLook, lookAtBorders } from './border-looks.ts';
import { ExpandGate } from './expand-gate.ts';
import { ExpandRunner } from './expand-runner.ts';
import { jittered, type JobRunner, type TurnEnd } from './job-run.ts';
import { noteProtection } from './history-store.ts';
import { changePace } from './job-pace.ts';
import { type ClaimedJob, JobStore } from './job-store.ts';
import { NothingToCompare } from './nothing-to-compare.ts';
import { type Comparable, comparableOf, type ParityRun, readParityRuns } from './parity-runs.ts';
import { beginRound, type ParityRound, readRound } from './parity-rounds-store.ts';
import { missingRights } from './preflight/missing-rights.ts';
import { lookAtTarget } from './preflight/look-at-target.ts';
import { RangeRunner } from './range-runner.ts';
import { BackfillTask } from './backfill-task.ts';
import { FullQuarantine } from './full-quarantine.ts';
import { listJobs } from './list-jobs.ts';
import { LoadProbe } from './load-probe.ts';
import { LongStatements } from './long-statements.ts';
import { lookAtStatements } from './rehearsal/look-at-statements.ts';
import { noOthers, type OpenOther } from './rehearsal/clone.ts';
import { RehearsalRunner } from './rehearsal/rehearsal-runner.ts';
import { Rehearsals } from './rehearsal/rehearsals.ts';
import { RestoreRunner } from './restore/restore-runner.ts';
import { RuleLooks } from './rule-looks.ts';
import { SealRunner } from './seal-runner.ts';
import { StepwiseRunner } from './stepwise-runner.ts';
import { SwapRunner } from './swap-runner.ts';
import { TargetRecords } from './target-records.ts';
import { tryMigration } from './try-migration.ts';
import { VerifyTask } from './verify-task.ts';

/** How long a job rests after a fault that may pass by itself. */
const REST_MS = 500;
/** How long it rests after a refusal that a person has to mend. */
const HELD_MS = 5_000;

/** Crossfade's work on one target: its jobs, its route rows, its health. Needs no state of its own. */
export class TargetWorks {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  readonly #workshop: Workshop;
  readonly #backups: BackupRunner;
  readonly records: TargetRecords;
  readonly rehearsals: Rehearsals;
  readonly #long: LongStatements;
  readonly #runners: Readonly<Record<JobKind, JobRunner>>;

  /**
   * @param files where backups are kept on this machine; null where none are
   * @param others how other targets are opened, for rehearsals on a clone
   */
  constructor(
    database: TargetDatabase,
    faultPoints: FaultPoints,
    files: BackupFiles | null = null,
    others: OpenOther = noOthers,
  ) {
    const store = new JobStore(database);
    const workshop = { database, store: new BackupStore(database), files, faultPoints };
    this.#database = database;
    this.#store = store;
    this.#backups = new BackupRunner(workshop, new ExpandRunner(database, store, faultPoints));
    this.#workshop = workshop;
    this.records = new TargetRecords(database, store);
    this.rehearsals = new Rehearsals(database);
    this.#long = new LongStatements(database);
    const steps = new StepwiseRunner(database, store, this.#long, faultPoints);
    const probe = new LoadProbe(database);
    const walking = (task: BackfillTask | VerifyTask): JobRunner =>
      new RangeRunner(database, store, probe, task, faultPoints);
    const comparing = walking(new VerifyTask(database, new RuleLooks(database, this.#long)));
    this.#runners = {
      rehearse: new RehearsalRunner(database, store, this.rehearsals, others),
      expand: new ExpandGate(
        [lookAtTarget(workshop), lookAtStatements(database, store)],
        store,
        this.#backups,
      ),
      backfill: new FullQuarantine(database, walking(new BackfillTask(steps))),
      verify: new NothingToCompare(database, store, comparing),
      parity: comparing,
      contract: new SealRunner(
        database,
        store,
        steps,
        new SwapRunner(database, store, faultPoints, 'contract'),
      ),
      retire: new SwapRunner(database, store, faultPoints, 'retire'),
      restore: new RestoreRunner({ database, store, probe, steps, faultPoints }),
    };
  }

  /**
   * Makes schema `crossfade` on the target. Any number of processes may do so at once.
   * @param isProtected whether migrations are carried out by rollouts alone; what was noted before
   * stays when it is left out
   * @throws CrossfadeError `refused` with the statements that give the rights it lacks
   */
  async prepare(isProtected?: boolean): Promise<void> {
    try {
      await this.#database.transaction(async (session) => {
        // Ends with the transaction. Two sessions that create the same schema would fail otherwise.
        await session.query(
          `SELECT pg_advisory_xact_lock(hashtextextended('crossfade.prepare', 0))`,
        );
        for (const statement of TARGET_SCHEMA) await session.query(statement);
        if (isProtected !== undefined) await noteProtection(session, isProtected);
      });
    } catch (fault) {
      throw (await missingRights(this.#database, null, fault)) ?? fault;
    }
    await this.records.settleGuard();
  }

  /** Asks for a job. Asking again changes nothing, and brings no revoked job back. */
  async ensureJob(spec: JobSpec): Promise<void> {
    if (spec.backup !== undefined) await this.#workshop.store.ask(spec, spec.backup);
    await this.#store.ensure(spec);
  }

  /** Every job of a rollout, oldest first. Quarantined rows that are well again are settled first. */
  async jobs(rollout: string): Promise<JobState[]> {
    const listed = await listJobs(this.#database, rollout);
    const migrations = new Map(listed.map(({ migration }) => [migration.name, migration]));
    const counts = new Map<string, number>();
    for (const migration of migrations.values()) {
      counts.set(migration.name, await quarantinedRows(this.#database, migration));
    }
    return listed.map(({ migration, state }) => ({
      ...state,
      quarantined: counts.get(migration.name) ?? 0,
    }));
  }

  /**
   * Ends a job that is unfinished and was asked for at `upTo` or before; waits for the batch at work,
   * no other one follows. However late it comes, it leaves alone what was asked for since.
   */
  async revokeJob(job: string, upTo: number): Promise<void> {
    if (await this.#store.revoke(job, upTo)) await this.#long.stop(job);
  }

  /** Lets an unfinished job go slowly, for a reason that people read; null lets it go on as it can. */
  async throttleJob(job: string, reason: string | null): Promise<void> {
    await this.#store.throttle(job, reason);
  }

  /** What the checks of parity under a name have found, oldest first. */
  parityRuns(rollout: string): Promise<readonly ParityRun[]> {
    return readParityRuns(this.#database, rollout);
  }

  /** How far the rounds of parity are; null before the first. */
  parityRound(job: string): Promise<ParityRound | null> {
    return readRound(this.#database, job);
  }

  /** Begins the next round, unless one is under way. */
  beginParityRound(spec: JobSpec): Promise<void> {
    return beginRound(this.#database, spec);
  }

  /** What of a migration is compared right now: all of it, or one unit's rows. */
  async comparable(migration: SchemaMigration, unit: UnitRows | null): Promise<Comparable> {
    return comparableOf(resolveMovements(migration, await this.#database.catalog(migration)), unit);
  }

  /** As a person wants it. @throws CrossfadeError `refused` when the rollout has no backfill under way */
  changePace(rollout: string, change: PaceChange, by: string): Promise<void> {
    return changePace(this.#database, rollout, change, by);
  }

  /**
   * Takes one due job and works on it for about `budgetMs`, in batches.
   * @returns true when something was done; false when nothing was due or all of it waits
   * @throws CrossfadeError `unavailable` when the target cannot be reached
   */
  async work(worker: string, budgetMs: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const job = await this.#store.claim(worker, budgetMs);
    if (job === null) return false;
    const deadline = performance.now() + budgetMs;
    const isOver = (): boolean => signal.aborted || performance.now() >= deadline;
    try {
      const end =
        (await this.records.before(job)) ?? (await this.#runners[job.kind].run({ job, isOver }));
      await this.#leave(job, end);
      return end.kind !== 'waits';
    } catch (fault) {
      return this.#recover(job, fault);
    }
  }

  /** Writes the second path of a route; an older revision never replaces a newer one. */
  async writeRoute(row: RouteRow): Promise<void> {
    await this.#database.query(
      `INSERT INTO crossfade.route AS known (migration, revision, kill, safe_side)
       VALUES ($1, $2, $3, $4) ON CONFLICT (migration) DO UPDATE SET revision = excluded.revision,
         kill = excluded.kill, safe_side = excluded.safe_side, updated_at = clock_timestamp()
       WHERE known.revision <= excluded.revision`,
      [row.migration, row.revision, row.kill, row.safeSide],
    );
  }

  async readRoute(migration: string): Promise<RouteRow | null> {
    const [row] = await this.#database.query<{ revision: string; kill: boolean; safe_side: Side }>(
      'SELECT revision, kill, safe_side FROM crossfade.route WHERE migration = $1',
      [migration],
    );
    if (row === undefined) return null;
    return {
      migration,
      revision: Number(row.revision),
      kill: row.kill,
      safeSide: row.safe_side,
    };
  }

  /** What a migration comes to here, tried and taken back. Locks its tables for a moment. */
  tried(migration: SchemaMigration): Promise<TriedMigration> {
    return tryMigration(this.#database, migration);
  }

  /** Why a rollback would lose data, in words; null while none would. */
  noReturn(migration: SchemaMigration): Promise<string | null> {
    return noReturn(this.#database, migration);
  }

  /** How near values are to borders of which people want to be warned. Times are those of `at`. */
  borders(migration: SchemaMigration, look: BorderLook): Promise<readonly BorderTrack[]> {
    return lookAtBorders(this.#database, migration, look);
  }

  /** How long the longest wait for a lock and the oldest open transaction last by now. */
  async health(): Promise<{ lockWaitMs: number; longestTransactionMs: number }> {
    const [row] = await this.#database.query<{ waiting: number; open: number }>(
      `SELECT
         (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - l.waitstart)), 0) * 1000
          FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
          -- Who waits for an advisory lock, as for leadership, may do so for ever, and an index that
          -- is being built waits for transactions without being in anybody's way.
          WHERE NOT l.granted AND l.locktype NOT IN ('advisory', 'virtualxid') AND a.datname = current_database())::float8 AS waiting,
         (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - a.xact_start)), 0) * 1000
          FROM pg_stat_activity a WHERE a.datname = current_database()
            AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid())::float8 AS open`,
    );
    return { lockWaitMs: row?.waiting ?? 0, longestTransactionMs: row?.open ?? 0 };
  }

  async close(): Promise<void> {
    await this.#backups.stop();
    await this.rehearsals.close();
    await this.#long.close();
    await this.#database.close();
  }

  async #leave(job: ClaimedJob, end: TurnEnd): Promise<void> {
    if (end.kind !== 'finished') return this.#store.release(job, end);
    const changes = job.kind !== 'backfill' && job.kind !== 'parity';
    if (changes) await this.records.settleGuard();
  }

  async #recover(job: ClaimedJob, fault: unknown): Promise<boolean> {
    if (fault instanceof CrossfadeError && fault.code === 'staleFence') return false;
    if (fault instanceof CrossfadeError && fault.code === 'unavailable') throw fault;
    const lacking = await missingRights(this.#database, job.migration, fault);
    if (lacking !== null) {
      const held = { hold: 'privileges', delayMs: jittered(HELD_MS) } as const;
      await this.#store.release(job, { kind: 'waits', reason: lacking.message, ...held });
      return false;
    }
    const words = fault instanceof Error ? fault.message : String(fault);
    const rest = { kind: 'waits', reason: words, delayMs: jittered(REST_MS) } as const;
    await (isPassing(fault) ? this.#store.release(job, rest) : this.#store.fail(job, words));
    return false;
  }
}

/** Deadlocks, timeouts, cancellations and exhausted resources pass; a refusal stays one. */
function isPassing(fault: unknown): boolean {
  return fault instanceof TargetSqlError && /^(40|53|55|57|58)/.test(fault.sqlState);
}
