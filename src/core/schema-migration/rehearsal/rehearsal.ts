import type { LockLevel } from '../change.ts';
import type { BrokenStatement } from './broken-statement.ts';
import { type Estimate, extrapolated } from './line-fit.ts';

/** Parts of a rehearsal whose cost grows with the rows. */
export type MeasuredPart = 'expand' | 'backfill' | 'index' | 'verify' | 'seal' | 'contract';

/** One run of all parts on copies of one size. */
export interface RehearsalRun {
  /** Rows of the largest touched table's copy. */
  readonly rows: number;
  /** Milliseconds. */
  readonly ms: Readonly<Record<MeasuredPart, number>>;
  /** The longest that one transaction of expand or contract held a lock which writers feel. */
  readonly lockedMs: number;
  /** Bytes of WAL that the backfill wrote; without full pages, which a checkpoint makes necessary. */
  readonly walBytes: number;
  /** Of indexes that were built; the WAL has their pages whole. */
  readonly builtBytes: number;
  /** By how much the copies and their indexes grew until contract. */
  readonly grownBytes: number;
}

/** Something that a rollout would run into. */
export interface RehearsalFault {
  readonly code:
    'roundTrip' | 'failed' | 'conversion' | 'parity' | 'rules' | 'catalog' | 'statements';
  readonly message: string;
}

/** What trying a schema migration on copies of its tables has shown. */
export interface Rehearsal {
  readonly migration: string;
  readonly verdict: 'passed' | 'failed';
  readonly faults: readonly RehearsalFault[];
  /** What was tried, and what could not be, in words. */
  readonly notes: readonly string[];
  /** What the version in use could not run any more. What contract ends is no fault: it is to end by then. */
  readonly broken: readonly BrokenStatement[];
  /** Touched tables, the largest first; `rows` is the planner's estimate. */
  readonly tables: readonly {
    readonly name: string;
    readonly rows: number;
    readonly copied: number;
  }[];
  /** Locks that others would feel, from the strongest of each table on. */
  readonly locks: readonly { readonly table: string; readonly level: LockLevel }[];
  /** Tables that PostgreSQL wrote anew. */
  readonly rewritten: readonly string[];
  readonly runs: readonly RehearsalRun[];
}

/** What the whole table would take, by what the copies took. Milliseconds and bytes. */
export interface RehearsedCost {
  readonly ms: Readonly<Record<MeasuredPart, Estimate>>;
  readonly lockedMs: Estimate;
  readonly walBytes: Estimate;
  readonly builtBytes: Estimate;
  readonly grownBytes: Estimate;
}

/** Null where nothing was measured at several sizes. */
export function costOf({ runs, tables }: Rehearsal): RehearsedCost | null {
  const rows = tables[0]?.rows ?? 0;
  const estimate = (value: (run: RehearsalRun) => number): Estimate | null =>
    rows <= (runs.at(-1)?.rows ?? 0)
      ? measured(runs.map(value))
      : extrapolated(
          runs.map((run) => ({ rows: run.rows, value: value(run) })),
          rows,
        );
  const ms = parts.map((part) => [part, estimate((run) => run.ms[part])] as const);
  const lockedMs = estimate((run) => run.lockedMs);
  const walBytes = estimate((run) => run.walBytes);
  const builtBytes = estimate((run) => run.builtBytes);
  const grownBytes = estimate((run) => run.grownBytes);
  if (lockedMs === null || walBytes === null || builtBytes === null || grownBytes === null) {
    return null;
  }
  return {
    ms: Object.fromEntries(ms) as RehearsedCost['ms'],
    lockedMs,
    walBytes,
    builtBytes,
    grownBytes,
  };
}

const parts: readonly MeasuredPart[] = [
  'expand',
  'backfill',
  'index',
  'verify',
  'seal',
  'contract',
];

/** All rows were copied: the last run is no guess. */
function measured(values: readonly number[]): Estimate | null {
  const value = values.at(-1);
  return value === undefined ? null : { value, low: value, high: value };
}
