import type { PlannedStatement } from '../planned-statement.ts';
import { type StatementWork, workOf } from './statement-work.ts';

/** What is known of a touched table without reading it. Bytes; `rows` is the planner's estimate. */
export interface SizedTable {
  readonly name: string;
  readonly rows: number | null;
  readonly bytes: number;
  readonly indexBytes: number;
}

/** What one statement takes when nobody is in its way. Seconds and bytes. */
export interface StatementCost {
  readonly seconds: number;
  readonly walBytes: number;
  readonly diskBytes: number;
}

/** Seconds that DDL takes which reads no row. Measured: 0.5 to 1 ms. */
export const MOMENT_S = 0.001;
/** What a commit takes that waits for a disk; others wait for it as well. */
export const COMMIT_S = 0.002;
/** Records of about twenty entries of the catalog and its indexes, and now and then a page more. */
export const MOMENT_WAL = 3_072;
/**
 * What the first entries of any migration make whole after a checkpoint: the last page of each catalog that tables,
 * views and triggers stand in, and of their indexes. 31 of them, little more than half full (pg_walinspect, PostgreSQL 18).
 */
export const CATALOG_PAGES_WAL = 31 * 4_700;

/**
 * Seconds per row, measured on tables of a million rows of 90 bytes (PostgreSQL 15 and 18, two cores, all of
 * it in memory): VALIDATE 0.07 s, an index 0.47 s, comparing 1.3 s, a backfill 79,000 rows/s, a rewrite 3 s.
 */
const SECONDS_PER_ROW: Readonly<Record<Exclude<StatementWork, 'moment'>, number>> = {
  scan: 0.07e-6,
  compare: 1.3e-6,
  fill: 12.6e-6,
  build: 0.47e-6,
  buildBeside: 0.94e-6,
  rewrite: 3e-6,
};

/** Where rows are large, reading them from a disk takes longer than handling them. Bytes per second. */
const READ_RATE = 500e6;

/** Of a row's entry in an index: 8 bytes of header, 4 of line pointer, a key of two words, 90 % full. */
const ENTRY_BYTES = 28 / 0.9;
/** Of WAL: header, block reference and body of an update besides the row, and of an insert into an index. */
const UPDATE_WAL = 64;
const ENTRY_WAL = 72;
/** A table of which nobody has counted the rows. */
const ROW_BYTES = 100;

/** A table that the target does not have yet. */
const NO_TABLE: SizedTable = { name: '', rows: 0, bytes: 0, indexBytes: 0 };

const rowsOf = ({ rows, bytes }: SizedTable): number =>
  rows === null || rows < 0 ? bytes / ROW_BYTES : rows;

/**
 * What a statement would take by figures of other machines: the order of magnitude, no more. Holds for
 * tables that are in memory or read at 500 MB/s, with expressions that cost no more than a cast. A rehearsal
 * replaces it by what was measured on the target.
 */
export function ruleOfThumb(
  statement: PlannedStatement,
  table: SizedTable = NO_TABLE,
): StatementCost {
  const work = workOf(statement);
  if (work === 'moment') return { seconds: MOMENT_S, walBytes: MOMENT_WAL, diskBytes: 0 };
  const { share = 1 } = statement;
  const rows = rowsOf(table) * share;
  const bytes = table.bytes * share;
  const seconds = Math.max(rows * SECONDS_PER_ROW[work], bytes / READ_RATE);
  const part = { ...table, bytes, indexBytes: table.indexBytes * share };
  return { seconds: MOMENT_S + seconds, ...written(work, part, rows) };
}

function written(
  work: StatementWork,
  { bytes, indexBytes }: SizedTable,
  rows: number,
): Omit<StatementCost, 'seconds'> {
  const indexes = Math.max(1, Math.round(indexBytes / Math.max(1, rows * ENTRY_BYTES)));
  const entries = indexes * rows;
  switch (work) {
    case 'fill':
      // The new row stands beside the old one until vacuum, and every index points at both.
      return {
        walBytes: bytes + rows * UPDATE_WAL + entries * ENTRY_WAL,
        diskBytes: bytes + entries * ENTRY_BYTES,
      };
    case 'build':
    case 'buildBeside':
      // Pages of a new index are written to the WAL whole.
      return { walBytes: rows * ENTRY_BYTES, diskBytes: rows * ENTRY_BYTES };
    case 'rewrite':
      return { walBytes: bytes + indexBytes, diskBytes: bytes + indexBytes };
    case 'scan':
    case 'compare':
    case 'moment':
      return { walBytes: 0, diskBytes: 0 };
  }
}
