import type { Policy } from '../policy/policy.ts';
import type { Rollout } from './rollout.ts';

/**
 * When the new shape of an attempt that went back is put away, in epoch milliseconds: after the time kept for
 * a retry, or at once when a person aborted it. Null for an attempt that left none.
 */
export function retirementOf(
  { phase, rollback, endedAt }: Rollout,
  { keepForRetryMs }: Pick<Policy, 'keepForRetryMs'>,
): number | null {
  if (rollback === null || endedAt === null) return null;
  if (phase === 'aborted') return endedAt;
  return phase === 'rolled_back' ? endedAt + keepForRetryMs : null;
}
