/** What a target may be in for before work on rows waits. Null: it does not matter. */
export interface ThrottleLimits {
  /** How far behind a replica may be, in milliseconds. */
  readonly replicaLagMs: number | null;
  /** Sessions of others that are at work at the same moment. */
  readonly activeBackends: number | null;
  /** Write-ahead log of everybody, bytes per second. */
  readonly walBytesPerSecond: number | null;
  /** Dead rows of a table for each live one. */
  readonly deadRows: number | null;
}

/** A backfill writes each row once, so one dead row for each live one is its own doing. */
export const USUAL_LIMITS: ThrottleLimits = {
  replicaLagMs: 5_000,
  activeBackends: 40,
  walBytesPerSecond: null,
  deadRows: 2,
};

/** What a look at a target has found. */
export interface TargetLoad {
  /** Sessions that have waited for a lock for so long that it is a sign of distress. */
  readonly lockWaiters: number;
  readonly replicaLagMs: number;
  readonly activeBackends: number;
  /** Null while there is nothing to compare with. */
  readonly walBytesPerSecond: number | null;
  readonly deadRows: number;
}

/** Why the next batch should wait, in words; null when nothing speaks against it. */
export function throttleReason(load: TargetLoad, limits: ThrottleLimits): string | null {
  const { lockWaiters, replicaLagMs, activeBackends, walBytesPerSecond, deadRows } = load;
  if (lockWaiters > 0) return `throttled: ${lockWaiters} sessions wait for locks`;
  if (isAbove(replicaLagMs, limits.replicaLagMs)) {
    return `throttled: a replica is ${seconds(replicaLagMs)} s behind, at most ${seconds(limits.replicaLagMs)} s is wanted`;
  }
  if (isAbove(activeBackends, limits.activeBackends)) {
    return `throttled: ${activeBackends} sessions are at work, at most ${limits.activeBackends} are wanted`;
  }
  if (isAbove(walBytesPerSecond, limits.walBytesPerSecond)) {
    return `throttled: ${megabytes(walBytesPerSecond)} MB of WAL a second, at most ${megabytes(limits.walBytesPerSecond)} are wanted`;
  }
  if (isAbove(deadRows, limits.deadRows)) {
    return `throttled: ${deadRows.toFixed(1)} dead rows for each live one wait for a vacuum, at most ${limits.deadRows} are wanted`;
  }
  return null;
}

/** A batch that took this many times its target has met resistance. */
const LONG_BATCH = 4;

/** The same judgement about the batch that has just ended. */
export function longBatch(elapsedMs: number, targetMs: number): string | null {
  if (elapsedMs <= targetMs * LONG_BATCH) return null;
  return `throttled: the last batch took ${Math.round(elapsedMs)} ms, its target is ${targetMs} ms`;
}

const isAbove = (value: number | null, limit: number | null): boolean =>
  value !== null && limit !== null && value > limit;

const seconds = (ms: number | null): string => ((ms ?? 0) / 1_000).toFixed(1);
const megabytes = (bytes: number | null): string => ((bytes ?? 0) / 1_000_000).toFixed(1);
