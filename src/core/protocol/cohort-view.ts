/** Who has moved to the new side once a step is entered. */
export interface CohortStep {
  /** From 1. */
  readonly step: number;
  readonly name: string;
  readonly units: number;
  /** Part of the requests, 0 to 1; null where no traffic is known. */
  readonly traffic: number | null;
  /** Their ids in order, where they were asked for. */
  readonly list?: readonly string[];
}

/** Whom each step of a policy moves, as far as it can be known before. */
export interface CohortView {
  readonly policy: string;
  readonly target: string;
  /** All units that are known. */
  readonly units: number;
  /** `table`: the target's unit table; `traffic`: those that made requests in the last attempt. */
  readonly knownFrom: 'table' | 'traffic';
  /** The attempt whose requests are counted; null where there was none. */
  readonly measuredIn: string | null;
  readonly steps: readonly CohortStep[];
}
