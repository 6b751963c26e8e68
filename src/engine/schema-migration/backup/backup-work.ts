import { CrossfadeError } from '../../../core/errors.ts';
import { BACKUP_SCHEMA } from '../../../core/schema-migration/backup/backup-table.ts';
import type { BackedUpTable } from '../../../core/schema-migration/backup/backup-sql.ts';
import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import type { BackupFiles } from '../../ports/backup-files.ts';
import type { FaultPoints } from '../../ports/fault-points.ts';
import { TargetSqlError } from '../../ports/target-database.ts';
import type { TargetDatabase } from '../../ports/target-database.ts';
import type { BackupStore, ClaimedBackup, WholeBackup } from './backup-store.ts';
import { takeIntoFiles, takeIntoTarget } from './take-backup.ts';
import { verifyFiles } from './verify-backup.ts';

/** Between two signs of life. Milliseconds. */
const BEAT_MS = 1_000;

/** Where backups are worked on. `files` is null where this server keeps none. */
export interface Workshop {
  readonly database: TargetDatabase;
  readonly store: BackupStore;
  readonly files: BackupFiles | null;
  readonly faultPoints: FaultPoints;
}

/**
 * One backup on its way, beside the turns of its job: it takes longer than a turn may. Its row says
 * how it ended; nothing is thrown.
 */
export class BackupWork {
  /** Written by now. */
  bytes = 0;
  #isStopped = false;
  readonly ended: Promise<void>;
  readonly #workshop: Workshop;
  readonly #claimed: ClaimedBackup;
  readonly #migration: SchemaMigration;
  readonly #abort = new AbortController();

  constructor(workshop: Workshop, claimed: ClaimedBackup, migration: SchemaMigration) {
    this.#workshop = workshop;
    this.#claimed = claimed;
    this.#migration = migration;
    this.ended = this.#carryOut();
  }

  /** Ends it without blame: the next one may begin at once. */
  stop(): void {
    this.#isStopped = true;
    this.#abort.abort();
  }

  async #carryOut(): Promise<void> {
    const { store } = this.#workshop;
    const beating = this.#beat();
    try {
      const { tables } = this.#claimed;
      const whole = tables.length > 0 ? tables : await this.#take();
      await store.done(this.#claimed, await this.#verify(whole));
    } catch (fault) {
      await this.#giveUp(this.#isStopped ? null : wordsOf(fault));
    } finally {
      this.#abort.abort();
      await beating;
    }
  }

  /** In an outage the row stays as it is: its lease ends, and somebody begins anew. */
  async #giveUp(reason: string | null): Promise<void> {
    const { store, files } = this.#workshop;
    const isOurs = await store.discard(this.#claimed).catch(() => false);
    if (!isOurs) return;
    await files?.remove(this.#claimed.id).catch(() => undefined);
    await store.failed(this.#claimed, reason).catch(() => undefined);
  }

  async #take(): Promise<readonly BackedUpTable[]> {
    const { store } = this.#workshop;
    const isFiles = this.#claimed.policy.to === 'files';
    const whole = isFiles ? await this.#takeIntoFiles() : await this.#takeIntoTarget();
    this.#workshop.faultPoints.reached('backup.afterSeal');
    await store.taken(this.#claimed, { ...whole, bytes: this.bytes });
    return whole.tables;
  }

  async #takeIntoFiles(): Promise<Omit<WholeBackup, 'bytes'>> {
    const { database, faultPoints } = this.#workshop;
    const files = this.#files();
    const { id, fence } = this.#claimed;
    const draft = await files.begin(id, fence);
    const taken = await database.bulk(
      (session) => takeIntoFiles(session, draft, this.#taking()),
      this.#abort.signal,
    );
    faultPoints.reached('backup.beforeSeal');
    const path = await draft.seal({ backup: id, migration: this.#migration.name, ...taken });
    return { ...taken, location: `${files.host}:${path}` };
  }

  async #takeIntoTarget(): Promise<Omit<WholeBackup, 'bytes'>> {
    const taken = await this.#workshop.database.bulk(
      (session) => takeIntoTarget(session, this.#taking()),
      this.#abort.signal,
    );
    return { ...taken, location: BACKUP_SCHEMA };
  }

  /** Copies within the target were compared when they were made. */
  async #verify(tables: readonly BackedUpTable[]): Promise<'taken' | 'verified'> {
    const { to, verify } = this.#claimed.policy;
    if (to === 'target') return 'verified';
    if (!verify) return 'taken';
    this.#workshop.faultPoints.reached('backup.beforeVerify');
    const files = this.#files();
    await this.#workshop.database.bulk(
      (session) => verifyFiles(session, files, this.#claimed.id, tables),
      this.#abort.signal,
    );
    return 'verified';
  }

  #taking() {
    return {
      id: this.#claimed.id,
      migration: this.#migration,
      atMostBytes: this.#claimed.policy.atMostBytes,
      faultPoints: this.#workshop.faultPoints,
      progress: (bytes: number): void => {
        this.bytes += bytes;
      },
    };
  }

  #files(): BackupFiles {
    const { files } = this.#workshop;
    if (files !== null) return files;
    throw new CrossfadeError('unsupported', 'This server keeps no backups as files.');
  }

  /** Ends the work when it has changed hands, or nobody waits for it any more. */
  async #beat(): Promise<void> {
    const { store } = this.#workshop;
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const isOurs = await store.beat(this.#claimed, this.bytes).catch(() => true);
      if (!isOurs) this.stop();
      await restOrAbort(signal);
    }
  }
}

function restOrAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, BEAT_MS);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** What the server says about a row may hold its values; its code does not. */
function wordsOf(fault: unknown): string {
  if (fault instanceof TargetSqlError) {
    const row = /^2[23]/.test(fault.sqlState);
    return row ? `The target refused a row (SQLSTATE ${fault.sqlState}).` : fault.message;
  }
  return fault instanceof Error ? fault.message : String(fault);
}
