import type { LockLevel } from './change.ts';
import type { PlannedStatement } from './planned-statement.ts';

/** How often a plan takes a lock of one kind on a table; null for locks that keep nobody waiting. */
export interface LockCount {
  readonly table: string;
  readonly level: LockLevel;
  readonly times: number;
}

/** From the strongest; weaker ones keep neither readers nor writers waiting. */
const FELT: readonly LockLevel[] = ['AccessExclusive', 'ShareRowExclusive', 'Share'];

/** The locks of a plan that somebody could feel, table by table, the strongest first. */
export function lockCounts(statements: readonly PlannedStatement[]): readonly LockCount[] {
  const felt = statements.filter(({ lock }) => FELT.includes(lock));
  const tables = [...new Set(felt.map(({ table }) => table))];
  return tables.flatMap((table) =>
    FELT.flatMap((level) => {
      const times = felt.filter((one) => one.table === table && one.lock === level).length;
      return times === 0 ? [] : [{ table, level, times }];
    }),
  );
}

/** `ACCESS EXCLUSIVE`, as PostgreSQL's documentation writes it. */
export function lockWords(level: LockLevel): string {
  return level.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toUpperCase();
}
