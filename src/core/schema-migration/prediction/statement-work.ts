import type { PlannedStatement } from '../planned-statement.ts';

/**
 * What a statement has to do with rows: nothing (`moment`), read all of them (`scan`), read and compare both
 * shapes (`compare`), write all of them (`fill`), sort them into an index (`build`, `buildBeside` where others
 * go on writing: twice over the table), or store the table anew (`rewrite`).
 */
export type StatementWork =
  'moment' | 'scan' | 'compare' | 'fill' | 'build' | 'buildBeside' | 'rewrite';

const BUILDS = /^\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+(CONCURRENTLY\s)?/i;
const PROVES = /\bVALIDATE\s+CONSTRAINT\b/i;

/** Told by the phase, and by the few forms of DDL that our own plans hold. */
export function workOf({ phase, sql, rewrites }: PlannedStatement): StatementWork {
  if (rewrites) return 'rewrite';
  if (phase === 'backfill') return 'fill';
  if (phase === 'verify') return /\bsuspects\b/.test(sql) ? 'compare' : 'scan';
  // The index of a partitioned table has no entries: those are in its parts.
  if (/\bON ONLY\b/.test(sql)) return 'moment';
  const build = BUILDS.exec(sql);
  if (build !== null) return build[1] === undefined ? 'build' : 'buildBeside';
  return PROVES.test(sql) ? 'scan' : 'moment';
}
