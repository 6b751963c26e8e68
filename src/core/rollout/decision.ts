import type { Measurement } from '../judge/measurement.ts';
import type { Phase } from './phase.ts';
import type { Action } from './transitions.ts';

/** Grows when the same inputs may lead to another decision; kept with each record for replay. */
export const decideVersion = 5;

/** The record of one decision: what was done, why, and on which evidence. */
export interface Decision {
  readonly action: Action;
  readonly from: Phase;
  readonly to: Phase;
  readonly step: string;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
  readonly measurements: readonly Measurement[];
  readonly version: number;
  /** The id of the alert that it follows from; absent when it is none. */
  readonly alert?: string;
}
