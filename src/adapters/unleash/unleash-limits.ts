import { CrossfadeError } from '../../core/errors.ts';
import { VALUES_PER_CONSTRAINT } from '../../core/flags/route-to-strategies.ts';
import type { Strategy } from '../../core/flags/unleash-feature.ts';

/** Unleash's default; longer lists of units take several strategies. */
const STRATEGIES_PER_ENVIRONMENT = 30;
const LONGEST_VALUE = 100;

/** Throws `refused` before anything is written when Unleash would refuse it halfway. */
export function refuseBeyondLimits(flag: string, strategies: readonly Strategy[]): void {
  if (strategies.length > STRATEGIES_PER_ENVIRONMENT) {
    throw new CrossfadeError(
      'refused',
      `flag "${flag}" would need ${strategies.length} strategies, Unleash allows ` +
        `${STRATEGIES_PER_ENVIRONMENT} (each holds ${VALUES_PER_CONSTRAINT} units of one list); ` +
        'pin fewer units, join rings, or use provider: crossfade',
    );
  }
  for (const value of strategies.flatMap(({ constraints }) => constraints[0]?.values ?? [])) {
    if (value.length >= 1 && value.length <= LONGEST_VALUE) continue;
    throw new CrossfadeError(
      'refused',
      `flag "${flag}" would name the unit "${value}", Unleash takes 1 to ${LONGEST_VALUE} characters`,
    );
  }
}
