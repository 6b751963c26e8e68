import type { MigrationEvidence } from './evidence.ts';
import type { Route, Side } from './route.ts';

/** What an instance runs of one migration at this moment. */
export interface Acknowledgement {
  readonly migration: string;
  /** The revision by which every new decision is made; 0 before the first route arrived. */
  readonly revision: number;
  /** The side it would fall to; latched to `new` once it has seen `complete`. */
  readonly safeSide: Side;
  /** Operations still running on the new side that were decided under an older revision. */
  readonly draining: number;
  /**
   * How long work may still run that was decided before the last sign of life, in milliseconds: where it runs
   * elsewhere, as behind a gateway. Absent where it ends with the process.
   */
  readonly drainMs?: number;
}

/**
 * `POST /api/v1/sdk/report`: heartbeat, acknowledgement and evidence in one.
 * Sent every second and at once when a revision was applied. A batch that was sent twice
 * (same `instance` and `seq`) counts once.
 */
export interface InstanceReport {
  readonly service: string;
  /** Unique for each process: name and a random part. */
  readonly instance: string;
  readonly seq: number;
  /** Of the application's image, where it says so. */
  readonly version?: string;
  /** By what it takes part, such as `crossfade.py 1`; our own SDK does not say. */
  readonly client?: string;
  /** Names of the migrations whose two sides this code knows. */
  readonly implements: readonly string[];
  readonly acknowledged: readonly Acknowledgement[];
  readonly evidence: readonly MigrationEvidence[];
  /** How long it serves its last state without contact, in milliseconds. */
  readonly maxStaleMs: number;
  /** True in the last report of a process that shuts down in order. */
  readonly leaving: boolean;
}

/** The answer: every route among `implements` whose revision is not the acknowledged one. */
export interface ReportAnswer {
  readonly routes: readonly Route[];
}

/** Data of the SSE event `routes` of `GET /api/v1/sdk/stream?service=&instance=&implements=a,b`. */
export interface RoutesEvent {
  readonly routes: readonly Route[];
}
