import type { DataSource } from 'typeorm';
import type { ObservedInstance } from '../../core/rollout/observations.ts';
import { observedClient } from '../../core/rollout/plain-client.ts';
import { servedRoute, type FlagRow } from './flag-row.ts';

interface Row {
  readonly app: string;
  readonly instance: string;
  readonly revision: string | null;
  readonly interval_ms: string | null;
  readonly heard_ms: string | null;
  readonly seen_at: string;
  readonly asked_at: string;
  readonly since: string;
  readonly flag: FlagRow;
}

/** Plain clients of the flag service that have asked for the flag of a migration. */
export async function plainClients(
  source: DataSource,
  migration: string,
  flag: string,
): Promise<readonly ObservedInstance[]> {
  const rows: Row[] = await source.query(selectClients, [migration, flag]);
  return rows.map((row) => {
    const { revision, safeSide } = servedRoute(row.flag);
    const client = {
      service: row.app,
      instance: row.instance,
      held: row.revision === null ? null : Number(row.revision),
      askedAt: Number(row.asked_at),
      intervalMs: row.interval_ms === null ? null : Number(row.interval_ms),
      heardMs: row.heard_ms === null ? null : Number(row.heard_ms),
      lastSeenAt: Number(row.seen_at),
    };
    const changedAt = Number(row.flag.changed_at);
    return observedClient(client, { revision, safeSide, changedAt, since: Number(row.since) });
  });
}

/** In whatever environment: a route is the same in all of them. */
const selectClients = `SELECT c.app, c.instance, c.revision, c.interval_ms, c.heard_ms, c.seen_at,
    (c.asked ->> $1)::bigint AS asked_at, f.revision AS since, to_jsonb(r) AS flag
  FROM crossfade_state.flag_client c
  JOIN crossfade_state.flag r ON r.name = $2
  JOIN crossfade_state.flag_change f ON f.kind = 'route' AND f.name = r.name
  WHERE jsonb_exists(c.asked, $1)
  ORDER BY c.app, c.instance, c.environment`;
