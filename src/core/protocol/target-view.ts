import type { BackupPolicy } from '../schema-migration/backup/backup-policy.ts';
import type { Finding } from '../schema-migration/preflight/finding.ts';
import type { Prediction } from '../schema-migration/prediction/prediction.ts';
import type { PlannedStatement } from '../schema-migration/planned-statement.ts';
import type { Grant } from '../schema-migration/preflight/grants.ts';

/** `crossfade target grants NAME`: every right that the role needs on the target. */
export interface GrantsView {
  readonly target: string;
  readonly role: string;
  readonly grants: readonly Grant[];
}

/** A table that a schema migration touches. Sizes are bytes; `rows` is the planner's estimate. */
export interface CheckedTable {
  readonly name: string;
  readonly rows: number | null;
  readonly bytes: number;
  readonly indexBytes: number;
}

/** What a schema migration would run into on a target as it is now. */
export interface MigrationCheck {
  /** Null where none is known for the target: then it is about the target alone. */
  readonly migration: string | null;
  readonly tables: readonly CheckedTable[];
  /** What is saved before it begins, with the bytes that takes about; null where nothing is. */
  readonly backup: (BackupPolicy & { readonly bytes: number }) | null;
  /** Bytes that it may add to the database, at most. */
  readonly growth: number;
  /** The gravest first. */
  readonly findings: readonly Finding[];
}

/** What a schema migration out of a file would do on a target as it is now. */
export interface PlannedOnTarget extends MigrationCheck {
  readonly migration: string;
  /** Null where Crossfade's role may not read what it noted there: then it cannot be planned for it. */
  readonly statements: readonly PlannedStatement[] | null;
  /** Null where there are none. */
  readonly prediction: TargetPrediction | null;
  /** What became of statements that services list, in words; absent where none list any. */
  readonly tried?: string;
}

/** The same with the line, from 1, of the operation that a finding is about; null where it is about none. */
export interface FoundPlan extends Omit<PlannedOnTarget, 'findings'> {
  readonly findings: readonly (Finding & { readonly line: number | null })[];
}

/** What the statements would take there. */
export interface TargetPrediction extends Prediction {
  /** Of the rehearsal that it goes by; null where it goes by none. `age` in seconds. */
  readonly rehearsal: { readonly rows: number; readonly age: number } | null;
  /** How many replicas follow the target. */
  readonly replicas: number;
  /** Free bytes where the tables lie; null where the target does not say it. */
  readonly free: number | null;
}

/** `crossfade target check NAME`. */
export interface TargetCheckView {
  readonly target: string;
  /** Such as `18.4`. */
  readonly version: string;
  readonly role: string;
  readonly checks: readonly MigrationCheck[];
}
