import type { Requirement } from '../../policy/step.ts';
import type { JudgeConfig } from '../judge-config.ts';
import type { ForecastTraffic } from './population.ts';

/** A step of the plan in which something is compared. Times are seconds. */
export interface PlannedStep {
  readonly name: string;
  /** Whether two cohorts run beside each other; else reads are only shadowed. */
  readonly compared: boolean;
  /** Part of the traffic that the new side has, 0 to 1. */
  readonly share: number;
  readonly bake: number;
  readonly patience: number;
  readonly require: Requirement;
  /** Of a ring: its units. */
  readonly ringUnits?: number;
  /** Time with two cohorts before this step, if each step takes its bake, and how many steps that was. */
  readonly elapsed: number;
  readonly earlier: number;
  /** Shadow comparisons per second. */
  readonly comparisons: number;
}

/** All that a guard's forecast for a step rests on. */
export interface ForecastInput {
  readonly config: JudgeConfig;
  readonly traffic: ForecastTraffic;
  readonly step: PlannedStep;
  /** ln of the evidence for harm that this guard alone must come up with; null: none is gathered. */
  readonly harmNeeded: number | null;
}

/** How large a harm is: more failures (a probability), a factor of durations, or a rate of mismatches. */
export interface Harm {
  readonly unit: 'failures' | 'factor' | 'mismatches';
  readonly value: number;
}

/** How one kind of guard is forecast. Times are seconds; null: not within the horizon. */
export interface GuardOutlook {
  /** Until "not worse" is proven, with so much bad luck (see `luck`). */
  readonly proven: (sigmas: number, horizon: number) => number | null;
  /** Until a harm of this size is found. */
  readonly found: (size: number, sigmas: number, horizon: number) => number | null;
  readonly unit: Harm['unit'];
  /** Sizes of harm to show. */
  readonly shown: readonly number[];
  /** Smallest and largest size that is worth looking for. */
  readonly range: readonly [number, number];
}

/** ln of the evidence that proves "not worse". */
export function proofNeeded({ config }: ForecastInput): number {
  return -Math.log(config.evidence.falsePromoteBudget);
}
