import type { OldUsers } from '../../core/rollout/old-use.ts';
import { driftWords } from '../../core/schema-migration/drift/catalog-diff.ts';
import { type Drift, driftHold, wordsOf } from '../../core/schema-migration/drift/drift.ts';
import type { HistoryEntry } from '../../core/schema-migration/history/history-entry.ts';
import { directRollout } from '../../core/schema-migration/history/history-table.ts';
import type { KeptRow } from '../../core/schema-migration/kept-row.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { TargetDatabase } from '../ports/target-database.ts';
import { findDrift } from './drift.ts';
import { ForeignHistories } from './foreign-histories.ts';
import { type GuardFinding, settleGuard } from './guard.ts';
import { noteProtection, readHistory, recordDirect } from './history-store.ts';
import { leftOvers, type Removable } from './cleanup/left-overs.ts';
import { takeAway } from './cleanup/take-away.ts';
import { type OldUseLook, oldUseOn } from './old-use.ts';
import { jittered } from './job-run.ts';
import { keptRows } from './quarantined-rows.ts';
import { contractOf, whyNotRestore } from './restore/standing-store.ts';
import type { TurnEnd } from './job-run.ts';
import type { ClaimedJob, JobStore } from './job-store.ts';

/** Between two looks whether a drift has been put back or taken. */
const LOOK_AGAIN_MS = 5_000;

/** What was carried out on one target, and whether it still stands as it was left. */
export class TargetRecords {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  #guardFinding: GuardFinding = null;
  /** What other tools have carried out here. */
  readonly foreign: ForeignHistories;

  constructor(database: TargetDatabase, store: JobStore) {
    this.#database = database;
    this.#store = store;
    this.foreign = new ForeignHistories(database);
  }

  /** Why nothing refuses a foreign DROP of what Crossfade owns here; null when something does. */
  get guardFinding(): GuardFinding {
    return this.#guardFinding;
  }

  /** What was carried out here, oldest first. */
  history(): Promise<readonly HistoryEntry[]> {
    return readHistory(this.#database);
  }

  /** Notes that the target has the new shape already, as a database made from an entity has. */
  async baseline(migration: SchemaMigration, author: string): Promise<void> {
    await recordDirect(this.#database, migration, {
      part: 'baseline',
      author,
      rollout: directRollout,
      reason: null,
    });
  }

  /** The first rows that could not be converted, without their values. */
  keptRows(migration: SchemaMigration): Promise<readonly KeptRow[]> {
    return keptRows(this.#database, migration);
  }

  /** Who is on the old version's views, or was just now. */
  oldUse(migration: SchemaMigration, look: OldUseLook): Promise<OldUsers> {
    return oldUseOn(this.#database, migration, look);
  }

  /** What others have changed about the tables of living migrations, or of one of them. */
  drift(migration: string | null = null): Promise<readonly Drift[]> {
    return findDrift(this.#database, migration);
  }

  /** Takes the tables of a migration as they are, from now on; what was taken, or null for nothing. */
  async acceptDrift(name: string, author: string): Promise<Drift | null> {
    return this.#database.transaction(async (session) => {
      const [drift] = await findDrift(session, name, { beforePart: true });
      const [job] = await session.query<{ migration: SchemaMigration; rollout: string }>(
        `SELECT migration, rollout FROM crossfade.job WHERE migration ->> 'name' = $1
         ORDER BY created_at DESC LIMIT 1`,
        [name],
      );
      if (drift === undefined || job === undefined) return null;
      const reason = driftWords(drift.changes);
      await recordDirect(session, job.migration, {
        part: 'accept',
        author,
        rollout: job.rollout,
        reason,
      });
      await session.query(`UPDATE crossfade.job SET due_at = clock_timestamp()
        WHERE hold = '${driftHold}' AND status IN ('pending', 'running')`);
      return drift;
    });
  }

  /** What the newest expand under a rollout's name was asked to make; null where none was asked for. */
  async expandedBy(rollout: string): Promise<SchemaMigration | null> {
    const [job] = await this.#database.query<{ migration: SchemaMigration }>(
      `SELECT migration FROM crossfade.job WHERE rollout = $1 AND kind = 'expand'
       ORDER BY created_at DESC LIMIT 1`,
      [rollout],
    );
    return job?.migration ?? null;
  }

  /** Why what a migration's contract took away cannot be brought back; null when it can. */
  whyNotRestore(migration: SchemaMigration): Promise<string | null> {
    return whyNotRestore(this.#database, migration);
  }

  /** The job that took a migration's old shape away last; null where none did. */
  contractOf(migration: SchemaMigration): Promise<string | null> {
    return contractOf(this.#database, migration);
  }

  /** Notes whether migrations are carried out here by rollouts alone. */
  noteProtection(isProtected: boolean): Promise<void> {
    return noteProtection(this.#database, isProtected);
  }

  /** What a migration has left behind here. */
  leftOvers(
    migration: SchemaMigration,
    about: Parameters<typeof leftOvers>[2],
  ): Promise<readonly Removable[]> {
    return leftOvers(this.#database, migration, about);
  }

  /** Takes one such thing away, and writes that down; why it could not, or null. */
  takeAway(
    migration: SchemaMigration,
    one: Removable,
    by: { readonly rollout: string; readonly author: string },
  ): Promise<string | null> {
    return takeAway(this.#database, migration, one, by);
  }

  /** Brings the guard over what living rollouts own in line with the history. */
  async settleGuard(): Promise<void> {
    this.#guardFinding = await settleGuard(this.#database);
  }

  /**
   * Before a part begins its tables must be as the last one left them; else it waits. A parity check
   * changes nothing, and a rollback needs it: it goes on, and what it met does not count as our own.
   */
  async before(job: ClaimedJob): Promise<TurnEnd | null> {
    if (!job.fresh || job.kind === 'expand' || job.kind === 'parity') return null;
    const [drift] = await findDrift(this.#database, job.migration.name, { beforePart: true });
    if (job.kind === 'verify') {
      await this.#store.noteDrift(job, drift !== undefined);
      return null;
    }
    if (drift === undefined) return null;
    const delayMs = jittered(LOOK_AGAIN_MS);
    return { kind: 'waits', reason: wordsOf(drift), delayMs, hold: driftHold };
  }
}
