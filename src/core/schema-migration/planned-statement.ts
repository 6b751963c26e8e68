import type { ChangeStatement, LockLevel } from './change.ts';
import type { TableChange } from './resolve-migration.ts';

/**
 * `baseline` comes before `expand` and takes no lock on a table. `index` ends the backfill, and `seal`
 * begins contract; each of their statements stands by itself, and the first one alone is sure to be
 * wanted: what is left is planned anew when it is done.
 */
export type PlanPhase =
  'baseline' | 'expand' | 'backfill' | 'index' | 'verify' | 'seal' | 'contract' | 'retire';

/** One statement of a plan. Those of one phase and table share a transaction, but for index and seal. */
export interface PlannedStatement extends ChangeStatement {
  readonly phase: PlanPhase;
  /** The table that it concerns, by its name in the operations. */
  readonly table: string;
  /** True when PostgreSQL writes the whole table anew. */
  readonly rewrites: boolean;
  /** False from the point of no return on: a rollback would lose what is written after it. */
  readonly reversible: boolean;
}

/** Contract ends the sync, so from there on the old shape falls behind, although nothing is dropped. */
export function planned(
  phase: PlanPhase,
  { name }: TableChange,
  statements: readonly ChangeStatement[],
): readonly PlannedStatement[] {
  const reversible = phase !== 'contract';
  return statements.map((one) => ({ phase, table: name, ...one, rewrites: false, reversible }));
}

export const under = (lock: LockLevel, sql: readonly string[]): readonly ChangeStatement[] =>
  sql.map((one) => ({ sql: one, lock }));

/** What the operations on a table say of one part, in their order. */
export const every = (
  { changes }: TableChange,
  part: 'expand' | 'bind' | 'index' | 'seal' | 'untie' | 'contract' | 'rename' | 'leave' | 'retire',
): readonly ChangeStatement[] => changes.flatMap((change) => change[part] ?? []);
