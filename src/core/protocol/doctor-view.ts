/** How something is that Crossfade stands on: a `fault` is in the way, a `warning` is for a person to know. */
export type Standing = 'ok' | 'warning' | 'fault';

/** What is looked at. */
export type DoctorPart =
  | 'server'
  | 'database'
  | 'controller'
  | 'clock'
  | 'documents'
  | 'target'
  | 'metrics'
  | 'guard'
  | 'flags'
  | 'service'
  | 'alerts';

/** One thing that was looked at. */
export interface DoctorRow {
  readonly part: DoctorPart;
  /** Which of its kind, such as the name of a target. */
  readonly subject: string;
  readonly standing: Standing;
  /** What was found, as one sentence. */
  readonly message: string;
  /** What to do about it; null where there is nothing to do. */
  readonly remedy: string | null;
}

/** The answer of `POST /api/v1/doctor`. */
export interface DoctorView {
  readonly rows: readonly DoctorRow[];
  /** Of the server. */
  readonly version: string;
  /** The server's own clock as it answers, epoch milliseconds. */
  readonly answeredAt: number;
}
