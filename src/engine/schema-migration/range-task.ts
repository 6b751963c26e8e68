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
}

/** Rows of a slice that is written: about a second of work, so that all workers end at about the same time. */
export const WRITTEN_SLICE_ROWS = 50_000;

/** What is done to each range, inside the transaction that saves the cursor. */
export interface RangeTask {
  /** The end of a `verify` tells how many rows differ. */
  readonly kind: 'backfill' | 'verify' | 'restore';
  /** Rows of a slice, and of a batch at the most. */
  readonly sliceRows: number;
  /** A batch has no fewer rows than these, unless fewer are left. */
  readonly smallest: number;
  /** By how much a batch may take longer than one that locks rows. */
  readonly stretch: number;
  /** What its transactions run under, beside the settings of the expressions. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the movements are resolved against, where that is not what the target shows. */
  catalog?(job: ClaimedJob, seen: Catalog): Promise<Catalog>;
  /** What is left to do when all rows have been walked; null when nothing is. */
  rest?(turn: Turn): Promise<TurnEnd | null>;
  /**
   * Does all rows by one statement. Returns the rows whose two shapes differ.
   * @throws TargetSqlError when an expression fails for one of them
   */
  work(
    session: TargetSession,
    movement: Movement,
    range: KeyRange,
  ): Promise<readonly DifferingRow[]>;
  /** The same row by row, when `work` has tripped over one of them; absent where that ends the job. */
  workCarefully?(
    session: TargetSession,
    movement: Movement,
    range: KeyRange,
  ): Promise<readonly DifferingRow[]>;
}
