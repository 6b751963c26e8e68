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

/** One connection for work that takes as long as it takes. */
export interface BulkSession extends TargetSession {
  /** What a `COPY … TO STDOUT` yields. To be read to its end before anything else is asked. */
  copyOut(sql: string): AsyncIterable<Uint8Array>;

  /** Feeds a `COPY … FROM STDIN`. A fault of `chunks` comes through as it is. */
  copyIn(sql: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
}

/** The server refused a statement. */
export class TargetSqlError extends Error {
  /** Five characters, for example `55P03` for a lock that was not to be had in time. */
  readonly sqlState: string;
  /** What the server adds to it; may hold values of rows. */
  readonly detail: string | null;

  constructor(message: string, sqlState: string, cause: unknown, detail: string | null = null) {
    super(message, { cause });
    this.name = 'TargetSqlError';
    this.sqlState = sqlState;
    this.detail = detail;
  }

  /** A statement that its limit of time, or somebody, has ended. */
  get isCancelled(): boolean {
    return this.sqlState === '57014';
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

  /**
   * A connection without limits of time, outside of a transaction until `work` begins one. It breaks
   * when `signal` aborts, and is closed when `work` ends.
   * @param name what the server knows it by (`application_name`), so that others can find it, watch it
   * and end it; a statement that has begun then goes on when this process dies
   */
  abstract bulk<T>(
    work: (session: BulkSession) => Promise<T>,
    signal: AbortSignal,
    name?: string,
  ): Promise<T>;

  abstract close(): Promise<void>;
}
