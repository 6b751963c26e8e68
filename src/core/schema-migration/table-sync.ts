import type { ChangeStatement } from './change.ts';
import type { ColumnPair } from './column-pair.ts';
import type { Movement } from './movement.ts';

/**
 * Two tables that are kept in step from expand to contract by triggers on both: what a plan needs of
 * them, whatever moves between the two.
 */
export interface TableSync {
  readonly id: string;
  /** `absent` until the triggers are there. */
  readonly state: ColumnPair['state'];
  /** Reads no row; fails when an expression means nothing to the server. */
  readonly compile: readonly string[];
  /** Functions, each CREATE OR REPLACE. */
  readonly functions: readonly string[];
  readonly dropFunctions: readonly string[];
  /** Triggers on both tables. */
  readonly triggers: readonly ChangeStatement[];
  readonly dropTriggers: readonly string[];
  /** Expressions whose round trip is tried before anything is created. */
  readonly conversions: readonly ColumnPair[];
  readonly movement: Movement;
}
