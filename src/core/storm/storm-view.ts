import type { AlertRule } from '../alerts/alert-rule.ts';

/** The hold of a rollout that would go back together with others. */
export const stormHold = 'storm';

/** When several rollbacks at once are a storm, and how long it holds them. Milliseconds. */
export interface StormLimits {
  /** So many rollouts make one. */
  readonly atLeast: number;
  /** Within so long of each other they must want to go back. */
  readonly windowMs: number;
  /** After so long each goes on as if it were alone. */
  readonly holdMs: number;
}

export const stormLimits: StormLimits = { atLeast: 3, windowMs: 10_000, holdMs: 600_000 };

/** Another rollout that would go back by the word of the same system, or has gone. */
export interface Fellow {
  readonly rollout: string;
  readonly policy: string;
  readonly project: string;
  readonly providers: readonly string[];
}

/** What is known of others at the moment at which a rollout would go back by a provider's word alone. */
export interface StormView {
  readonly fellows: readonly Fellow[];
  /** Whether so many others stand on the provider that a storm can still come of it. */
  readonly isPossible: boolean;
  readonly limits: StormLimits;
}

/** Another one with units on the new side, as far as alerts may concern it. */
export interface Candidate extends Omit<Fellow, 'providers'> {
  readonly alerts?: readonly AlertRule[];
}
