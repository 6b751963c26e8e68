import type { Rollback, Rollout } from '../rollout/rollout.ts';
import type { Action } from '../rollout/transitions.ts';

/** What of all rollouts is asked for. */
export const fleetFilters = ['all', 'attention', 'moving', 'over'] as const;

export type FleetFilter = (typeof fleetFilters)[number];

/** One rollout in the list, as its newest tick left it. Times are epoch milliseconds. */
export interface FleetRow extends Pick<
  Rollout,
  'id' | 'policy' | 'attempt' | 'phase' | 'hold' | 'stop' | 'startedAt' | 'endedAt'
> {
  readonly project: string;
  /** From 0. */
  readonly stepIndex: number;
  readonly stepName: string;
  readonly steps: number;
  readonly stepEnteredAt: number;
  readonly rollback: Pick<Rollback, 'cause' | 'by'> | null;
  /** In percent; null where nobody is routed, and before the first tick. */
  readonly exposure: { readonly wanted: number; readonly acknowledged: number } | null;
  readonly lastDecision: {
    readonly action: Action;
    readonly reason: string;
    readonly at: number;
  } | null;
}

/** What `GET /api/v1/fleet` answers: those that want a person first, of each kind the newest first. */
export interface FleetPage {
  readonly rows: readonly FleetRow[];
  /** How many there are of each kind, whatever was searched for. */
  readonly counts: Readonly<Record<FleetFilter, number>>;
  /** How many fit filter and search, on whatever page. */
  readonly found: number;
  /** Rollouts that ended long ago, or are too many: they are looked up by their names. */
  readonly leftOut: number;
  /** The server's clock when this was read. */
  readonly now: number;
}
