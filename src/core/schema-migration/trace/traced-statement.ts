import type { LockLevel } from '../change.ts';

/** What a statement really did, as the server showed it. */
export interface TracedStatement {
  /**
   * Locks on tables that were there before, which were held when it ended; null for one that runs outside
   * of transactions, whose locks are gone by then.
   */
  readonly locks: readonly TracedLock[] | null;
  /** Tables whose rows were written anew. */
  readonly rewritten: readonly string[];
  /** Tables of which an index was built, or built anew. */
  readonly indexed: readonly string[];
  /** Tables of which all rows were read; there must be rows for that to show. */
  readonly read: readonly string[];
  /** Tables of which all rows were changed or deleted. */
  readonly changed: readonly string[];
  /** What the server said against it; nothing is known of what stands behind it. */
  readonly fault: string | null;
}

export interface TracedLock {
  readonly table: string;
  readonly level: LockLevel;
}
