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

/** Why an effect did not arrive, and when it is tried again. */
export interface Failure {
  readonly error: string;
  readonly retryAfterMs: number;
  /** Whether those after it need not wait for it any more. */
  readonly isSetAside: boolean;
}

/**
 * Effects that were decided and not yet performed, each in the lane of its system. Messages of one rollout to one
 * recipient stay in their order: while one waits to be sent again those after it wait with it, unless it was set
 * aside. A new one hurries those before it, so that none waits for long for a recipient that is back.
 */
export abstract class Outbox {
  /** The lanes (see `effectLane`) in which something is due. */
  abstract dueLanes(): Promise<readonly string[]>;

  /** Takes one effect of a lane that is due, for at most `leaseMs`; null when there is none. */
  abstract take(lane: string, leaseMs: number): Promise<PendingEffect | null>;

  abstract done(effect: PendingEffect): Promise<void>;

  /** Puts it back. */
  abstract failed(effect: PendingEffect, failure: Failure): Promise<void>;

  /** Never performs it; why is kept, in the audit log too. */
  abstract abandon(effect: PendingEffect, error: string): Promise<void>;
}
