import type { ConstraintCatalog, TableCatalog } from './catalog.ts';
import { exclusively } from './change.ts';
import type { Change, ChangeStatement, LockLevel, Relation } from './change.ts';
import { qualified, quoteExisting } from './identifier.ts';
import type { Enforce } from './operation.ts';
import { renameConstraint } from './rename-constraint.ts';
import type { RulePlace } from './rule.ts';

/** A constraint that is on its way. */
export interface WantedConstraint {
  /** Until contract; ours alone. */
  readonly interim: string;
  /** What people know it by. */
  readonly name: string;
  /** `CHECK (…)` or `FOREIGN KEY …`: what PostgreSQL can take in two steps. */
  readonly definition: string;
  /** What adding it locks its table by. */
  readonly lock: LockLevel;
  /** Other tables that are locked as well. */
  readonly also?: readonly Relation[];
  /** False for one that is to hold for new rows only; true unless told. */
  readonly proven?: boolean;
}

export type ConstraintSteps = Pick<Change, 'bind' | 'index' | 'seal'> &
  Required<Pick<Change, 'rename' | 'retire'>>;

/**
 * The steps of a constraint: for new rows, then for all of them, and its name at contract. Where the
 * old version is said to keep it already it holds from expand on, else from just before contract.
 */
export function constraintSteps(
  place: RulePlace,
  wanted: WantedConstraint,
  enforce: Enforce,
): ConstraintSteps {
  const [add, validate] = [addConstraint(place, wanted), validateConstraint(place, wanted)];
  const where = {
    schema: place.migration.schema,
    name: place.table?.name ?? place.operation.table,
  };
  const { interim, name } = wanted;
  return {
    ...(enforce === 'expand' ? { bind: add, index: validate } : { seal: [...add, ...validate] }),
    rename: renameConstraint(where, place.table, interim, name),
    retire: dropConstraint(place, wanted),
  };
}

/** For new rows: takes a lock for a moment and reads no row. */
function addConstraint(
  place: RulePlace,
  { interim, name, definition, lock, also = [] }: WantedConstraint,
): readonly ChangeStatement[] {
  if (constraintNamed(place.table, interim) !== undefined) return [];
  const sql = `ALTER TABLE ${tableOf(place)} ADD CONSTRAINT ${quoteExisting(interim)} ${definition} NOT VALID`;
  return [{ sql, lock, words: `adds ${name}`, also }];
}

/** For all rows: reads them while everybody writes. */
function validateConstraint(
  place: RulePlace,
  { interim, name, proven = true }: WantedConstraint,
): readonly ChangeStatement[] {
  if (!proven || constraintNamed(place.table, interim)?.validated === true) return [];
  const sql = `ALTER TABLE ${tableOf(place)} VALIDATE CONSTRAINT ${quoteExisting(interim)}`;
  return [{ sql, lock: 'ShareUpdateExclusive', words: `validates ${name}` }];
}

function dropConstraint(
  place: RulePlace,
  { interim, also = [] }: Pick<WantedConstraint, 'interim' | 'also'>,
): readonly ChangeStatement[] {
  if (constraintNamed(place.table, interim) === undefined) return [];
  const sql = `ALTER TABLE ${tableOf(place)} DROP CONSTRAINT IF EXISTS ${quoteExisting(interim)}`;
  return exclusively(sql).map((one) => ({ ...one, also }));
}

export function constraintNamed(
  table: TableCatalog | null,
  name: string,
): ConstraintCatalog | undefined {
  return table?.constraints.find((one) => one.name === name);
}

const tableOf = ({ migration, table, operation }: RulePlace): string =>
  qualified(migration.schema, table?.name ?? operation.table);
