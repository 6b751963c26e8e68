import type { JobKind } from '../job.ts';

/**
 * What was carried out. `direct`: all parts at once, by a migration that another tool ran.
 * `baseline`: nothing was carried out, the target had the new shape already. `accept`: a person took
 * what others had changed for good. `cleanup`: something that was left behind was taken away.
 */
export type HistoryPart = JobKind | 'direct' | 'baseline' | 'accept' | 'cleanup';

/** One row of `crossfade.history`. Times are epoch milliseconds of the target's clock. */
export interface HistoryEntry {
  /** Grows with each row. */
  readonly id: number;
  readonly migration: string;
  readonly versionFrom: string;
  readonly versionTo: string;
  /** First 12 hexadecimal digits of SHA-256 over the canonical content. */
  readonly checksum: string;
  readonly author: string;
  /** The rollout's id; `direct` for what ran without one. */
  readonly rollout: string;
  readonly part: HistoryPart;
  readonly tables: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly durationMs: number;
  readonly outcome: 'success' | 'failed';
  readonly reason: string | null;
}

/** Where a migration stands on a target, as its newest entry says. */
export type Standing = 'absent' | 'begun' | 'applied' | 'baseline' | 'retired' | 'failed';

/** Parts after which only one shape is left. */
const ends: Partial<Record<HistoryPart, Standing>> = {
  contract: 'applied',
  direct: 'applied',
  baseline: 'baseline',
  retire: 'retired',
};

/** What the entries of one migration amount to, oldest first. */
export function standingOf(entries: readonly HistoryEntry[]): Standing {
  const last = entries.findLast(({ part }) => part !== 'accept' && part !== 'cleanup');
  if (last === undefined) return 'absent';
  if (last.outcome === 'failed') return 'failed';
  return ends[last.part] ?? 'begun';
}

/** True while both shapes stand side by side, whatever failed since. */
export function isBegun(entries: readonly HistoryEntry[]): boolean {
  return standingOf(entries.filter(({ outcome }) => outcome === 'success')) === 'begun';
}
