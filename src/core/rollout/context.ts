import { isRouted, type Policy } from '../policy/policy.ts';
import type { Observations } from './observations.ts';
import type { Rollout } from './rollout.ts';

/** All that a decision is made from. `now` is in epoch milliseconds. */
export interface Context {
  readonly policy: Policy;
  readonly rollout: Rollout;
  readonly observations: Observations;
  readonly now: number;
}

/** What concerns the rollout: without a route no flag does, and no instance has anything to acknowledge. */
export function concerning(context: Context): Context {
  if (isRouted(context.policy)) return context;
  return { ...context, observations: { ...context.observations, flag: null, instances: [] } };
}
