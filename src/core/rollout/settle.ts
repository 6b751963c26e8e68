import { isRouted } from '../policy/policy.ts';
import type { Context } from './context.ts';
import { everyServiceRuns, slowestPoll } from './arrival.ts';
import { drillSince } from './drill.ts';
import { type Gate, hold, waiting } from './gate.ts';
import { quarantinedSince } from './quarantine.ts';

/** How long a change may take to arrive, beyond the polls of plain clients, before waiting is worth a record. Milliseconds. */
const graceMs = 5_000;

/** What keeps the step's route from being everywhere, or null when it is. */
export function unsettled(context: Context): Gate | null {
  const { rollout, observations, policy, now } = context;
  if (!isRouted(policy)) return null;
  const { gatePassedAt, enteredAt } = rollout.step;
  const since = Math.max(gatePassedAt ?? enteredAt, quarantinedSince(rollout), drillSince(rollout));
  const late = now - since > graceMs;
  const { flag } = observations;
  if (flag === null || flag.version !== rollout.route.version) {
    const reason = `flag ${policy.flag.name} does not show the wanted route yet`;
    return late ? hold('flag', reason) : waiting(reason);
  }
  const arrival = everyServiceRuns(
    observations.instances,
    policy.services,
    flag.route.revision,
    now,
  );
  if (arrival.arrived) return null;
  const reason = `not acknowledged: ${arrival.waiting.join(', ')}`;
  const isOverdue = now - since > graceMs + slowestPoll(observations.instances);
  return isOverdue ? hold('instances', reason) : waiting(reason);
}
