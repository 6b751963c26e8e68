import type { LockLevel } from '../change.ts';
import type { BrokenStatement } from './broken-statement.ts';
import { type IndexKey, relativeSize } from './index-size.ts';
import { type Estimate, extrapolated, type MeasuredPoint, proportional } from './line-fit.ts';

/** Parts of a rehearsal whose cost grows with the rows. */
export type MeasuredPart = 'expand' | 'backfill' | 'index' | 'verify' | 'seal' | 'contract';

/** One run of all parts on copies of one size. */
export interface RehearsalRun {
  /** Rows of the largest touched table's copy. */
  readonly rows: number;
  /** Milliseconds. */
  readonly ms: Readonly<Record<MeasuredPart, number>>;
  /** Of the second passes that indexes take which are built beside writers, in milliseconds; absent in earlier reports. */
  readonly passMs?: number;
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
  /** What a commit takes that waits for the disk, in milliseconds; absent in reports of earlier versions. */
  readonly commitMs?: number;
  /** What a statement on Crossfade's own notes takes, in milliseconds; absent in reports of earlier versions. */
  readonly noteMs?: number;
  /** Keys of the indexes that are built; absent in reports of earlier versions. */
  readonly keys?: readonly IndexKey[];
}

/** What the whole table would take, by what the copies took. Milliseconds and bytes. */
export interface RehearsedCost {
  readonly ms: Readonly<Record<MeasuredPart, Estimate>>;
  readonly passMs: Estimate;
  readonly lockedMs: Estimate;
  readonly commitMs: number;
  readonly noteMs: number;
  readonly walBytes: Estimate;
  readonly builtBytes: Estimate;
  readonly grownBytes: Estimate;
}

/** What the whole table would take; null where nothing was measured at several sizes, and not at this one. */
export function costOf(rehearsal: Rehearsal): RehearsedCost | null {
  const { runs, commitMs = 0, noteMs = 0 } = rehearsal;
  const estimate = (value: Value, along?: Along): Estimate | null =>
    estimated(rehearsal, value, along);
  const ms = parts.map((part) => {
    const along = isOfRows(part, runs) ? proportional : extrapolated;
    return [part, estimate((run) => run.ms[part], along)] as const;
  });
  // Earlier versions took the second pass for as long as the first.
  const passMs = estimate(({ passMs: own, ms: { index } }) => own ?? index, proportional);
  const lockedMs = estimate((run) => run.lockedMs);
  const walBytes = estimate((run) => run.walBytes);
  const builtBytes = estimate((run) => run.builtBytes, builtAlong(rehearsal));
  const grownBytes = estimate((run) => run.grownBytes);
  if (passMs === null || lockedMs === null) return null;
  if (walBytes === null || builtBytes === null || grownBytes === null) return null;
  return {
    ms: Object.fromEntries(ms) as RehearsedCost['ms'],
    passMs,
    lockedMs,
    commitMs,
    noteMs,
    walBytes,
    builtBytes,
    grownBytes,
  };
}

/** The same as if everything had come to one end of its interval. */
export function atEnd(cost: RehearsedCost, end: 'low' | 'high'): RehearsedCost {
  const only = (estimate: Estimate): Estimate => ({ ...estimate, value: estimate[end] });
  const ms = Object.entries(cost.ms).map(([part, estimate]) => [part, only(estimate)] as const);
  return {
    ...cost,
    ms: Object.fromEntries(ms) as RehearsedCost['ms'],
    passMs: only(cost.passMs),
    lockedMs: only(cost.lockedMs),
    walBytes: only(cost.walBytes),
    builtBytes: only(cost.builtBytes),
    grownBytes: only(cost.grownBytes),
  };
}

/** As the last run was, where that had as many rows; else by all runs. */
function estimated(
  { runs, tables }: Rehearsal,
  value: Value,
  along: Along = extrapolated,
): Estimate | null {
  const rows = tables[0]?.rows ?? 0;
  const most = runs.at(-1)?.rows ?? 0;
  const isOne = runs.length === 1;
  if (isOne ? rows <= most : Math.abs(rows - most) <= most * SAME) return measured(runs.map(value));
  return along(
    runs.map((run) => ({ rows: run.rows, value: value(run) })),
    rows,
  );
}

/** Numbers of rows by the planner's estimate that differ by no more than this part are the same. */
const SAME = 0.05;

type Value = (run: RehearsalRun) => number;
type Along = (points: readonly MeasuredPoint[], rows: number) => Estimate | null;

/** Parts that handle row after row and do little else. Where nothing is built, `index` only takes away. */
function isOfRows(part: MeasuredPart, runs: readonly RehearsalRun[]): boolean {
  if (part === 'index') return (runs.at(-1)?.builtBytes ?? 0) > 0;
  return part === 'backfill' || part === 'verify';
}

/** Indexes grow with their keys rather than with the rows: the line is laid through sizes that follow from those. */
function builtAlong({ tables, keys = [] }: Rehearsal): Along {
  if (keys.length === 0) return extrapolated;
  const largest = Math.max(1, tables[0]?.rows ?? 0);
  const sizeAt = (rows: number): number =>
    keys.reduce((sum, key) => {
      const all = tables.find(({ name }) => name === key.table)?.rows ?? largest;
      return sum + relativeSize(key, all, Math.min(1, rows / largest));
    }, 0);
  return (points, rows) =>
    extrapolated(
      points.map((one) => ({ ...one, rows: sizeAt(one.rows) })),
      sizeAt(rows),
    );
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
