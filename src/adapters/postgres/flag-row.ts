import type { Route, RouteSpec } from '../../core/protocol/route.ts';
import type { ObservedFlag } from '../../engine/ports/flag-provider.ts';

/** A row of `crossfade_state.flag` as the driver hands it over. */
export interface FlagRow {
  readonly name: string;
  readonly provider: string;
  readonly spec: RouteSpec;
  readonly version: string;
  readonly edited: boolean;
  readonly enabled: boolean;
  readonly revision: string;
  readonly changed_by: string;
  readonly changed_at: string;
  /** Served instead of `spec` until the flag system shows that it has been told. */
  readonly lowered: RouteSpec | null;
}

export function observedFlag(row: FlagRow): ObservedFlag {
  return {
    name: row.name,
    route: { ...row.spec, revision: Number(row.revision), enabled: row.enabled },
    version: row.edited ? null : Number(row.version),
    changedBy: row.changed_by,
    changedAt: Number(row.changed_at),
  };
}

/** The route that instances and clients are served: a rollback counts before the flag system knows. */
export function servedRoute(row: FlagRow): Route {
  const { route } = observedFlag(row);
  const { revision, enabled } = route;
  return row.lowered === null ? route : { ...row.lowered, revision, enabled };
}
