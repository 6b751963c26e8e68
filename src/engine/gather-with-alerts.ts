import { rulesOf } from '../core/alerts/alert-rule.ts';
import type { Policy } from '../core/policy/policy.ts';
import { isTerminal } from '../core/rollout/phase.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import type { Gathered, ObservationStore } from './ports/observation-store.ts';

/** All that is known of a rollout, with the alerts that may concern it for as long as it lives. */
export async function gatherWithAlerts(
  observations: ObservationStore,
  rollout: Rollout,
  policy: Policy,
): Promise<Gathered> {
  const [gathered, alerts] = await Promise.all([
    observations.gather(rollout, policy.flag.name),
    isTerminal(rollout.phase) ? [] : observations.alerts.firing(rulesOf(policy)),
  ]);
  return { ...gathered, alerts };
}
