import type { AlertSource } from '../alerts/alert.ts';
import type { Dismissal } from '../alerts/dismissal.ts';
import type { Measurement } from '../judge/measurement.ts';
import type { FailAction } from '../policy/guard.ts';
import type { Approval } from '../policy/step.ts';
import type { OldUse } from '../rollout/old-use.ts';
import type { Override } from '../rollout/override.ts';
import type { Verb } from '../rollout/observations.ts';
import type { Phase } from '../rollout/phase.ts';
import type { Hold, Quarantined, Rebased, Rollback, Stop } from '../rollout/rollout.ts';
import type { Action } from '../rollout/transitions.ts';
import type { JobState } from '../schema-migration/job.ts';

/** An instance as people want to see it. */
export interface InstanceView {
  readonly service: string;
  readonly instance: string;
  readonly implements: boolean;
  readonly revision: number;
  readonly safeSide: 'old' | 'new';
  /**
   * `confirmed`: runs the flag's revision; `served` and `assumed`: so does a plain client, as far as its
   * polls or its counts say. `silent`: no sign of life for three heartbeats, or polls.
   */
  readonly level: 'confirmed' | 'served' | 'assumed' | 'behind' | 'silent' | 'notImplemented';
  readonly lastSeenAt: number;
}

/** A firing alert, and what it causes in the rollout as it stands. */
export interface AlertView {
  /** Names this occurrence; `dismiss` asks for it. */
  readonly id: string;
  readonly name: string;
  readonly source: AlertSource;
  readonly action: FailAction;
  readonly summary: string;
  /** Null where the sender did not say. */
  readonly startsAt: number | null;
  readonly link: string | null;
  /** Who dismissed it for this rollout, so that it is shown only; absent when nobody did. */
  readonly dismissed?: Dismissal;
}

/** Persons who are asked before the current step is left. Times are epoch milliseconds. */
export interface ApprovalView extends Approval {
  /** Approvals that count, and until when they do. */
  readonly given: readonly { readonly by: string; readonly at: number; readonly until: number }[];
  readonly missing: number;
  /** True once nothing but approval keeps the step. */
  readonly isAsked: boolean;
}

/** A message that nobody has accepted yet. */
export interface Undelivered {
  /** The name of the Provider that was to tell it. */
  readonly recipient: string;
  readonly title: string;
  readonly attempts: number;
  readonly error: string;
  /** Whether it is tried no more. */
  readonly isGivenUp: boolean;
}

/** A fire drill, and how long each way took. Times are epoch milliseconds. */
export interface DrillView {
  readonly unit: string;
  readonly by: string;
  readonly startedAt: number;
  /** When it was over; null while it is under way. */
  readonly endedAt: number | null;
  readonly passed: boolean;
  /** From the decision until every instance had it; null where that has not been. */
  readonly thereMs: number | null;
  readonly backMs: number | null;
  readonly failed?: string;
}

/** Where the way back ends, known before it is reached. */
export interface PointOfNoReturn {
  readonly stepIndex: number;
  /** Who confirms it; `none`: the machine goes on by itself. */
  readonly approve: 'none' | 'operator' | 'approver' | 'admin';
  /** How long what it takes away can be brought back by a restore, in milliseconds. */
  readonly trashForMs: number;
}

/** One rollout, complete enough for `crossfade status NAME`. All times are epoch milliseconds. */
/** How near values have come to a point of no return. Epoch milliseconds. */
export interface BorderView {
  /** `meters.reading` */
  readonly place: string;
  /** The outermost value; null before the first look. */
  readonly value: number | null;
  readonly bound: number;
  /** When a value will have passed it at the present pace; null where none draws near. */
  readonly passesAt: number | null;
  /** True where that is sooner than the policy wants. */
  readonly near: boolean;
  /** Why the last look saw nothing; absent where it saw. */
  readonly unseen?: string;
}

export interface RolloutView {
  readonly id: string;
  readonly policy: string;
  readonly project: string;
  readonly policyRevision: string;
  /** When it was last moved onto that revision; absent while it runs by the one that it began with. */
  readonly rebased?: Rebased;
  /** When its policy was applied anew since, in the view of one rollout; absent where it was not. */
  readonly appliedAt?: number;
  readonly attempt: number;
  readonly phase: Phase;
  readonly stepIndex: number;
  readonly steps: readonly {
    readonly name: string;
    readonly kind: string;
    /** How long it waits at the least, in milliseconds; absent where it does not. */
    readonly bakeMs?: number;
    /** Who must agree before it is left; absent where nobody is asked. */
    readonly approval?: Approval;
  }[];
  readonly stepEnteredAt: number;
  readonly stepSettledAt: number | null;
  /** What the step still needs, or for whom a rollback waits, in words; null when nothing is missing. */
  readonly waitingFor: string | null;
  readonly hold: Hold | null;
  readonly stop: Stop | null;
  readonly rollback: Rollback | null;
  /** Units sent back alone in this attempt, as they came; those released since as well. */
  readonly quarantined: readonly Quarantined[];
  /** `none` where nobody is routed, so that nobody can be exposed. */
  readonly route?: 'none';
  /** Firing alerts that concern it, gravest first; absent when none does. */
  readonly alerts?: readonly AlertView[];
  /** What people should have been told and were not, in the view of one rollout; absent when there is nothing. */
  readonly undelivered?: readonly Undelivered[];
  /** Applications that were seen on the old version since soak began, the latest first; absent before it. */
  readonly oldUse?: readonly OldUse[];
  /** Guards that a person has set aside for now; absent when none is. */
  readonly overrides?: readonly Override[];
  /** For whom it waits before it begins; absent once it has begun, and where it waits for nobody. */
  readonly ahead?: readonly AheadView[];
  /** Who is asked before the current step is left; absent where nobody is. */
  readonly approval?: ApprovalView;
  /** The last fire drill, of this attempt or one before it; absent when there was none. */
  readonly drill?: DrillView;
  /** From which step on a rollback would lose data; absent where the plan has none. */
  readonly pointOfNoReturn?: PointOfNoReturn;
  readonly exposure: {
    readonly wanted: number;
    readonly set: number | null;
    readonly acknowledged: number;
    readonly peak: number;
  };
  readonly flag: {
    readonly name: string;
    readonly enabled: boolean;
    readonly revision: number;
    readonly changedBy: string;
    readonly changedAt: number;
  } | null;
  readonly services: readonly {
    readonly name: string;
    readonly atLeast: number;
    readonly confirmed: number;
  }[];
  readonly instances: readonly InstanceView[];
  readonly guards: readonly Measurement[];
  readonly jobs: readonly JobState[];
  readonly history: { readonly seconds: number; readonly units: number };
  /** What a person may ask of it as it stands; absent when read from an earlier version. */
  readonly can?: readonly Verb[];
  readonly reversible: boolean;
  /** Columns of which the old version reads, after a rollback, only what `down` makes of them. */
  readonly lossy: readonly string[];
  /** Conditions on rows under which it stays reversible until contract, in words. */
  readonly reversibleWhile?: readonly string[];
  /** Points of no return by value of which people want to be warned; absent where there are none. */
  readonly borders?: readonly BorderView[];
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** The server's clock when this was read. */
  readonly now: number;
}

/** A rollout that another waits for in the queue. */
export interface AheadView {
  readonly rollout: string;
  readonly policy: string;
  readonly phase: Phase;
  readonly step: string;
  /** What both have in common, as `changes users as well`. */
  readonly shares: string;
  /** When it ends if nothing keeps it. Epoch milliseconds. */
  readonly endsAt: number;
}

/** A retry that has begun. */
export interface RetriedView extends RolloutView {
  /** Whether the shape of the attempt before is still there; else expand and backfill begin anew. */
  readonly adopts: boolean;
}

/** One decision record. */
export interface DecisionView {
  readonly seq: number;
  readonly at: number;
  readonly action: Action;
  readonly from: Phase;
  readonly to: Phase;
  readonly step: string;
  readonly reason: string;
  /** `crossfade` for the machine, else the person. */
  readonly by: string;
  readonly guards: readonly Measurement[];
  /** The id of the alert that it follows from; absent when it is none. */
  readonly alert?: string;
}
