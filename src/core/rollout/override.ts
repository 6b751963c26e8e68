import type { Context } from './context.ts';
import type { Command } from './observations.ts';
import type { Rollout } from './rollout.ts';
import { baselineGuard } from '../policy/guard.ts';
import type { Weighed } from './weighed.ts';
import { phaseWords } from './phase.ts';

/** A guard that a person has set aside for a time, as when it is known to be wrong. Epoch milliseconds. */
export interface Override {
  readonly guard: string;
  readonly by: string;
  readonly reason: string;
  readonly at: number;
  readonly until: number;
}

/** The override of this guard that is in force, if there is one. */
export function overrideOf(
  { rollout, now }: Pick<Context, 'rollout' | 'now'>,
  guard: string,
): Override | undefined {
  return rollout.overrides?.find((one) => one.guard === guard && now < one.until);
}

/** Those that are in force. */
export function standingOverrides({ overrides = [] }: Rollout, now: number): readonly Override[] {
  return overrides.filter(({ until }) => now < until);
}

/** Sets a guard aside until a moment: from then on it counts by itself again. */
export function weighOverride(context: Context, command: Command): Weighed {
  const { policy, rollout, now } = context;
  const { guard, forMs, reason } = command;
  if (rollout.phase !== 'running' && rollout.phase !== 'paused') {
    return {
      refused: `guards of a rollout that is ${phaseWords(rollout.phase)} cannot be overridden`,
    };
  }
  const known = [...policy.guards.map(({ name }) => name), baselineGuard];
  if (guard === undefined || !known.includes(guard)) {
    return { refused: `no guard ${guard ?? 'is named'}; there are ${known.join(', ')}` };
  }
  if (forMs === undefined || reason === null || reason === '') {
    return { refused: 'an override needs an end and a reason' };
  }
  const until = now + forMs;
  const others = standingOverrides(rollout, now).filter((one) => one.guard !== guard);
  const overrides = [...others, { guard, by: command.by, reason, at: now, until }];
  const words = `${guard} is set aside for ${Math.round(forMs / 1000)} s: ${reason}`;
  return { move: { action: 'override', by: command.by, reason: words, patch: { overrides } } };
}
