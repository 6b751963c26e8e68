import { isRouted } from '../core/policy/policy.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import type { FlagProviders } from './effect-executor.ts';
import type { FlagProvider } from './ports/flag-provider.ts';
import type { RolloutStore } from './ports/rollout-store.ts';

/** The flag store that needs no mirror, because ticks read it directly. */
const ownFlagService = 'crossfade';

/** A flag of an active rollout that lives in another system. */
export interface ForeignFlag {
  readonly rollout: Rollout;
  readonly name: string;
  readonly provider: string;
  readonly system: FlagProvider;
}

export async function foreignFlags(
  store: RolloutStore,
  systems: FlagProviders,
): Promise<readonly ForeignFlag[]> {
  return (await store.active()).flatMap(({ policy, rollout }) => {
    if (!isRouted(policy)) return [];
    const { provider, name } = policy.flag;
    const system = systems[provider];
    if (provider === ownFlagService || system === undefined) return [];
    return [{ rollout, name, provider, system }];
  });
}
