import type { Measurement } from '../../src/core/judge/measurement.ts';
import type { Look } from '../../src/cli/views/words.ts';
import type { DecisionView, RolloutView } from '../../src/core/protocol/rollout-view.ts';

/** 2026-11-20 03:16:20 UTC. */
export const now = Date.UTC(2026, 10, 20, 3, 16, 20);

export function measurementWith(changes: Partial<Measurement> = {}): Measurement {
  return {
    guard: 'errors',
    kind: 'compare',
    verdict: 'pass',
    reason: 'not worse at 20 to 1',
    canary: 0.0011,
    baseline: 0.001,
    limit: 0.0016,
    unit: 'ratio',
    samples: { canary: 4000, baseline: 36_000, units: 31 },
    logHarm: -1,
    logNotWorse: 3,
    newestAt: now - 500,
    ...changes,
  };
}

/** A healthy rollout at 10 %. */
export function viewWith(changes: Partial<RolloutView> = {}): RolloutView {
  return {
    id: 'r-1',
    policy: 'users-birthdate',
    project: 'default',
    policyRevision: '3f2c1a000000',
    attempt: 1,
    phase: 'running',
    stepIndex: 3,
    steps: ['expand', 'backfill', 'verify', 'share 10%', 'share 100%', 'contract'].map((name) => ({
      name,
      kind: name.split(' ')[0] ?? name,
    })),
    stepEnteredAt: now - 600_000,
    stepSettledAt: now - 599_000,
    waitingFor: null,
    hold: null,
    stop: null,
    rollback: null,
    quarantined: [],
    exposure: { wanted: 10, set: 10, acknowledged: 10, peak: 10 },
    flag: {
      name: 'users-birthdate',
      enabled: true,
      revision: 4,
      changedBy: 'crossfade',
      changedAt: now - 600_000,
    },
    services: [{ name: 'users-api', atLeast: 4, confirmed: 4 }],
    instances: [],
    guards: [measurementWith()],
    jobs: [],
    history: { seconds: 7200, units: 300 },
    can: ['rollback', 'pause'],
    reversible: true,
    lossy: [],
    startedAt: now - 3_600_000,
    endedAt: null,
    now,
    ...changes,
  };
}

export function decisionWith(changes: Partial<DecisionView> = {}): DecisionView {
  return {
    seq: 1,
    at: now - 135_000,
    action: 'hold',
    from: 'running',
    to: 'running',
    step: 'share 10%',
    reason: 'no counts from users-api since 03:02:04',
    by: 'crossfade',
    guards: [],
    ...changes,
  };
}

/** Without colours, in UTC. */
export const look: Look = { paint: (_, text) => text, timeZone: 'UTC' };

export function lines(text: string): string[] {
  return text.trimEnd().split('\n');
}
