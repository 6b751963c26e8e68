import type { RouteRow } from '@crossfade/sdk';
import type pg from 'pg';

/** The second path: what stands in the service's own database when Crossfade cannot be reached. */
export function routeRowFrom(pool: pg.Pool): (migration: string) => Promise<RouteRow | null> {
  return async (migration) => {
    const { rows } = await pool.query<RouteRow>(
      `SELECT migration, revision::int, kill, safe_side AS "safeSide"
         FROM crossfade.route WHERE migration = $1`,
      [migration],
    );
    return rows[0] ?? null;
  };
}
