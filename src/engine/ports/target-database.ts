import type { Catalog } from '../../core/schema-migration/catalog.ts';
import type { TargetFacts } from '../../core/schema-migration/preflight/target-facts.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';

/** One connection inside one transaction. */
export interface TargetSession {
  /** Runs one statement; `bigint` values come as texts. Throws `TargetSqlError` when it fails. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;

  /** What `plan` must know for this migration, as this transaction sees it. Changes its search path. */
  catalog(migration: SchemaMigration): Promise<Catalog>;
}

/** The server refused a statement. */
export class TargetSqlError extends Error {
  /** Five characters, for example `55P03` for a lock that was not to be had in time. */
  readonly sqlState: string;

  constructor(message: string, sqlState: string, cause: unknown) {
    super(message, { cause });
    this.name = 'TargetSqlError';
    this.sqlState = sqlState;
  }
}

/**
 * A database that schema migrations run on.
 * Every method throws `TargetSqlError` when the server refuses, and `CrossfadeError` with code
 * `unavailable` when it cannot be reached or the connection breaks.
 */
export abstract class TargetDatabase {
  /** One statement in a transaction of its own. */
  abstract query<Row extends object>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<readonly Row[]>;

  /** Commits when `work` resolves, rolls back when it throws. */
  abstract transaction<T>(work: (session: TargetSession) => Promise<T>): Promise<T>;

  /** What `plan` must know for this migration. */
  abstract catalog(migration: SchemaMigration): Promise<Catalog>;

  /**
   * What preflight and grants judge: of the server alone when there is no migration.
   * @param role the role that is asked about; null for the one that is connected
   */
  abstract facts(migration: SchemaMigration | null, role: string | null): Promise<TargetFacts>;

  abstract close(): Promise<void>;
}
