import type { RouteRow } from '../core/protocol/route.ts';

type Run = (text: string, values: readonly unknown[]) => Promise<readonly unknown[]>;

interface StoredRow {
  readonly revision: string;
  readonly kill: boolean;
  readonly safe_side: 'old' | 'new';
}

/**
 * Reads the second path of a migration; null while there is none. The table comes with the first
 * expand, and a query for a table that is not there would write an error into the server's log.
 */
export function readRouteRow(run: Run): (migration: string) => Promise<RouteRow | null> {
  let isThere = false;
  return async (migration) => {
    if (!isThere) {
      const [asked] = await run(`select to_regclass('crossfade.route') is not null as found`, []);
      isThere = (asked as { readonly found: boolean }).found;
    }
    if (!isThere) return null;
    const text = 'select revision, kill, safe_side from crossfade.route where migration = $1';
    const [row] = (await run(text, [migration])) as readonly StoredRow[];
    if (row === undefined) return null;
    return { migration, revision: Number(row.revision), kill: row.kill, safeSide: row.safe_side };
  };
}
