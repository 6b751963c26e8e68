/** What stands between a contract and its restore. Times are of the target's own clock. */
export interface RestoreQuestion {
  readonly migration: string;
  /** Null when no contract is known on this target. */
  readonly contract: {
    readonly isOver: boolean;
    /** `2026-12-05`; null where nothing was said. */
    readonly keepUntil: string | null;
    readonly isRestored: boolean;
    /** `2026-12-05`, when a cleanup took the first of it away for good; null where none did. */
    readonly removedOn: string | null;
  } | null;
  /** The first schema migration that changed one of the tables since. */
  readonly later: {
    readonly migration: string;
    readonly table: string;
    readonly on: string;
  } | null;
}

/** Why the old shape cannot be brought back; null when it can. */
export function restoreRefusal({ migration, contract, later }: RestoreQuestion): string | null {
  if (contract === null) {
    return `${migration} has taken nothing away on this target, so there is nothing to bring back`;
  }
  if (contract.isRestored) return null;
  if (contract.removedOn !== null) {
    return (
      `what ${migration} took away was removed for good on ${contract.removedOn} by a cleanup: ` +
      'a backup is the way back from here'
    );
  }
  if (contract.isOver) {
    return (
      `what ${migration} took away was kept until ${contract.keepUntil ?? 'then'}, and no longer: ` +
      'a backup is the way back from here'
    );
  }
  if (later === null) return null;
  return (
    `${later.migration} has changed ${later.table} on ${later.on}, after ${migration} took the old ` +
    'shape away: bring that one back first'
  );
}
