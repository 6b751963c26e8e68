import type { Dismissal } from '../alerts/dismissal.ts';
import type { Obstacle } from '../conflict/shared.ts';
import type { Measurement } from '../judge/measurement.ts';
import type { RouteSpec } from '../protocol/route.ts';
import type { HoldCode } from './hold-code.ts';
import type { Override } from './override.ts';
import type { Phase } from './phase.ts';

/** The route the controller wants, with a number that grows with every change it wants. */
export interface WantedRoute {
  readonly spec: RouteSpec;
  readonly version: number;
  /** True only after a person asked to go on: the flag may be switched on again. */
  readonly enable: boolean;
}

/** One person's word that a step may be left. Epoch milliseconds. */
export interface GivenApproval {
  /** Who it was, as people read it. */
  readonly by: string;
  /** Who it was, as the server knows them: the same person counts once. */
  readonly actor: string;
  readonly at: number;
  /** What was approved: the policy as it was then. */
  readonly revision: string;
}

/** How far the current step is. Epoch milliseconds. */
export interface StepProgress {
  readonly index: number;
  readonly enteredAt: number;
  /** When every instance had acknowledged the step's route; null until then. */
  readonly settledAt: number | null;
  /** The flag's revision under which the step's evidence is made; null until settled. */
  readonly sinceRevision: number | null;
  /** Recorded once when the bake is over and the evidence is not. */
  readonly extended: boolean;
  /** Contract: when its gate passed. From here on a rollback would lose data. */
  readonly gatePassedAt: number | null;
  /** When a rebase made a comparison begin anew: the bake counts from then; absent when none did. */
  readonly judgedAnewAt?: number;
  /** Who approved that it be left, of this stay in it; absent when nobody did. */
  readonly approvals?: readonly GivenApproval[];
}

/** Why the machine waits; it lifts this itself. */
export interface Hold {
  /** Stable while the wording changes: a new record is made only when this changes. */
  readonly code: HoldCode;
  readonly reason: string;
  readonly since: number;
}

/** A person stopped it, a step's patience ended, or it is frozen; a person lifts it. */
export interface Stop {
  readonly reason: string;
  readonly by: string;
  readonly at: number;
}

/** The stages of rolling back, each with the moment it was reached. Epoch milliseconds. */
export interface Rollback {
  readonly cause: string;
  readonly by: string;
  /** How it ends; absent: rolled back, and its shape kept for a retry. */
  readonly end?: 'aborted';
  readonly requestedAt: number;
  /** When the newest evidence came of the guards that failed; absent where no guard was the cause. */
  readonly harmAt?: number;
  readonly flagSetAt: number | null;
  /** The flag's revision that every instance must acknowledge. */
  readonly revision: number | null;
  readonly convergedAt: number | null;
  readonly drainedAt: number | null;
  readonly verifiedAt: number | null;
}

/** A failing guard as it stood when a person decided to go on in spite of it. */
export interface AnsweredHarm {
  readonly measurement: Measurement;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * What the flip-back probe has found: nothing yet; the unit fails no more on the old side, so that
 * the new side was at fault; or it goes on failing there, and has been given back.
 */
export type Probe = 'watched' | 'confirmed' | 'released';

/** A unit sent back to the old side while the rollout goes on. Epoch milliseconds. */
export interface Quarantined {
  readonly unit: string;
  readonly guard: string;
  readonly at: number;
  readonly reason: string;
  /** When every instance had acknowledged it; null until then. */
  readonly arrivedAt: number | null;
  readonly probe: Probe;
  /** The unit that it moves together with and that is at fault; absent for that one itself. */
  readonly with?: string;
}

/** One unit moved to the new side and back, to see that the way back works. Epoch milliseconds. */
export interface Drill {
  readonly unit: string;
  readonly by: string;
  readonly startedAt: number;
  /** When every instance had it on the new side; null until then. */
  readonly thereAt: number | null;
  /** When its way back was decided. */
  readonly returnedAt: number | null;
  /** When every instance had it on the old side again; null until then. */
  readonly backAt: number | null;
  /** Why it has not passed, in words; absent while nothing went wrong. */
  readonly failed?: string;
}

/** A border that a value will soon have passed. Epoch milliseconds. */
export interface ReturnNear {
  /** Of the column's conversion. */
  readonly id: string;
  /** `meters.reading is at 2100000000 of 2147483647`. */
  readonly words: string;
  /** At the present pace. */
  readonly passesAt: number;
  /** When it was noticed first. */
  readonly since: number;
}

/** That it would go back by the word of systems outside alone, as `alerts:grafana`. Epoch milliseconds. */
export interface Wish {
  readonly providers: readonly string[];
  readonly since: number;
}

/** A place in the queue. Whoever stands behind nobody any more begins. */
export interface Queued {
  /** Epoch milliseconds. */
  readonly since: number;
  /** Those that were under way, or in the queue, when it came, with what they share. */
  readonly behind: readonly Obstacle[];
  /** A person wants it to begin also after one of them went back. */
  readonly anyway?: true;
}

/** The last time that it was moved onto a newer revision. */
export interface Rebased {
  /** The revision that it ran by until then. */
  readonly from: string;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** One attempt at carrying out one revision of a policy, or several in turn. Plain data. */
export interface Rollout {
  readonly id: string;
  readonly policy: string;
  readonly policyRevision: string;
  /** Absent while it runs by the revision that it began with. */
  readonly rebased?: Rebased;
  /** Counts from 1 for each policy. */
  readonly attempt: number;
  readonly phase: Phase;
  readonly step: StepProgress;
  readonly route: WantedRoute;
  readonly hold: Hold | null;
  readonly stop: Stop | null;
  readonly rollback: Rollback | null;
  /** Who confirmed the contract step. */
  readonly confirmedBy: string | null;
  /** The flag's revision when the attempt began: evidence made under an older one is another's. */
  readonly evidenceSince: number;
  /** The revision of a person's flag edit that has been honoured. */
  readonly overrideRevision: number | null;
  /** Harm that a person has answered and that must grow to count again; absent when there is none. */
  readonly answeredHarm?: readonly AnsweredHarm[];
  /** When a person unfroze it: alerts heard of before that freeze it no more; absent when nobody did. */
  readonly alertsAnsweredAt?: number;
  /** The last fire drill, of this attempt or one before it; absent when there was none. */
  readonly drill?: Drill;
  /** Firing alerts that a person has dismissed for this rollout; absent when none was. */
  readonly dismissedAlerts?: readonly Dismissal[];
  /** Absent while it would not go back, or has evidence of its own. */
  readonly wish?: Wish;
  /** For whom it waited, or waits, before it began; absent when for nobody. */
  readonly queued?: Queued;
  /** When a person went on past a point of no return by value; absent before, and when it is not passed. */
  readonly noReturnAnsweredAt?: number;
  /** A point of no return by value that is nearer than people want; absent while none is. */
  readonly returnNear?: ReturnNear;
  /** Guards that a person has set aside for a time; absent when none was. */
  readonly overrides?: readonly Override[];
  /** Units sent back alone, as they came, with those that were released since; absent when none was. */
  readonly quarantined?: readonly Quarantined[];
  readonly firstExposureAt: number | null;
  /** The widest share that was acknowledged, in percent. */
  readonly exposurePeak: number;
  readonly startedAt: number;
  /** Who started it; absent in rollouts of an earlier version. */
  readonly startedBy?: string;
  /** The request that started it, so that sending it again starts nothing; absent when it had no id. */
  readonly startedWith?: string;
  readonly endedAt: number | null;
}
