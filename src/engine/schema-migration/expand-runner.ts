import { CrossfadeError } from '../../core/errors.ts';
import type { Catalog } from '../../core/schema-migration/catalog.ts';
import { baseOf, plan } from '../../core/schema-migration/plan.ts';
import type { PlannedStatement } from '../../core/schema-migration/planned-statement.ts';
import { resolveMigration } from '../../core/schema-migration/resolve-migration.ts';
import { roundTripVerdict } from '../../core/schema-migration/round-trip-verdict.ts';
import { tableNames, touchedTables } from '../../core/schema-migration/schema-migration.ts';
import { expressionSettings } from '../../core/schema-migration/expression-settings.ts';
import type { FaultPoints } from '../ports/fault-points.ts';
import type { TargetDatabase } from '../ports/target-database.ts';
import { checkRoundTrip } from './check-round-trip.ts';
import { jittered } from './job-run.ts';
import type { JobRunner, Turn, TurnEnd } from './job-run.ts';
import type { ClaimedJob, JobCursor, JobStore } from './job-store.ts';
import { applySettings, blockerOf, explained, isLockConflict, limitLockWait } from './locking.ts';

/** Between two tries for a lock. */
const RETRY_MS = 80;
/** Between two looks whether lossy rows have been mended. */
const LOSSY_MS = 5_000;

/**
 * Carries out `expand`: first of all it makes sure that `down(up(x)) = x`. Then, per table, the old
 * version's view and the functions, without a lock on the table; then, in one short transaction, the
 * column, the triggers and the new version's view.
 */
export class ExpandRunner implements JobRunner {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  readonly #faultPoints: FaultPoints;
  /** What the round trip of a job came to: a job that waits for a lock need not try it again. */
  readonly #notes = new Map<string, string>();

  constructor(database: TargetDatabase, store: JobStore, faultPoints: FaultPoints) {
    this.#database = database;
    this.#store = store;
    this.#faultPoints = faultPoints;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    const { job } = turn;
    const tables = touchedTables(job.migration);
    if (job.total === null) await this.#store.setTotal(job, tables.length);
    // A table that is new has its view in a second transaction.
    for (let at = 0; at <= 2 * tables.length; at += 1) {
      const catalog = await this.#database.catalog(job.migration);
      const table = inOrder(job, catalog).find((name) => this.#isOpen(job, catalog, name));
      if (table === undefined) return this.#finish(job);
      const end = (await this.#refuse(job, catalog)) ?? (await this.#expand(job, catalog, table));
      if (end !== null) return end;
      if (turn.isOver()) return { kind: 'more' };
    }
    throw new CrossfadeError('internal', 'Expand ran, but the target does not show what it did.');
  }

  #isOpen(job: ClaimedJob, catalog: Catalog, table: string): boolean {
    return statements(job, catalog, 'expand', table).length > 0 || lacksView(job, catalog, table);
  }

  /** Before anything is created: a pair that would lose values holds the rollout. */
  async #refuse(job: ClaimedJob, catalog: Catalog): Promise<TurnEnd | null> {
    if (this.#notes.has(job.id)) return null;
    try {
      const checked = await checkRoundTrip(this.#database, job.migration, catalog);
      if (checked.length === 0) return null;
      const { lossy, note } = roundTripVerdict(checked);
      if (lossy === null) this.#notes.set(job.id, note);
      return lossy === null ? null : { ...waits(lossy, LOSSY_MS), hold: 'roundTrip' };
    } catch (fault) {
      if (isLockConflict(fault)) return waits('waits for a lock on the way to the round trip');
      throw fault;
    }
  }

  async #expand(job: ClaimedJob, catalog: Catalog, table: string): Promise<TurnEnd | null> {
    const locking = statements(job, catalog, 'expand', table);
    const blocker = await this.#blocker(job, table, locking);
    // The old version's view needs no lock, and the application may be waiting for it.
    if (blocker === null || lacksView(job, catalog, table)) {
      const base = bases(job, catalog, table).flatMap((one) =>
        statements(job, catalog, 'baseline', one),
      );
      if (!(await this.#transact(job, base, 0))) {
        return waits(`waits for a lock on the way to ${table}`);
      }
    }
    if (blocker !== null) return waits(blocker);
    if (locking.length === 0) return null;
    const arrived = await this.#transact(job, locking, isLast(job, catalog, table) ? 1 : 0);
    return arrived ? null : waits(`waits for a lock on ${table}: somebody was quicker`);
  }

  async #blocker(
    { migration }: ClaimedJob,
    table: string,
    locking: readonly PlannedStatement[],
  ): Promise<string | null> {
    if (locking.length === 0) return null;
    const others = locking.flatMap(({ also }) => also ?? []);
    return blockerOf(this.#database, [{ schema: migration.schema, name: table }, ...others]);
  }

  /** False when a lock was not to be had; nothing has changed then. */
  async #transact(
    job: ClaimedJob,
    planned: readonly PlannedStatement[],
    done: number,
  ): Promise<boolean> {
    try {
      await this.#database.transaction(async (session) => {
        const { cursor } = await this.#store.enter(session, job);
        await applySettings(session, expressionSettings(job.migration));
        await limitLockWait(session);
        for (const { sql } of planned) {
          this.#faultPoints.reached('expand.beforeStatement');
          await session.query(sql);
        }
        const start = { ...START, samples: [this.#notes.get(job.id) ?? ''] };
        await this.#store.advance(session, job, { cursor: cursor ?? start, done, rate: null });
        this.#faultPoints.reached('expand.beforeCommit');
      });
    } catch (fault) {
      if (isLockConflict(fault)) return false;
      throw explained(
        fault,
        planned.map(({ sql }) => sql),
      );
    }
    this.#faultPoints.reached('expand.afterCommit');
    return true;
  }

  async #finish(job: ClaimedJob): Promise<TurnEnd> {
    await this.#database.transaction(async (session) => {
      const { cursor } = await this.#store.enter(session, job);
      const note = cursor?.samples[0] ?? '';
      const reason = note === '' ? null : note;
      await this.#store.finish(session, job, { differences: null, reason });
    });
    this.#notes.delete(job.id);
    return { kind: 'finished' };
  }
}

const START: JobCursor = { operation: 0, key: null, size: 1, differences: 0, samples: [] };

const waits = (reason: string, ms = RETRY_MS) =>
  ({ kind: 'waits', reason, delayMs: jittered(ms) }) as const;

/** A table whose view has to wait counts when that is there. */
function isLast(job: ClaimedJob, catalog: Catalog, table: string): boolean {
  const change = resolveMigration(job.migration, catalog).find(({ name }) => name === table);
  if (change === undefined || change.table === null) return false;
  return change.changes.every(({ changing }) => changing !== true);
}

/** As the plan has them: what others are tied to comes first. */
function inOrder(job: ClaimedJob, catalog: Catalog): readonly string[] {
  return resolveMigration(job.migration, catalog).map(({ name }) => name);
}

/** Tables whose old views have to stand before this one is expanded. */
function bases(job: ClaimedJob, catalog: Catalog, table: string): readonly string[] {
  const tables = resolveMigration(job.migration, catalog);
  const own = tables.filter(({ name }) => name === table);
  return own.flatMap((one) => baseOf(tables, one)).map(({ name }) => name);
}

function statements(
  job: ClaimedJob,
  catalog: Catalog,
  phase: PlannedStatement['phase'],
  table: string,
): readonly PlannedStatement[] {
  return plan(job.migration, catalog).filter((one) => one.phase === phase && one.table === table);
}

/** True while the old version's view is missing, unless the migration has been contracted already. */
function lacksView(job: ClaimedJob, catalog: Catalog, table: string): boolean {
  const facts = catalog.tables.find((one) => one.name === table);
  const hasView = facts !== undefined && job.migration.from in facts.views;
  const { old } = tableNames(job.migration, table);
  return old !== null && !hasView && statements(job, catalog, 'baseline', table).length > 0;
}
