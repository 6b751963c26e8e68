import { standsAsBefore } from '../../core/schema-migration/stands-as-before.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { readHistory } from './history-store.ts';
import type { JobRunner, Turn, TurnEnd } from './job-run.ts';
import type { ClaimedJob, JobStore } from './job-store.ts';

/**
 * Stands before the parity check of a rollback. A target that was put back to before expand, while the rollout lived,
 * has no new shape that could differ: the way back has ended there. It is the target itself that must say so.
 */
export class NothingToCompare implements JobRunner {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  readonly #parity: JobRunner;

  constructor(database: TargetDatabase, store: JobStore, parity: JobRunner) {
    this.#database = database;
    this.#store = store;
    this.#parity = parity;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    const { job } = turn;
    // Asked once, before any row is compared.
    if (!job.wayBack || job.total !== null) return this.#parity.run(turn);
    const isDone = await this.#database.transaction((session) =>
      this.#endWhereNothingIs(session, job),
    );
    return isDone ? { kind: 'finished' } : this.#parity.run(turn);
  }

  async #endWhereNothingIs(session: TargetSession, job: ClaimedJob): Promise<boolean> {
    await this.#store.enter(session, job);
    const history = await readHistory(session);
    const catalog = await session.catalog(job.migration);
    if (!standsAsBefore(job.migration, catalog, history) || (await hasExpanded(session, job))) {
      return false;
    }
    const reason =
      `there is nothing to compare: the target stands as before expand of ${job.migration.name}, by its history and its ` +
      'tables; what was written since then is not there in either shape';
    await this.#store.finish(session, job, { differences: 0, reason });
    return true;
  }
}

/** True where the expand of this very rollout is known. */
async function hasExpanded(session: TargetSession, { id }: ClaimedJob): Promise<boolean> {
  const done = await session.query(
    `SELECT FROM crossfade.job mine JOIN crossfade.job e ON e.rollout = mine.rollout
     WHERE mine.id = $1 AND e.kind = 'expand' AND e.status = 'done' LIMIT 1`,
    [id],
  );
  return done.length > 0;
}
