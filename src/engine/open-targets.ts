import type { BackupFiles } from './ports/backup-files.ts';
import type { FaultPoints } from './ports/fault-points.ts';
import type { TargetDatabase } from './ports/target-database.ts';
import { Targets } from './ports/targets.ts';
import { TargetWorks } from './schema-migration/target-works.ts';

/** A database, and what its Target document says about it. */
export interface ConnectedTarget {
  readonly database: TargetDatabase;
  readonly isProtected: boolean;
}

/** Opens each target once and prepares it before anything else is asked of it. */
export class OpenTargets extends Targets {
  readonly #connect: (name: string) => Promise<ConnectedTarget>;
  readonly #faultPoints: FaultPoints;
  readonly #files: BackupFiles | null;
  readonly #open = new Map<string, Promise<TargetWorks>>();

  /** @param files where backups are kept on this machine; null where none are */
  constructor(
    connect: (name: string) => Promise<ConnectedTarget>,
    faultPoints: FaultPoints,
    files: BackupFiles | null = null,
  ) {
    super();
    this.#files = files;
    this.#connect = connect;
    this.#faultPoints = faultPoints;
  }

  async open(name: string): Promise<TargetWorks> {
    const present = this.#open.get(name);
    if (present !== undefined) return present;
    const opening = this.#prepare(name);
    this.#open.set(name, opening);
    // What could not be opened is tried anew at the next call.
    opening.catch(() => this.#open.delete(name));
    return opening;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    for (const result of opened) {
      if (result.status === 'fulfilled') await result.value.close();
    }
  }

  async #prepare(name: string): Promise<TargetWorks> {
    const { database, isProtected } = await this.#connect(name);
    const works = new TargetWorks(
      database,
      this.#faultPoints,
      this.#files,
      async (other) => (await this.open(other)).rehearsals,
    );
    try {
      await works.prepare(isProtected);
      return works;
    } catch (error) {
      await works.close();
      throw error;
    }
  }
}
