import { CrossfadeError } from '../../../core/errors.ts';
import { FIRST_BATCH } from '../../../core/schema-migration/batch-size.ts';
import type { Catalog } from '../../../core/schema-migration/catalog.ts';
import type { Relation } from '../../../core/schema-migration/change.ts';
import { bringBack } from '../../../core/schema-migration/restore/bring-back.ts';
import { lossLooks } from '../../../core/schema-migration/restore/lost-on-the-way.ts';
import { rebuild, refuseUnbuildable } from '../../../core/schema-migration/restore/rebuild.ts';
import { refills } from '../../../core/schema-migration/restore/refill.ts';
import { returned } from '../../../core/schema-migration/restore/returned.ts';
import type { Standing } from '../../../core/schema-migration/restore/standing.ts';
import { unswap } from '../../../core/schema-migration/restore/unswap.ts';
import { expressionSettings } from '../../../core/schema-migration/expression-settings.ts';
import type { FaultPoints } from '../../ports/fault-points.ts';
import type { TargetDatabase, TargetSession } from '../../ports/target-database.ts';
import { changedParts } from '../changed-parts.ts';
import { jittered } from '../job-run.ts';
import type { JobRunner, Turn, TurnEnd } from '../job-run.ts';
import type { ClaimedJob, JobStore } from '../job-store.ts';
import type { LoadProbe } from '../load-probe.ts';
import { applySettings, blockerOf, isLockConflict, limitLockWait } from '../locking.ts';
import { RangeRunner } from '../range-runner.ts';
import type { StepwiseRunner } from '../stepwise-runner.ts';
import { RestoreTask } from './restore-task.ts';
import { keptStanding, readStanding, whyNotRestore } from './standing-store.ts';
import type { KeptStanding } from './standing-store.ts';

const RETRY_MS = 80;

/** What the parts of a restore work with. */
export interface RestoreTools {
  readonly database: TargetDatabase;
  readonly store: JobStore;
  readonly probe: LoadProbe;
  readonly steps: StepwiseRunner;
  readonly faultPoints: FaultPoints;
}

/**
 * Undoes a contract by what it wrote down beforehand. First names and sync, in one short transaction;
 * then the rows that were written since, range by range; then indexes and constraints, beside writers;
 * at last, in one more short transaction, the old version's views. Both versions live from there on.
 */
export class RestoreRunner implements JobRunner {
  readonly #tools: RestoreTools;
  readonly #rows: RangeRunner;

  constructor(tools: RestoreTools) {
    const { database, store, probe, faultPoints } = tools;
    this.#tools = tools;
    const task = new RestoreTask({
      before: async (job) => (await this.#kept(job)).catalog,
      rest: (turn) => this.#finish(turn),
    });
    this.#rows = new RangeRunner(database, store, probe, task, faultPoints);
  }

  async run(turn: Turn): Promise<TurnEnd> {
    if (turn.job.fresh) {
      const end = await this.#begin(turn.job);
      if (end !== null) return end;
    }
    return this.#rows.run(turn);
  }

  async #begin(job: ClaimedJob): Promise<TurnEnd | null> {
    const { database } = this.#tools;
    const { migration } = job;
    const refusal = await whyNotRestore(database, migration);
    if (refusal !== null) throw new CrossfadeError('refused', refusal);
    const kept = await this.#kept(job);
    await database.transaction((session) => this.#refuseLoss(session, job, kept));
    return this.#briefly(job, kept, async (session, is) => {
      const statements = unswap(migration, kept.was, is);
      await this.#carryOut(session, statements);
      const cursor = { operation: 0, key: null, size: FIRST_BATCH, differences: 0 };
      const samples = returned(kept.was, is);
      await this.#tools.store.advance(session, job, {
        cursor: { ...cursor, samples },
        done: 0,
        rate: null,
      });
    });
  }

  /** What `down` cannot give back would be lost to the old version, and nobody has said that it may. */
  async #refuseLoss(
    session: TargetSession,
    { migration }: ClaimedJob,
    { was, catalog }: KeptStanding,
  ): Promise<void> {
    const is = await readStanding(session, migration, numbersOf(was));
    refuseUnbuildable(was, is);
    await applySettings(session, expressionSettings(migration));
    for (const { place, sql } of lossLooks(migration, catalog, was, is)) {
      const [found] = await session.query<{ rows: number; keys: readonly string[] | null }>(sql);
      if (found === undefined || found.rows === 0) continue;
      const among = (found.keys ?? []).map((key) => `(${key})`).join(', ');
      throw new CrossfadeError(
        'refused',
        `${found.rows} rows hold values that ${place} cannot hold and give back, among them ${among}. ` +
          'Nothing has changed: mend these rows, then restore again.',
      );
    }
  }

  async #finish(turn: Turn): Promise<TurnEnd | null> {
    const { steps } = this.#tools;
    const { job } = turn;
    const kept = await this.#kept(job);
    await this.#refill(turn, kept);
    const end = await steps.each(turn, 'restore', async () => {
      const now = await this.#tools.database.catalog(job.migration);
      const is = await this.#standing(job, kept);
      return rebuild(kept.was, is, { before: kept.catalog, now })[0];
    });
    if (end !== null) return end;
    const waiting = await this.#briefly(job, kept, async (session, is, now) => {
      const catalogs = { before: kept.catalog, now };
      if (rebuild(kept.was, is, catalogs).length > 0) throw new BuildsAgain();
      await this.#carryOut(session, bringBack(job.migration, kept.was, is, catalogs));
      if ((await changedParts(session, job.migration, now)) !== null) throw new BuildsAgain();
      const { cursor } = await this.#tools.store.enter(session, job);
      const reason = cursor?.samples.join('; ') ?? null;
      await this.#tools.store.finish(session, job, { differences: null, reason });
      this.#tools.faultPoints.reached('restore.beforeCommit');
    });
    if (waiting !== null) return waiting;
    this.#tools.faultPoints.reached('restore.afterCommit');
    return { kind: 'finished' };
  }

  /** A few rows at a time, each time under the fence. */
  async #refill({ job }: Turn, kept: KeptStanding): Promise<void> {
    const { database, store } = this.#tools;
    for (const sql of refills(job.migration, kept.was, await this.#standing(job, kept))) {
      let written = 1;
      while (written > 0) {
        written = await database.transaction(async (session) => {
          await store.enter(session, job);
          await applySettings(session, {
            ...expressionSettings(job.migration),
            'crossfade.sync': 'off',
          });
          return (await session.query(sql)).length;
        });
      }
    }
  }

  async #kept({ migration }: ClaimedJob): Promise<KeptStanding> {
    const kept = await keptStanding(this.#tools.database, migration);
    if (kept !== null) return kept;
    throw new CrossfadeError('refused', `What ${migration.name} took away has been cleaned up.`);
  }

  #standing({ migration }: ClaimedJob, { was }: Pick<KeptStanding, 'was'>): Promise<Standing> {
    return this.#tools.database.transaction((session) =>
      readStanding(session, migration, numbersOf(was)),
    );
  }

  /** One short transaction under the fence, for which nobody has to wait. */
  async #briefly(
    job: ClaimedJob,
    { was }: KeptStanding,
    work: (session: TargetSession, is: Standing, now: Catalog) => Promise<void>,
  ): Promise<TurnEnd | null> {
    const { database, store } = this.#tools;
    const blocker = await blockerOf(database, relationsOf(await this.#standing(job, { was })));
    if (blocker !== null) return waits(blocker);
    try {
      await database.transaction(async (session) => {
        await store.enter(session, job);
        const now = await session.catalog(job.migration);
        const is = await readStanding(session, job.migration, numbersOf(was));
        await limitLockWait(session);
        await work(session, is, now);
      });
    } catch (fault) {
      if (fault instanceof BuildsAgain) return waits(fault.message);
      if (isLockConflict(fault)) return waits('waits for a lock: somebody was quicker');
      throw fault;
    }
    return null;
  }

  async #carryOut(session: TargetSession, statements: readonly string[]): Promise<void> {
    for (const sql of statements) {
      this.#tools.faultPoints.reached('restore.beforeStatement');
      await session.query(sql);
    }
  }
}

/** Nothing has happened; the next turn builds what a partition lacks that came meanwhile. */
class BuildsAgain extends Error {
  constructor() {
    super('waits for a partition that came just now');
  }
}

const waits = (reason: string): TurnEnd => ({ kind: 'waits', reason, delayMs: jittered(RETRY_MS) });

const numbersOf = (was: Standing): readonly string[] => was.tables.map(({ number }) => number);

const relationsOf = ({ tables, views }: Standing): readonly Relation[] =>
  [...views, ...tables].map(({ schema, name }) => ({ schema, name }));
