import type { RouteRow } from '@crossfade/sdk';
import type pg from 'pg';

/**
 * The second path: what stands in the service's own database when Crossfade cannot be reached. The
 * table comes with the first expand; a query for it before that would be an error in the server's log
 * at every heartbeat.
 */
export function routeRowFrom(pool: pg.Pool): (migration: string) => Promise<RouteRow | null> {
  let exists = false;
  return async (migration) => {
    exists ||= await hasRoutes(pool);
    if (!exists) return null;
    const { rows } = await pool.query<RouteRow>(
      `SELECT migration, revision::int, kill, safe_side AS "safeSide"
         FROM crossfade.route WHERE migration = $1`,
      [migration],
    );
    return rows[0] ?? null;
  };
}

async function hasRoutes(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ exists: boolean }>(
    `SELECT to_regclass('crossfade.route') IS NOT NULL AS exists`,
  );
  return rows[0]?.exists === true;
}
