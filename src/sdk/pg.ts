import type { ClientBase, Pool, PoolClient } from 'pg';
import { versionSchemas } from '../core/protocol/version-schemas.ts';
import type { RouteRow, Side } from '../core/protocol/route.ts';
import type { Crossfade, Savepoint } from './crossfade.ts';
import { readRouteRow } from './route-row-query.ts';
import { savepointBy } from './savepoint.ts';
import { isShadow } from './shadow-scope.ts';

/**
 * The name of a table as one version of a migration has it, quoted, to be written into SQL:
 * `viewOf('users-birthdate', 'new', 'users')` is `"users_birthdate_new"."users"`. `schema` names the
 * version's schema where a SchemaMigration does.
 */
export function viewOf(migration: string, side: Side, table: string, schema?: string): string {
  const [old, fresh] = versionSchemas(migration);
  return `${quoted(schema ?? (side === 'new' ? fresh : old))}.${quoted(table)}`;
}

/** Reads the row of `crossfade.route`, the second path, for the option `routeRow`. */
export function routeRowBy(
  pool: Pick<Pool, 'query'>,
): (migration: string) => Promise<RouteRow | null> {
  return readRouteRow(async (text, values) => (await pool.query(text, [...values])).rows);
}

/** Lets a pure read fall back within the transaction of `client`; for `read({ savepoint })`. */
export function savepoint(client: Pick<ClientBase, 'query'>): Savepoint {
  return savepointBy((text) => client.query(text));
}

/**
 * Runs `work` in a transaction of its own, marked for Crossfade: one side from begin to end. Commits
 * when it resolves, rolls back when it rejects.
 */
export async function inTransaction<T>(
  crossfade: Crossfade,
  pool: Pick<Pool, 'connect'>,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return crossfade.transaction(async () => {
    const client = await pool.connect();
    let broken: Error | undefined;
    const breaks = (fault: Error): void => {
      broken = fault;
    };
    // The pool listens to idle connections only: a line that breaks now would end the process.
    client.on('error', breaks);
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(breaks);
      throw error;
    } finally {
      client.off('error', breaks);
      // A connection that could not roll back is of no use to anybody.
      client.release(broken);
    }
  });
}

/**
 * One pool for the application's queries, with `shadow` behind it for reads that only compare. Two or
 * three connections are enough for `shadow`; it may stand on a replica that is never behind.
 */
export function withShadowPool(
  pool: Pick<Pool, 'query' | 'connect'>,
  shadow: Pick<Pool, 'query' | 'connect'>,
): Pick<Pool, 'query' | 'connect'> {
  const chosen = (): Pick<Pool, 'query' | 'connect'> => (isShadow() ? shadow : pool);
  return {
    get query() {
      const at = chosen();
      return at.query.bind(at) as Pool['query'];
    },
    get connect() {
      const at = chosen();
      return at.connect.bind(at) as Pool['connect'];
    },
  };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
