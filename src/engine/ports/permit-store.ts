import type { CallKind } from '../../core/limits/limits.ts';

/** What came of asking for permits. */
export interface TakenPermits {
  readonly granted: number;
  /** When there is one again; 0 where there were some. Milliseconds. */
  readonly waitMs: number;
}

/** Permits of callers, counted for all servers together: a bucket that fills as time passes. */
export abstract class PermitStore {
  /** Takes as many as there are, up to `wanted`. Throws when it cannot tell within half a second. */
  abstract take(
    caller: string,
    kind: CallKind,
    perMinute: number,
    wanted: number,
  ): Promise<TakenPermits>;

  /** Forgets whose buckets are full again. */
  abstract forget(): Promise<void>;
}
