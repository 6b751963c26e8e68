import type { FleetRow } from '../../src/core/protocol/fleet-page.ts';

/** A rollout that moves, as a row of the list. */
export function fleetRow(policy: string, rest: Partial<FleetRow> = {}): FleetRow {
  return {
    id: `${policy}-1`,
    policy,
    project: 'default',
    attempt: 1,
    phase: 'running',
    hold: null,
    stop: null,
    rollback: null,
    startedAt: 1,
    endedAt: null,
    stepIndex: 3,
    stepName: 'share 10%',
    steps: 6,
    stepEnteredAt: 1,
    exposure: { wanted: 10, acknowledged: 10 },
    lastDecision: null,
    ...rest,
  };
}
