import { z } from 'zod';
import { type StormLimits, stormLimits } from '../core/storm/storm-view.ts';

const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(error).int(error).min(least, error).max(most, error);
};

/** Variables that say when several rollbacks at once are a storm. */
export const stormVariables = {
  CROSSFADE_STORM_ROLLOUTS: whole(2, 1_000)
    .default(stormLimits.atLeast)
    .describe(
      'So many rollouts that would go back by one provider are a storm; see docs/storm.md.',
    ),
  CROSSFADE_STORM_WINDOW_MS: whole(0, 600_000)
    .default(stormLimits.windowMs)
    .describe('Milliseconds within which they must want to.'),
  CROSSFADE_STORM_HOLD_MS: whole(0, 86_400_000)
    .default(stormLimits.holdMs)
    .describe('Milliseconds after which each goes back by itself all the same; 0: no storm holds.'),
};

type Given = z.output<z.ZodObject<typeof stormVariables>>;

export function stormOf(given: Given): StormLimits {
  return {
    atLeast: given.CROSSFADE_STORM_ROLLOUTS,
    windowMs: given.CROSSFADE_STORM_WINDOW_MS,
    holdMs: given.CROSSFADE_STORM_HOLD_MS,
  };
}
