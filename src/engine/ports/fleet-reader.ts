import type { ParitySample } from '../../core/judge/parity-watch.ts';
import type { Step } from '../../core/policy/step.ts';
import type { RolloutFigures } from '../../core/rollout/rollout-figures.ts';
import type { Rollout } from '../../core/rollout/rollout.ts';
import type { Action } from '../../core/rollout/transitions.ts';
import type { JobState } from '../../core/schema-migration/job.ts';

/** One rollout as it stands. Epoch milliseconds. */
export interface FleetMember {
  readonly project: string;
  readonly rollout: Pick<
    Rollout,
    | 'id'
    | 'policy'
    | 'attempt'
    | 'phase'
    | 'step'
    | 'hold'
    | 'stop'
    | 'route'
    | 'quarantined'
    | 'rollback'
    | 'returnNear'
    | 'startedAt'
    | 'endedAt'
  >;
  readonly steps: number;
  /** The step that it is in; null where its policy has no such step. */
  readonly current: Step | null;
  /** False where nobody is routed. */
  readonly routed: boolean;
  /** Null before the first tick. */
  readonly figures: RolloutFigures | null;
  readonly lastDecision: {
    readonly action: Action;
    readonly reason: string;
    readonly at: number;
  } | null;
  /** What was last seen of its target; null before the first look. */
  readonly target: {
    readonly at: number;
    readonly isReadable: boolean;
    readonly parity: ParitySample | null;
    readonly backfills: readonly JobState[];
  } | null;
}

/** Something that waits to be done. */
export interface Queue {
  readonly name: 'rollouts' | 'effects' | 'commands' | 'evidence';
  readonly depth: number;
  /** How long the one that waits longest has waited, in milliseconds; null where none waits. */
  readonly oldestMs: number | null;
}

/** All rollouts at one moment, for whoever watches many of them. */
export interface Fleet {
  readonly at: number;
  readonly members: readonly FleetMember[];
  /** Rollouts that would be there if there were no limit. */
  readonly leftOut: number;
  readonly queues: readonly Queue[];
  /** Sets whose folder is followed and holds what cannot be applied: the last good revision holds meanwhile. */
  readonly refusedSets: readonly string[];
}

/** Reads the whole fleet by a number of queries that does not grow with it. */
export abstract class FleetReader {
  /**
   * The newest attempt of every policy that lives, or ended within `endedForMs`; at most `limit` of them,
   * those that live first, and of them what does not simply run: somebody may have to look at it.
   */
  abstract read(limit: number, endedForMs: number): Promise<Fleet>;
}
