import type { LockLevel } from '../../change.ts';
import type { Objection, Rule } from '../rule.ts';
import type { ScriptState } from '../script-state.ts';
import {
  addedColumn,
  addedConstraint,
  commandsOf,
  newColumns,
  newConstraints,
  tableOf,
} from '../statement.ts';
import type { Statement, TableCommand } from '../statement.ts';
import { type Fields, flagIn, namesIn, placeIn, textIn } from '../syntax-tree.ts';

type Judge = (constraint: Fields, table: string) => string | null;

/** A rule on each constraint of a kind that is added to a table which was there before. */
function onConstraint(contype: string, rule: Omit<Rule, 'find'>, judge: Judge): Rule {
  return {
    ...rule,
    find: (statement, { fresh }) => {
      const table = tableOf(statement);
      if (fresh.has(table)) return [];
      return commandsOf(statement)
        .flatMap((command) => [addedConstraint(command) ?? [], ...checksOfColumn(command)].flat())
        .filter((constraint) => textIn(constraint, 'contype') === contype)
        .flatMap((constraint): readonly Objection[] => {
          const message = judge(constraint, table);
          return message === null ? [] : [{ message, place: placeIn(constraint) }];
        });
    },
  };
}

/** A new column is checked in every row, although it holds the same in all of them. */
function checksOfColumn(command: TableCommand): readonly Fields[] {
  const constraints = addedColumn(command)?.constraints ?? [];
  return constraints.filter((constraint) => textIn(constraint, 'contype') === 'CONSTR_CHECK');
}

/** Unless it is added without looking at the rows. */
const unlessUnchecked =
  (words: (table: string) => string): Judge =>
  (constraint, table) =>
    flagIn(constraint, 'skip_validation') ? null : words(table);

/** Unless its index was built before. */
const unlessIndexed =
  (words: (table: string) => string): Judge =>
  (constraint, table) =>
    textIn(constraint, 'indexname') === '' ? words(table) : null;

const indexFirst = 'CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX';

export const constraintRules: readonly Rule[] = [
  onConstraint(
    'CONSTR_CHECK',
    {
      name: 'add-check',
      severity: 'error',
      safe: 'NOT VALID, and VALIDATE CONSTRAINT in a transaction of its own (addCheck)',
    },
    unlessUnchecked((table) => `all rows are read while nobody may use ${table}`),
  ),
  onConstraint(
    'CONSTR_NOTNULL',
    {
      name: 'add-not-null',
      severity: 'error',
      safe: 'NOT VALID (from PostgreSQL 18 on), and VALIDATE CONSTRAINT in a transaction of its own',
    },
    unlessUnchecked((table) => `all rows are read while nobody may use ${table}`),
  ),
  onConstraint(
    'CONSTR_FOREIGN',
    {
      name: 'add-foreign-key',
      severity: 'error',
      safe: 'NOT VALID, and VALIDATE CONSTRAINT in a transaction of its own (addForeignKey)',
    },
    unlessUnchecked(
      (table) => `all rows of ${table} are looked up while nobody may write to either table`,
    ),
  ),
  onConstraint(
    'CONSTR_UNIQUE',
    { name: 'add-unique', severity: 'error', safe: `${indexFirst} (addUnique)` },
    unlessIndexed((table) => `an index is built while nobody may use ${table}`),
  ),
  onConstraint(
    'CONSTR_PRIMARY',
    { name: 'add-primary-key', severity: 'error', safe: `${indexFirst} (addPrimaryKey)` },
    unlessIndexed((table) => `an index is built while nobody may use ${table}`),
  ),
  onConstraint(
    'CONSTR_PRIMARY',
    {
      name: 'primary-key-over-nullable',
      severity: 'warning',
      safe: 'SET NOT NULL on its columns first, in the safe way',
    },
    (constraint, table) =>
      textIn(constraint, 'indexname') === ''
        ? null
        : `all rows are read while nobody may use ${table}, if a column of the index may be NULL`,
  ),
  onConstraint(
    'CONSTR_EXCLUSION',
    {
      name: 'add-exclusion',
      severity: 'error',
      safe: 'a new table that has it, filled and kept in step; it cannot be added without looking at the rows',
    },
    (_, table) => `each row is compared with the others while nobody may use ${table}`,
  ),
  {
    name: 'foreign-key-without-index',
    severity: 'notice',
    safe: 'CREATE INDEX CONCURRENTLY on the columns of the foreign key, first',
    find: (statement, before) =>
      foreignKeyColumns(statement)
        .filter((column) => !before.indexed.has(`${tableOf(statement)}.${column}`))
        .map((column) => ({
          message: `this file makes no index that begins with ${column}: without one each DELETE on the other side reads the whole table`,
        })),
  },
  {
    name: 'validate-at-once',
    severity: 'error',
    safe: 'commit, then VALIDATE in a transaction of its own',
    find: validatedAtOnce,
  },
];

function foreignKeyColumns(statement: Statement): readonly string[] {
  const isForeign = (constraint: Fields): boolean =>
    textIn(constraint, 'contype') === 'CONSTR_FOREIGN';
  const own = newConstraints(statement)
    .filter(isForeign)
    .flatMap((constraint) => namesIn(constraint, 'fk_attrs').slice(0, 1));
  const inColumns = newColumns(statement).filter(({ constraints }) => constraints.some(isForeign));
  return [...own, ...inColumns.map(({ name }) => name)];
}

const strongest: LockLevel = 'AccessExclusive';

/** What looks at all rows in the transaction that already keeps others out. */
function validatedAtOnce(statement: Statement, before: ScriptState): readonly Objection[] {
  const { transaction, held, unchecked } = before;
  const table = tableOf(statement);
  return commandsOf(statement)
    .filter(({ subtype }) => subtype === 'AT_ValidateConstraint')
    .flatMap(({ name }): readonly Objection[] => {
      const added = unchecked.find((one) => one.table === table && one.name === name);
      const isSame =
        added !== undefined && transaction !== null && added.transaction === transaction;
      const isHeld = held.some((lock) => lock.table === table && lock.level === strongest);
      if (!isSame && !isHeld) return [];
      return [
        {
          message: `${name} is checked while the transaction that added it keeps others out of ${table}`,
        },
      ];
    });
}
