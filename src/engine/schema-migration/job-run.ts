import type { HoldCode } from '../../core/rollout/hold-code.ts';
import type { ClaimedJob } from './job-store.ts';

/** One turn of a worker on one job. */
export interface Turn {
  readonly job: ClaimedJob;
  /** True when the worker's time is up, or it was told to stop. */
  isOver(): boolean;
}

/**
 * How a turn ended. `waits` names its reason, which people read; null while others are at work on all
 * that is left. With a `hold`, a stable code, it waits for something that is not the ordinary course:
 * the rollout records it as a hold.
 */
export type TurnEnd =
  | { readonly kind: 'finished' }
  | { readonly kind: 'more' }
  | {
      readonly kind: 'waits';
      readonly reason: string | null;
      readonly delayMs: number;
      readonly hold?: HoldCode;
    };

/** Carries out one kind of job, a turn at a time. */
export interface JobRunner {
  run(turn: Turn): Promise<TurnEnd>;
}

/** A delay around `ms`, so that workers and retries do not march in step. */
export function jittered(ms: number): number {
  return Math.round(ms * (0.5 + Math.random()));
}
