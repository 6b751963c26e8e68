import type { Side } from '../users-service/service-record.ts';
import type { AcknowledgedWrite, Expectation } from './journal.ts';

/** Counts while the load runs, once a second, for the progress line. */
export interface LoadProgress {
  readonly requests: number;
  readonly failed: number;
  readonly served: Readonly<Record<Side, number>>;
}

/** What the load process says at the end. */
export interface LoadFigures extends LoadProgress {
  readonly writes: readonly AcknowledgedWrite[];
  readonly expectations: readonly Expectation[];
}
