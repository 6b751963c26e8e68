import { runsLong } from '../../core/schema-migration/change.ts';
import type { ChangeStatement } from '../../core/schema-migration/change.ts';
import { plan } from '../../core/schema-migration/plan.ts';
import type { PlanPhase } from '../../core/schema-migration/planned-statement.ts';
import { expressionSettings } from '../../core/schema-migration/expression-settings.ts';
import type { FaultPoints } from '../ports/fault-points.ts';
import { TargetSqlError } from '../ports/target-database.ts';
import type { TargetDatabase } from '../ports/target-database.ts';
import { jittered } from './job-run.ts';
import type { Turn, TurnEnd } from './job-run.ts';
import type { ClaimedJob, JobStore } from './job-store.ts';
import { applySettings, blockerOf, isLockConflict, limitLockWait } from './locking.ts';
import type { LongStatements } from './long-statements.ts';

/** Phases whose statements stand each by itself. */
type PlannedPhase = Extract<PlanPhase, 'index' | 'seal'>;
export type StepwisePhase = PlannedPhase | 'restore';

/** Between two tries for a lock. */
const RETRY_MS = 80;
/** Between two looks at a statement that is under way. */
const WATCH_MS = 200;
/** Between two tries of what rows of the table stand against. */
const BROKEN_MS = 10_000;

/**
 * Carries out statements one after the other, each in the state that the one before has left. What
 * has been done shows in the catalog, so after a crash the next one goes on from there.
 */
export class StepwiseRunner {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  readonly #long: LongStatements;
  readonly #faultPoints: FaultPoints;
  /** Why the last try of a job failed on account of the rows. */
  readonly #broken = new Map<string, string>();

  constructor(
    database: TargetDatabase,
    store: JobStore,
    long: LongStatements,
    faultPoints: FaultPoints,
  ) {
    this.#database = database;
    this.#store = store;
    this.#long = long;
    this.#faultPoints = faultPoints;
  }

  /** How the turn ends; null when nothing of the phase is left to be done. */
  rest(turn: Turn, phase: PlannedPhase): Promise<TurnEnd | null> {
    const { migration } = turn.job;
    return this.each(turn, phase, async () => {
      const catalog = await this.#database.catalog(migration);
      const next = plan(migration, catalog).find((one) => one.phase === phase);
      if (next === undefined) return next;
      const own = { schema: migration.schema, name: next.table };
      return { ...next, also: [own, ...(next.also ?? [])] };
    });
  }

  /**
   * The same for statements of whatever origin.
   * @param find says what comes next, given what stands by now; `also` names all that it locks
   */
  async each(
    turn: Turn,
    phase: StepwisePhase,
    find: () => Promise<ChangeStatement | undefined>,
  ): Promise<TurnEnd | null> {
    const before = await this.#waited(turn, () => this.#long.underWay(turn));
    if (before !== null) return before;
    for (;;) {
      // Asked when nothing is under way: an index that is being built looks like one that failed.
      const next = await find();
      const end = this.#brokenBefore(turn, next);
      if (end !== null || next === undefined) return end;
      const stopped = await this.#carryOut(turn, next, phase);
      if (stopped !== null) return stopped;
      if (turn.isOver()) return { kind: 'more' };
    }
  }

  async #carryOut(
    turn: Turn,
    statement: ChangeStatement,
    phase: StepwisePhase,
  ): Promise<TurnEnd | null> {
    const { sql, words = sql } = statement;
    this.#faultPoints.reached(`${phase}.beforeStatement`);
    const end = runsLong(statement)
      ? await this.#waited(turn, () => this.#long.begin(turn, sql, words))
      : await this.#short(turn.job, statement);
    if (end === null) this.#faultPoints.reached(`${phase}.afterStatement`);
    return end;
  }

  /** What takes a lock that writers feel asks first who would keep it waiting, and gives up at once. */
  async #short(job: ClaimedJob, statement: ChangeStatement): Promise<TurnEnd | null> {
    const { sql, also = [], words = sql } = statement;
    const blocker = await blockerOf(this.#database, also);
    if (blocker !== null) return retry(`${words}: ${blocker}`);
    try {
      await this.#database.transaction(async (session) => {
        await this.#store.enter(session, job);
        await applySettings(session, expressionSettings(job.migration));
        await limitLockWait(session);
        await session.query(sql);
      });
    } catch (fault) {
      if (isLockConflict(fault)) return retry(`${words}: waits for a lock`);
      throw fault;
    }
    return null;
  }

  async #waited(turn: Turn, wait: () => Promise<string | null>): Promise<TurnEnd | null> {
    try {
      const reason = await wait();
      return reason === null ? null : { kind: 'waits', reason, delayMs: jittered(WATCH_MS) };
    } catch (fault) {
      if (!isOfRows(fault)) throw fault;
      this.#broken.set(turn.job.id, fault.message);
      return null;
    }
  }

  /** What such a try has left behind is cleared away before anything else: it may refuse writes. */
  #brokenBefore({ job }: Turn, next: ChangeStatement | undefined): TurnEnd | null {
    const reason = this.#broken.get(job.id);
    if (reason === undefined || next?.sql.startsWith('DROP INDEX') === true) return null;
    this.#broken.delete(job.id);
    return { kind: 'waits', reason, delayMs: jittered(BROKEN_MS), hold: 'rules' };
  }
}

const retry = (reason: string): TurnEnd => ({
  kind: 'waits',
  reason,
  delayMs: jittered(RETRY_MS),
});

/** A constraint that some row breaks. */
const isOfRows = (fault: unknown): fault is TargetSqlError =>
  fault instanceof TargetSqlError && fault.sqlState.startsWith('23');
