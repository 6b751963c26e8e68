import pg from 'pg';
import type { DatabaseError, Pool, PoolClient } from 'pg';
import { CrossfadeError } from '../../core/errors.ts';
import type { Catalog } from '../../core/schema-migration/catalog.ts';
import { quoteExisting } from '../../core/schema-migration/identifier.ts';
import { ownDdl } from '../../core/schema-migration/guard/guard-schema.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { TargetDatabase, TargetSqlError } from '../../engine/ports/target-database.ts';
import type { BulkSession, TargetSession } from '../../engine/ports/target-database.ts';
import { withBulkSession } from './bulk-session.ts';
import type { TargetFacts } from '../../core/schema-migration/preflight/target-facts.ts';
import { readTargetFacts } from './facts/read-target-facts.ts';
import { preparedOn } from './prepared-on.ts';
import { readCatalog } from './read-catalog.ts';

/** No statement of ours takes so long: batches, chunks and DDL are all kept short. Milliseconds. */
const queryTimeoutMs = 30_000;

/** Opens a PostgreSQL target (14 or newer). Nothing connects before the first call. */
export function openTargetPostgres(url: string): TargetDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'crossfade',
    max: 4,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // A target that no longer answers is an error like any other, not a wait without end.
    query_timeout: queryTimeoutMs,
    // A worker that stops in the middle of a transaction must not hold its locks for ever.
    idle_in_transaction_session_timeout: 10_000,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it ends the process.
  pool.on('error', () => undefined);
  return new TargetPostgres(pool, url);
}

class TargetPostgres extends TargetDatabase {
  readonly #pool: Pool;
  readonly #url: string;

  constructor(pool: Pool, url: string) {
    super();
    this.#pool = pool;
    this.#url = url;
  }

  override async query<Row extends object>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    return translated(async () => {
      const ask = () => this.#pool.query<Row>(sql, [...values]);
      return (await letIn(this.#url, ask)).rows;
    });
  }

  override async transaction<T>(work: (session: TargetSession) => Promise<T>): Promise<T> {
    const client = await translated(() => letIn(this.#url, () => this.#pool.connect()));
    // The pool stops listening while a connection is lent out.
    const broken = (): void => undefined;
    client.on('error', broken);
    let usable = false;
    try {
      await translated(() => client.query(`BEGIN; SET LOCAL ${ownDdl} = 'on'`));
      const result = await work(sessionOf(client));
      await translated(() => client.query('COMMIT'));
      usable = true;
      return result;
    } catch (fault) {
      usable = await client.query('ROLLBACK').then(
        () => true,
        () => false,
      );
      throw fault;
    } finally {
      client.off('error', broken);
      client.release(!usable);
    }
  }

  override catalog(migration: SchemaMigration): Promise<Catalog> {
    return this.transaction((session) => session.catalog(migration));
  }

  override facts(migration: SchemaMigration | null, role: string | null): Promise<TargetFacts> {
    return this.transaction((session) => readTargetFacts(session, migration, role));
  }

  override bulk<T>(
    work: (session: BulkSession) => Promise<T>,
    signal: AbortSignal,
    name?: string,
  ): Promise<T> {
    return withBulkSession(this.#url, work, { signal, name, translated });
  }

  override close(): Promise<void> {
    return this.#pool.end();
  }
}

function sessionOf(client: PoolClient): TargetSession {
  const session: TargetSession = {
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      translated(async () => (await client.query<Row>(sql, [...values])).rows),
    catalog: (migration) => readCatalog(session, preparedOn(client, translated), migration),
  };
  return session;
}

/** The server's refusals keep their SQLSTATE; all else means that it cannot be reached. */
async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (fault) {
    if (fault instanceof CrossfadeError) throw fault;
    if (fault instanceof pg.DatabaseError && fault.code !== undefined && !isOutage(fault.code)) {
      throw new TargetSqlError(fault.message, fault.code, fault, fault.detail);
    }
    const message = fault instanceof Error ? fault.message : String(fault);
    throw new CrossfadeError('unavailable', `The target database cannot be reached: ${message}`, {
      cause: fault,
    });
  }
}

/** Only a connection is refused with FATAL; a statement never is. */
function isNotLetIn({ code, severity }: DatabaseError): boolean {
  return code === '42501' && severity === 'FATAL';
}

/** Names the role that the address holds; libpq's variables may hold it as well. */
async function letIn<T>(url: string, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (fault) {
    if (!(fault instanceof pg.DatabaseError) || !isNotLetIn(fault)) throw fault;
    const { user = '', database = '' } = new pg.Client({ connectionString: url });
    const [role, name] = [user, database].map(quoteExisting);
    const message = `Role ${user} may not connect to ${database}. Mend it by: GRANT CONNECT ON DATABASE ${name} TO ${role};`;
    throw new CrossfadeError('refused', message, { cause: fault });
  }
}

/** Connection lost, too many connections, shutting down, starting up, no such login right now. */
function isOutage(sqlState: string): boolean {
  return /^(08|53300|57P0|28)/.test(sqlState);
}
