import { type Hours, isOpen, nextOpening } from '../calendar/hours.ts';
import { placeAndTime } from '../calendar/local-time.ts';
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
  /** The hours in which it works; null: at any time. */
  readonly during: readonly Hours[] | null;
  /** Whether it gives way to others, however little rest a person has asked for. */
  readonly isGentle: boolean;
}

/** What a person changes; what is left out stays as it is. */
export interface PaceChange {
  readonly batchTimeMs?: number;
  readonly nice?: number;
  readonly paused?: boolean;
  readonly limits?: Partial<ThrottleLimits>;
  /** Takes the hours away that the policy gave it: it works at any time. */
  readonly anytime?: true;
}

/** The part of a pace that differs from what is usual, as a job keeps it. */
export type StoredPace = Partial<Omit<Pace, 'batchTimeMs' | 'limits' | 'isGentle'>> & {
  readonly limits?: Partial<ThrottleLimits>;
};

/**
 * Beside others a batch takes no longer, in milliseconds, for so long a statement of theirs may wait for its rows or
 * for a processor, …
 */
const GENTLE_BATCH_MS = 2;
/** … and rests by so many times what it took: with four, one statement in five meets it at all, … */
const GENTLE_NICE = 4;
/** … but no longer than this: on a starved machine a batch takes long because it waits for its turn, not because it works. */
const GENTLE_REST_MS = 40;

export function paceOf(batchTimeMs: number, stored: StoredPace): Pace {
  const { nice = 0, pausedBy = null, limits = {}, during = null } = stored;
  const all = { ...USUAL_LIMITS, ...limits };
  return { batchTimeMs, nice, pausedBy, limits: all, during, isGentle: false };
}

/** What is kept after a person has changed something. */
export function changed(stored: StoredPace, change: PaceChange, by: string): StoredPace {
  const { nice, paused, limits, anytime } = change;
  return {
    ...stored,
    ...(nice === undefined ? {} : { nice }),
    ...(anytime === undefined ? {} : { during: null }),
    ...(paused === undefined ? {} : { pausedBy: paused ? by : null }),
    ...(limits === undefined ? {} : { limits: { ...stored.limits, ...limits } }),
  };
}

/** What people read while somebody has stopped it; null while it may run. */
export function pausedWords({ pausedBy = null }: Pick<StoredPace, 'pausedBy'>): string | null {
  return pausedBy === null ? null : `paused by ${pausedBy}`;
}

/** What people read outside of its hours; null while it may work. */
export function scheduleWords({ during }: Pick<Pace, 'during'>, at: number): string | null {
  if (during === null) return null;
  const calendar = { hours: during, blackouts: [] };
  if (isOpen(calendar, at)) return null;
  const opens = nextOpening(calendar, at);
  const timezone = during[0]?.timezone ?? 'UTC';
  return `waits for its hours${opens === null ? '' : `, until ${placeAndTime(timezone, opens)}`}`;
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
    isGentle: true,
  };
}

/** Only who is alone, and was not asked to rest, takes more than one processor. */
export function isUnrestrained({ nice, isGentle }: Pick<Pace, 'nice' | 'isGentle'>): boolean {
  return !isGentle && nice === 0;
}

/** How long to rest after a batch, in milliseconds. */
export function restAfter(
  elapsedMs: number,
  { nice, isGentle }: Pick<Pace, 'nice' | 'isGentle'>,
): number {
  const gentle = isGentle ? Math.min(elapsedMs * GENTLE_NICE, GENTLE_REST_MS) : 0;
  return Math.round(Math.max(elapsedMs * nice, gentle));
}
