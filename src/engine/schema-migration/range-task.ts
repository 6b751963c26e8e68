import type { BatchLimits } from '../../core/schema-migration/batch-size.ts';
import type { Catalog } from '../../core/schema-migration/catalog.ts';
import type { DifferingRow } from '../../core/schema-migration/differing-row.ts';
import type { Movement } from '../../core/schema-migration/movement.ts';
import type { TargetSession } from '../ports/target-database.ts';
import type { Turn, TurnEnd } from './job-run.ts';
import type { ClaimedJob } from './job-store.ts';

/** A range of a table's key: above `from` (null: from the start), up to and with `to`. */
export interface KeyRange {
  readonly from: readonly string[] | null;
  readonly to: readonly string[];
  /** How many rows it held when its end was looked up. */
  readonly rows: number;
  /** Whether they were counted; else it is what is left of a slice, whose rows may only be reckoned. */
  readonly isCounted: boolean;
}

/** What came of a range. */
export interface Worked {
  /** The rows whose two shapes differ. */
  readonly differing: readonly DifferingRow[];
  /** How many rows it met, where it has counted them itself. */
  readonly rows?: number;
  /** Where its time was up before the end of the range: the last key done, and how many rows it did. */
  readonly stopped?: { readonly key: readonly string[]; readonly rows: number };
}

/** What a batch may take. */
export interface BatchTerms {
  /** True when it has had its time; who goes through a range part by part may stop then. */
  readonly isLate: () => boolean;
  /** Whether it may take more than one processor. */
  readonly isUnrestrained: boolean;
}

/** A batch and its cursor are lost together, if ever, and done again: no need to wait for the disk. */
export const UNHURRIED = { synchronous_commit: 'off' };

/** Where nothing is looked for. */
export const DONE: Worked = { differing: [] };

/** What is done to each range, inside the transaction that saves the cursor. */
export interface RangeTask {
  /** The end of a `verify` tells how many rows differ. */
  readonly kind: 'backfill' | 'verify' | 'restore';
  /** Rows of a slice, and of a batch at the most. */
  readonly sliceRows: number;
  /** Whether it counts rows itself where they have only been reckoned. */
  readonly counts: boolean;
  readonly limits: BatchLimits;
  /** By how much a batch may take longer than one that locks rows. */
  readonly stretch: number;
  /** What its transactions run under, beside the settings of the expressions. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the movements are resolved against, where that is not what the target shows. */
  catalog?(job: ClaimedJob, seen: Catalog): Promise<Catalog>;
  /**
   * What is left to do when all rows have been walked; null when nothing is.
   * @param catalog as the turn has it, some seconds old at the most
   */
  rest?(turn: Turn, catalog: Catalog): Promise<TurnEnd | null>;
  /**
   * Does all rows by one statement.
   * @throws TargetSqlError when an expression fails for one of them
   */
  work(
    session: TargetSession,
    movement: Movement,
    range: KeyRange,
    terms: BatchTerms,
  ): Promise<Worked>;
  /** The same row by row, when `work` has tripped over one of them; absent where that ends the job. */
  workCarefully?: RangeTask['work'];
}
