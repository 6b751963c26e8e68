import type { ParityGuard } from '../policy/guard.ts';
import type { Measurement } from './measurement.ts';

/** What rounds of parity have found until now, as it was seen at `at`. Epoch milliseconds. */
export interface ParitySample {
  readonly at: number;
  /** Rows that differ: in the last whole round, or in this one when those are more; null while unknown. */
  readonly rows: number | null;
  /** When the last whole round ended; null before the first. */
  readonly roundEndedAt: number | null;
  /** How far the rounds are, for people. */
  readonly note: string;
}

/** A sample older than this says nothing about now. Milliseconds. */
const staleAfterMs = 3_000;

/**
 * The verdict over what the rounds have found. A difference counts at once, since two readings saw it; that
 * there is none is known when a whole round has ended.
 * @param sample null where there are no rounds to be had
 */
export function measureParity(
  sample: ParitySample | null,
  guard: ParityGuard,
  now: number,
): Measurement {
  const rows = sample?.rows ?? null;
  return {
    guard: guard.name,
    kind: 'threshold',
    ...verdictOf(sample, guard, now),
    canary: null,
    baseline: rows,
    limit: guard.maxRows,
    unit: 'count',
    samples: { canary: 0, baseline: 0, units: 0 },
    logHarm: null,
    logNotWorse: null,
    newestAt: sample?.roundEndedAt ?? sample?.at ?? null,
    ...(sample === null ? {} : { note: sample.note }),
  };
}

function verdictOf(
  sample: ParitySample | null,
  { maxRows }: ParityGuard,
  now: number,
): Pick<Measurement, 'verdict' | 'reason'> {
  if (sample === null) {
    const reason = 'rounds of parity go from the end of the backfill until contract';
    return { verdict: 'pass', reason };
  }
  const { at, rows, note } = sample;
  if (now - at > staleAfterMs) {
    return { verdict: 'noData', reason: 'no fresh look at the rounds of parity' };
  }
  if (rows === null) return { verdict: 'noData', reason: `no whole round of late: ${note}` };
  const seen = `${rows} rows differ, limit ${maxRows}; ${note}`;
  return { verdict: rows > maxRows ? 'fail' : 'pass', reason: seen };
}
