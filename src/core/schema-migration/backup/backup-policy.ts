/** What a policy says about the backup of the tables that its schema migration touches. */
export interface BackupPolicy {
  /** `files`: on the machine of the server; `target`: in a schema of the target itself. */
  readonly to: 'files' | 'target';
  /** Whether it is restored and compared before expand. */
  readonly verify: boolean;
  /** How long it is kept at the least, in milliseconds; never shorter than its rollout lives. */
  readonly keepForMs: number;
  /** A larger one holds. Bytes. */
  readonly atMostBytes: number;
}

/** What a backup takes, by the sizes of the tables in the database. Bytes. */
export interface BackupNeeds {
  /** Of the backup itself. */
  readonly size: number;
  /** That it adds to the target's disk, for as long as it is kept or verified. */
  readonly onTarget: number;
  /** That it adds to the server's disk. */
  readonly onServer: number;
}

const none: BackupNeeds = { size: 0, onTarget: 0, onServer: 0 };

/** Restored tables stand in the target one at a time, and only for as long as they are compared. */
export function backupNeeds(
  tables: readonly { readonly bytes: number }[],
  backup: BackupPolicy | null,
): BackupNeeds {
  if (backup === null) return none;
  const size = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  if (backup.to === 'target') return { size, onTarget: size, onServer: 0 };
  const largest = Math.max(0, ...tables.map(({ bytes }) => bytes));
  return { size, onTarget: backup.verify ? largest : 0, onServer: size };
}

/** True when restoring it takes temporary tables. */
export function needsScratch(backup: BackupPolicy | null): boolean {
  return backup?.to === 'files' && backup.verify;
}
