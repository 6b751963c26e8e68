import type { Policy } from '../policy/policy.ts';
import type { Rollout } from './rollout.ts';
import { enterStep } from './step-moves.ts';
import { firstVersion, initialRoute } from './wanted-route.ts';

/**
 * A new attempt at carrying out a policy. `attempt` counts from 1, `now` is in epoch milliseconds,
 * `evidenceSince` is the revision at which an earlier attempt left the flag.
 */
export function createRollout(
  policy: Policy,
  id: string,
  attempt: number,
  now: number,
  evidenceSince = 0,
): Rollout {
  return {
    id,
    policy: policy.name,
    policyRevision: policy.revision,
    attempt,
    phase: 'pending',
    step: enterStep(0, now),
    // A person started this attempt, so a flag that was switched off before may be switched on.
    route: { spec: initialRoute(policy), version: firstVersion(attempt), enable: true },
    hold: null,
    stop: null,
    rollback: null,
    confirmedBy: null,
    evidenceSince,
    // Whoever starts it has answered what people did to the flag before.
    overrideRevision: evidenceSince === 0 ? null : evidenceSince,
    firstExposureAt: null,
    exposurePeak: 0,
    startedAt: now,
    endedAt: null,
  };
}
