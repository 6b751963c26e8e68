import { locksOf, type TableLock } from './locks.ts';
import { commandsOf, newConstraints, relationName, type Statement, tableOf } from './statement.ts';
import { type Fields, fieldsIn, flagIn, namesIn, nodeIn, nodesIn, textIn } from './syntax-tree.ts';

/** How a script is run. */
export interface Running {
  /** Major version of the server. */
  readonly server: number;
  /** Whether the tool that runs it puts all of it into one transaction. */
  readonly isWrapped: boolean;
}

/** A constraint that the script has added without looking at the rows. */
export interface Unchecked {
  readonly table: string;
  readonly name: string;
  /** The column that it says is not null; null for any other condition. */
  readonly notNull: string | null;
  /** Number of the transaction that added it; null where each statement has one of its own. */
  readonly transaction: number | null;
}

/** What the statements so far have left. */
export interface ScriptState extends Running {
  /** Tables that the script has made itself: nobody else uses them yet. */
  readonly fresh: ReadonlySet<string>;
  /** Number of the transaction that is open; null between transactions. */
  readonly transaction: number | null;
  /** How often a transaction was begun. */
  readonly transactions: number;
  /** Whether the script itself began the one that is open. */
  readonly isBegun: boolean;
  /** Locks that the open transaction holds until it ends. */
  readonly held: readonly TableLock[];
  readonly unchecked: readonly Unchecked[];
  /** `table.column` that a checked constraint shows to be not null. */
  readonly shownNotNull: ReadonlySet<string>;
  /** Whether a statement that waits for a lock gives up. */
  readonly givesUp: boolean;
  /** Tables that were altered before, with the number of the transaction. */
  readonly altered: readonly { readonly table: string; readonly transaction: number | null }[];
  /** First columns of the indexes that it made: `table.column`. */
  readonly indexed: ReadonlySet<string>;
}

export function beginningOf({ server, isWrapped }: Running): ScriptState {
  return {
    server,
    isWrapped,
    fresh: new Set(),
    transaction: isWrapped ? 0 : null,
    transactions: isWrapped ? 1 : 0,
    isBegun: false,
    held: [],
    unchecked: [],
    shownNotNull: new Set(),
    givesUp: false,
    altered: [],
    indexed: new Set(),
  };
}

/** What is left after one more statement. */
export function after(before: ScriptState, statement: Statement): ScriptState {
  if (statement.kind === 'TransactionStmt') return afterTransaction(before, statement);
  const { transaction } = before;
  const altered =
    commandsOf(statement).length > 0 ? [{ table: tableOf(statement), transaction }] : [];
  const locks = locksOf(statement).filter(({ table }) => !before.fresh.has(table));
  return {
    ...before,
    fresh: new Set([...before.fresh, ...madeBy(statement)]),
    held: transaction === null ? [] : [...before.held, ...locks],
    givesUp: givesUpAfter(before.givesUp, statement),
    altered: [...before.altered, ...altered],
    indexed: new Set([...before.indexed, ...indexedBy(statement)]),
    ...constraintsAfter(before, statement),
  };
}

function afterTransaction(before: ScriptState, { fields }: Statement): ScriptState {
  switch (textIn(fields, 'kind')) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START': {
      const { transactions } = before;
      return {
        ...before,
        transaction: transactions,
        transactions: transactions + 1,
        isBegun: true,
      };
    }
    case 'TRANS_STMT_COMMIT':
    case 'TRANS_STMT_ROLLBACK':
    case 'TRANS_STMT_PREPARE':
      return { ...before, transaction: null, isBegun: false, held: [] };
    default:
      return before;
  }
}

function madeBy({ kind, fields }: Statement): readonly string[] {
  if (kind === 'CreateStmt') return [relationName(fieldsIn(fields, 'relation'))];
  if (kind !== 'CreateTableAsStmt') return [];
  return [relationName(fieldsIn(fieldsIn(fields, 'into'), 'rel'))];
}

function givesUpAfter(before: boolean, { kind, fields }: Statement): boolean {
  if (kind !== 'VariableSetStmt' || textIn(fields, 'name') !== 'lock_timeout') return before;
  const [value] = nodesIn(fields, 'args');
  if (textIn(fields, 'kind') !== 'VAR_SET_VALUE' || value === undefined) return false;
  const words = textIn(fieldsIn(value.fields, 'sval'), 'sval');
  const number = fieldsIn(value.fields, 'ival')['ival'];
  return words === '' ? typeof number === 'number' : !/^0+\D*$/.test(words);
}

function indexedBy(statement: Statement): readonly string[] {
  if (statement.kind === 'IndexStmt') {
    const [first] = nodesIn(statement.fields, 'indexParams');
    const column = first === undefined ? '' : textIn(first.fields, 'name');
    return column === '' ? [] : [`${tableOf(statement)}.${column}`];
  }
  return newConstraints(statement)
    .filter(({ contype }) => contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE')
    .flatMap((constraint) => namesIn(constraint, 'keys').slice(0, 1))
    .map((column) => `${tableOf(statement)}.${column}`);
}

function constraintsAfter(
  { unchecked, shownNotNull, transaction }: ScriptState,
  statement: Statement,
): Pick<ScriptState, 'unchecked' | 'shownNotNull'> {
  const table = tableOf(statement);
  const added = newConstraints(statement)
    .filter((constraint) => flagIn(constraint, 'skip_validation'))
    .map((constraint): Unchecked => {
      const name = textIn(constraint, 'conname');
      return { table, name, notNull: columnShown(constraint), transaction };
    });
  const validated = commandsOf(statement)
    .filter(({ subtype }) => subtype === 'AT_ValidateConstraint')
    .map(({ name }) => name);
  const shown = unchecked
    .filter((one) => one.table === table && validated.includes(one.name) && one.notNull !== null)
    .map(({ notNull }) => `${table}.${notNull}`);
  return {
    unchecked: [...unchecked, ...added],
    shownNotNull: new Set([...shownNotNull, ...shown]),
  };
}

/** `c` of a constraint `CHECK (c IS NOT NULL)` or `NOT NULL c`. */
function columnShown(constraint: Fields): string | null {
  if (textIn(constraint, 'contype') === 'CONSTR_NOTNULL')
    return namesIn(constraint, 'keys')[0] ?? null;
  const test = nodeIn(constraint, 'raw_expr');
  if (test?.kind !== 'NullTest' || textIn(test.fields, 'nulltesttype') !== 'IS_NOT_NULL')
    return null;
  const column = nodeIn(test.fields, 'arg');
  return column?.kind === 'ColumnRef' ? (namesIn(column.fields, 'fields').at(-1) ?? null) : null;
}
