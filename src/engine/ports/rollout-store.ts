import { CrossfadeError } from '../../core/errors.ts';
import type { Bond } from '../../core/conflict/bond.ts';
import type { AlertDecision } from '../../core/protocol/alert-list.ts';
import type { CommandAnswer } from '../../core/rollout/command-moves.ts';
import type { Decision } from '../../core/rollout/decision.ts';
import type { Effect } from '../../core/rollout/effect.ts';
import type { Rollout } from '../../core/rollout/rollout.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { TickTrace } from './tick-log.ts';

/** A rollout that this worker may change until its lease ends or somebody claims it anew. */
export interface Claim {
  readonly rollout: Rollout;
  readonly policy: Policy;
  /** Every write of this claim carries it; a newer claim makes it void. */
  readonly fence: number;
  /** Epoch milliseconds by the clock that leases live by. */
  readonly now: number;
  /** When it was due, in epoch milliseconds. */
  readonly dueAt: number;
  /** As they were last kept, to the last character; null before the first tick. */
  readonly figures: string | null;
}

/** Everything that one tick changes; all of it or nothing. */
export interface TickResult {
  readonly rollout: Rollout;
  /** The revision that it was moved onto; absent where it goes by the one that it went by. */
  readonly onto?: Policy;
  readonly judge: unknown;
  /** RolloutFigures as JSON; null where they are as they were. */
  readonly figures: string | null;
  /** What the tick was judged and decided from; null when it changed nothing. */
  readonly trace: TickTrace | null;
  readonly judgedEvidence: readonly string[];
  readonly decision: Decision | null;
  /** The whole of what should be so: what is still pending and no longer wanted is dropped. */
  readonly effects: readonly Effect[];
  /** Where the effects are decided on, in a trace; null where nobody traces. */
  readonly traceparent: string | null;
  readonly answers: readonly CommandAnswer[];
  /** When the rollout wants to be looked at again, in epoch milliseconds; null = never by itself. */
  readonly dueAt: number | null;
}

/** A tick as stored: the number of its decision; null where it made none. */
export interface Committed {
  readonly decision: number | null;
}

/** A decision as stored. */
export interface StoredDecision extends Decision {
  readonly seq: number;
}

/** How a rollout is to begin. */
export interface Beginning {
  readonly by: string;
  /** What ties its tables to others; null where nobody else was on its target when that was looked at. */
  readonly bonds: readonly Bond[] | null;
  readonly mayWait: boolean;
}

/** Rollouts with their decisions; the only place where a rollout changes. */
export abstract class RolloutStore {
  /**
   * Stores a new rollout that is due at once, with an audit row for who began it, and returns it as it is
   * stored: where others stand in its way and it may wait, with its place in the queue. Throws `conflict` while
   * another of its policy is active, and where it may not wait.
   */
  abstract create(
    rollout: Rollout,
    policy: Policy,
    beginning?: Partial<Beginning>,
  ): Promise<Rollout>;

  /** Claims the rollout that is due longest: lease, fence + 1. Null when none is due. */
  abstract claimDue(worker: string, leaseMs: number): Promise<Claim | null>;

  /** Writes a tick under its fence. Null when the claim has become void: then nothing was written. */
  abstract commit(claim: Claim, result: TickResult): Promise<Committed | null>;

  /** The newest attempt of a policy, or the rollout with that id. */
  abstract find(name: string): Promise<{ rollout: Rollout; policy: Policy } | null>;

  /** The same, where there must be one: throws `notFound`. */
  async named(name: string): Promise<{ rollout: Rollout; policy: Policy }> {
    const found = await this.find(name);
    if (found === null) throw new CrossfadeError('notFound', `no rollout of a policy ${name}`);
    return found;
  }

  /** When the policy was applied last, in epoch milliseconds; null where it is not applied any more. */
  abstract policyAppliedAt(policy: string): Promise<number | null>;

  /** The newest attempt of every policy, newest first. */
  abstract list(limit: number): Promise<readonly { rollout: Rollout; policy: Policy }[]>;

  abstract nextAttempt(policy: string): Promise<number>;

  /** Rollouts, of one target or of all, whose world must be observed: not ended, or ended with work still to do. */
  abstract active(target?: string): Promise<readonly { rollout: Rollout; policy: Policy }[]>;

  /** The targets of those rollouts, each once. */
  abstract activeTargets(): Promise<readonly string[]>;

  /** The targets of all rollouts, ended or not, each once. */
  abstract everyTarget(): Promise<readonly string[]>;

  abstract decisions(
    rollout: string,
    after: number,
    limit: number,
  ): Promise<readonly StoredDecision[]>;

  /** The last ones before that number, or of all for null; oldest first. */
  abstract decisionsBefore(
    rollout: string,
    before: number | null,
    limit: number,
  ): Promise<readonly StoredDecision[]>;

  /** The decisions that these alerts have led to, by their ids, oldest first. */
  abstract causedBy(alerts: readonly string[]): Promise<readonly AlertDecision[]>;

  /** Makes the rollouts due now. */
  abstract wake(policies: readonly string[]): Promise<void>;
}
