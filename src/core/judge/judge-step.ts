import type { Requirement } from '../policy/step.ts';

/**
 * What a step lets the judge compare. `before`: nobody is on the new side, history grows. `shadow`:
 * the same, and reads are compared. `compared`: two cohorts. `whole`: everybody is on the new side.
 */
export type JudgeMode = 'before' | 'shadow' | 'compared' | 'whole';

/** The step of the plan that a rollout is in, as the judge sees it. Times are epoch milliseconds. */
export interface JudgeStep {
  readonly index: number;
  readonly mode: JudgeMode;
  /** Part of the units that the canary has, in %, 0 to 100. */
  readonly share: number;
  readonly require: Requirement;
  /** The route's revision that this step set; null while not every instance acknowledged it. */
  readonly sinceRevision: number | null;
  readonly enteredAt: number;
  /** Until then only catastrophic harm acts. */
  readonly warmupUntil: number;
  /**
   * Whether the schema has been touched: expand has begun. Absent: only in modes other than `before`.
   * What the old side did until then is what it is held to from then on.
   */
  readonly touched?: boolean;
  /** In a ring: how many units it has. The minimums are then the ring itself. */
  readonly ringUnits?: number;
  /** Units that were sent back to the old side: from the decision on, before it has arrived. */
  readonly quarantined?: readonly string[];
}

/** The first step of a rollout: the schema is as it was, and nobody has ever been on the new side. */
export const beforeExposure: JudgeStep = {
  index: 0,
  mode: 'before',
  share: 0,
  require: 'notWorse',
  sinceRevision: 1,
  enteredAt: 0,
  warmupUntil: 0,
  touched: false,
};
