import type { SchemaMigration } from '../schema-migration.ts';
import type { Finding } from './finding.ts';

/** A question about the rows themselves that an operation wants answered before anything is created. */
export interface OperationCheck {
  /** Yields one row `{ found, examples }`: how many rows, or groups of rows, stand in the way. */
  readonly sql: string;
  /** What that many mean; never asked for 0. Examples show no whole value. */
  readonly finding: (found: number, examples: readonly string[]) => Finding;
  /** An expression of the author's is tried on every row, and may fail on one of them. */
  readonly isTrial?: true;
  /** Asked only where this one finds nothing. */
  readonly next?: readonly OperationCheck[];
}

/** The columns of the touched tables, before anything of a migration has been made. */
export interface StandingNow {
  readonly has: (table: string, column: string) => boolean;
  /** True for a column of the table that is there and stays what it is. */
  readonly stands: (table: string, column: string) => boolean;
}

/** Where an operation's columns stand. */
export interface Place extends StandingNow {
  readonly migration: SchemaMigration;
}
