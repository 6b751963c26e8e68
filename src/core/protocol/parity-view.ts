import type { DifferingRow } from '../schema-migration/differing-row.ts';
import type { KeptRow } from '../schema-migration/kept-row.ts';

/** One check of parity that a person asked for. Times in epoch milliseconds. */
export interface ParityView {
  readonly rollout: string;
  /** For the calls that wait for the end. */
  readonly generation: number;
  /** Whose rows it is about; null: all rows. */
  readonly unit: string | null;
  readonly state: 'working' | 'done' | 'failed';
  /** Rows compared, and, where known, rows in all. */
  readonly compared: number;
  readonly total: number | null;
  /** Rows whose two shapes differ, in two readings; null until it has ended. */
  readonly differences: number | null;
  /** The first of them, without their values. */
  readonly differing: readonly DifferingRow[];
  /** Rows of the migration that could not be converted, whenever that was found. */
  readonly quarantined: number;
  /** The first of those, without their values; absent from a server that does not list them. */
  readonly kept?: readonly KeptRow[];
  /** What was not compared, since no column there holds the unit. */
  readonly leftOut: readonly string[];
  readonly by: string;
  readonly askedAt: number;
  /** Null until it has ended. */
  readonly endedAt: number | null;
  /** Why it waits or failed. */
  readonly reason: string | null;
}
