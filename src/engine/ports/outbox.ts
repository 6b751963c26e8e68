import type { Effect } from '../../core/rollout/effect.ts';

/** An effect taken from the outbox, with project, target and flag provider of its rollout's policy. */
export interface PendingEffect {
  readonly rollout: string;
  readonly key: string;
  readonly effect: Effect;
  readonly project: string;
  readonly target: string;
  readonly flagProvider: string;
  readonly attempts: number;
  /** When it was taken. Epoch milliseconds. */
  readonly takenAt: number;
  /** Where it was decided on, in a trace; null where nobody traced. */
  readonly traceparent: string | null;
}

/** Effects that were decided and not yet performed, each in the lane of its system. */
export abstract class Outbox {
  /** The lanes (see `effectLane`) in which something is due. */
  abstract dueLanes(): Promise<readonly string[]>;

  /** Takes one effect of a lane that is due, for at most `leaseMs`; null when there is none. */
  abstract take(lane: string, leaseMs: number): Promise<PendingEffect | null>;

  abstract done(effect: PendingEffect): Promise<void>;

  /** Puts it back; it is due again after `retryAfterMs`. */
  abstract failed(effect: PendingEffect, error: string, retryAfterMs: number): Promise<void>;

  /** Never performs it; why is kept, in the audit log too. */
  abstract abandon(effect: PendingEffect, error: string): Promise<void>;
}
