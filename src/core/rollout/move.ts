import type { Policy } from '../policy/policy.ts';
import type { Rollout } from './rollout.ts';
import type { Action } from './transitions.ts';

/** A decision before it is carried out on the rollout: what to do, by whom, why, and what changes. */
export interface Move {
  readonly action: Action;
  readonly by: string;
  readonly reason: string;
  readonly patch: Partial<Rollout>;
  /** The revision that it goes by from then on; absent where that stays the same. */
  readonly onto?: Policy;
  /** The id of the alert that it follows from; absent when it is none. */
  readonly alert?: string;
}

/** The machine's own name in records. */
export const machine = 'crossfade';
