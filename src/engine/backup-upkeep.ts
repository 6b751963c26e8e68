import { CrossfadeError } from '../core/errors.ts';
import type { BackupFiles } from './ports/backup-files.ts';
import type { DocumentStore } from './ports/document-store.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import type { TargetDatabase } from './ports/target-database.ts';
import { sweepBackups } from './schema-migration/backup/sweep-backups.ts';

/** Removes backups whose time is over, on every target that is known. */
export class BackupUpkeep {
  readonly #connect: (name: string) => Promise<TargetDatabase>;
  readonly #documents: DocumentStore;
  readonly #rollouts: RolloutStore;
  readonly #files: BackupFiles;

  constructor(
    connect: (name: string) => Promise<TargetDatabase>,
    documents: DocumentStore,
    rollouts: RolloutStore,
    files: BackupFiles,
  ) {
    this.#connect = connect;
    this.#documents = documents;
    this.#rollouts = rollouts;
    this.#files = files;
  }

  /** What is wrong with one target keeps no other one's backups; the last such fault is thrown. */
  async sweep(): Promise<void> {
    let last: unknown = null;
    const documents = await this.#documents.all();
    for (const { kind, name } of documents) {
      if (kind !== 'Target') continue;
      await this.#sweepOne(name).catch((fault: unknown) => {
        // Targets are declared before they are there, and stay declared when they are gone.
        if (!(fault instanceof CrossfadeError)) last = fault;
      });
    }
    if (last !== null) throw last;
  }

  async #sweepOne(target: string): Promise<void> {
    const active = await this.#rollouts.active(target);
    const living = active.map(({ rollout }) => rollout.id);
    const database = await this.#connect(target);
    try {
      await sweepBackups(database, this.#files, living);
    } finally {
      await database.close();
    }
  }
}
