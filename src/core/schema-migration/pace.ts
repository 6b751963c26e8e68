import { type ThrottleLimits, USUAL_LIMITS } from './throttle-reason.ts';

/** How hard work on rows may press on its target. People change it while it runs. */
export interface Pace {
  /** How long one batch should take, in milliseconds. */
  readonly batchTimeMs: number;
  /** How long it rests after each batch, by the time that the batch took. */
  readonly nice: number;
  /** Who has stopped it until a person lets it go on; null while it may run. */
  readonly pausedBy: string | null;
  readonly limits: ThrottleLimits;
}

/** What a person changes; what is left out stays as it is. */
export interface PaceChange {
  readonly batchTimeMs?: number;
  readonly nice?: number;
  readonly paused?: boolean;
  readonly limits?: Partial<ThrottleLimits>;
}

/** The part of a pace that differs from what is usual, as a job keeps it. */
export type StoredPace = Partial<Omit<Pace, 'batchTimeMs' | 'limits'>> & {
  readonly limits?: Partial<ThrottleLimits>;
};

/** Beside others a batch takes no longer, in milliseconds, … */
const GENTLE_BATCH_MS = 10;
/** … and rests for as long as it took. */
const GENTLE_NICE = 1;

export function paceOf(batchTimeMs: number, stored: StoredPace): Pace {
  const { nice = 0, pausedBy = null, limits = {} } = stored;
  return { batchTimeMs, nice, pausedBy, limits: { ...USUAL_LIMITS, ...limits } };
}

/** What is kept after a person has changed something. */
export function changed(stored: StoredPace, change: PaceChange, by: string): StoredPace {
  const { nice, paused, limits } = change;
  return {
    ...stored,
    ...(nice === undefined ? {} : { nice }),
    ...(paused === undefined ? {} : { pausedBy: paused ? by : null }),
    ...(limits === undefined ? {} : { limits: { ...stored.limits, ...limits } }),
  };
}

/** What people read while somebody has stopped it; null while it may run. */
export function pausedWords({ pausedBy = null }: Pick<StoredPace, 'pausedBy'>): string | null {
  return pausedBy === null ? null : `paused by ${pausedBy}`;
}

/**
 * Short batches with rests between them, so that whoever else works there hardly notices; the same until
 * it is known whether anybody does.
 */
export function besideOthers(pace: Pace, isBusy: boolean | null): Pace {
  if (isBusy === false) return pace;
  return {
    ...pace,
    batchTimeMs: Math.min(pace.batchTimeMs, GENTLE_BATCH_MS),
    nice: Math.max(pace.nice, GENTLE_NICE),
  };
}

/** How long to rest after a batch, in milliseconds. */
export function restAfter(elapsedMs: number, { nice }: Pick<Pace, 'nice'>): number {
  return Math.round(elapsedMs * nice);
}
