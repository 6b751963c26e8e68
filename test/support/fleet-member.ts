import { initialRoute } from '../../src/core/rollout/wanted-route.ts';
import type { FleetMember } from '../../src/engine/ports/fleet-reader.ts';
import { examplePolicy } from './example-policy.ts';

/** A rollout that goes back, as the fleet is read. */
export const rollingBack: FleetMember = {
  project: 'identity',
  rollout: {
    id: 'users-2',
    policy: 'users',
    attempt: 2,
    phase: 'rolling_back',
    step: {
      index: 4,
      enteredAt: 60_000,
      settledAt: null,
      sinceRevision: null,
      extended: false,
      gatePassedAt: null,
    },
    hold: { code: 'guard:errors', reason: 'not yet', since: 70_000 },
    stop: null,
    route: { spec: initialRoute(examplePolicy), version: 1, enable: false },
    rollback: {
      cause: 'errors 10%',
      by: 'crossfade',
      requestedAt: 91_000,
      flagSetAt: null,
      revision: null,
      convergedAt: null,
      drainedAt: null,
      verifiedAt: null,
    },
    startedAt: 1_000,
    endedAt: null,
  },
  steps: 11,
  current: { kind: 'share', percent: 25, bakeMs: 1_000, require: 'proven', patienceMs: 1_000 },
  routed: true,
  figures: {
    exposure: { wanted: 0, set: 25, acknowledged: 25, peak: 25 },
    instances: { confirmed: 3, behind: 1 },
    guards: [],
  },
  lastDecision: { action: 'rollback', reason: 'errors 10%', at: 91_000 },
  target: {
    at: 95_000,
    isReadable: false,
    parity: { at: 95_000, rows: 2, roundEndedAt: 80_000, note: '' },
    backfills: [],
  },
};
