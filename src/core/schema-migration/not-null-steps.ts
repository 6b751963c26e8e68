import { constraintSteps } from './build-constraint.ts';
import { exclusively } from './change.ts';
import type { Change } from './change.ts';
import { qualified, quoteExisting } from './identifier.ts';
import type { Enforce } from './operation.ts';
import { rowRule } from './rule.ts';
import type { RulePlace } from './rule.ts';

/** Columns that hold no NULL from contract on. */
export interface WantedNotNull {
  /** Of the check that proves it; ours alone. */
  readonly interim: string;
  /** What people know it by. */
  readonly name: string;
  /** Where the values stand until contract, and what the column is called then. */
  readonly columns: readonly { readonly standing: string; readonly name: string }[];
}

/** A check proves it while everybody writes; with it NOT NULL is set without reading a row. */
export function notNullSteps(
  place: RulePlace,
  { interim, name, columns }: WantedNotNull,
  enforce: Enforce,
): Partial<Change> {
  if (columns.length === 0) return {};
  const where = qualified(place.migration.schema, place.table?.name ?? place.operation.table);
  const isKnown = columns.map((one) => `${quoteExisting(one.standing)} IS NOT NULL`).join(' AND ');
  const definition = `CHECK (${isKnown})`;
  const wanted = { interim, name, definition, lock: 'AccessExclusive' } as const;
  const { rename: _, ...steps } = constraintSteps(place, wanted, enforce);
  return {
    ...steps,
    contract: exclusively(
      ...columns.map(
        (one) => `ALTER TABLE ${where} ALTER COLUMN ${quoteExisting(one.name)} SET NOT NULL`,
      ),
      `ALTER TABLE ${where} DROP CONSTRAINT ${quoteExisting(interim)}`,
    ),
    rules: [rowRule(place, name, `NOT (${isKnown})`)],
  };
}
