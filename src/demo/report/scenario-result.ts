/** A stay in one step. */
export interface StepTimes {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A time in which the machine waited because something was missing. */
export interface HoldTimes {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

/**
 * What `--json` prints. Times count in milliseconds from the command's start; with several
 * scenarios in one command, from the start of this one.
 */
export interface ScenarioResult {
  readonly scenario: string;
  /** The rollout's last phase; `timeout` when it did not end. */
  readonly outcome: string;
  readonly steps: readonly StepTimes[];
  readonly exposurePeakPercent: number;
  /** When the first operation that the fault hit ran; null without a fault. */
  readonly faultAtMs: number | null;
  /** When the control plane decided to roll back. */
  readonly detectedAtMs: number | null;
  /** The guard that it decided by, and the decision in words; null without a rollback. */
  readonly decidedBy: { readonly guard: string | null; readonly reason: string } | null;
  /** The first moment after which no users process served anything from the new side. */
  readonly rollbackArrivedAtMs: number | null;
  readonly requests: number;
  /** Requests that a user saw fail: an error, a time-out, or no answer. */
  readonly requestsFailed: number;
  /** Reads of the new side that failed in the users services, whether or not a user saw it. */
  readonly newReadsFailed: number;
  readonly writesAcknowledged: number;
  /** Those of them that were made in the new shape, before the rollback if there was one. */
  readonly writesOnNewSide: number;
  /** Keys that hold neither the last acknowledged value nor a later one, in a shape that exists. */
  readonly writesLost: number;
  readonly holds: readonly HoldTimes[];
  readonly kills: number;
  /** True when a rollback was decided while no fault was active. */
  readonly falseRollback: boolean;
  readonly durationMs: number;
}
