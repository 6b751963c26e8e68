import { feedsPair } from '../../core/schema-migration/feeds.ts';
import { renamedIn } from '../../core/schema-migration/expression.ts';
import { cutTo, quoteExisting } from '../../core/schema-migration/identifier.ts';
import type { DeclaredLoss, Operation, Reversible } from '../../core/schema-migration/operation.ts';
import type { OperationInput } from '../kinds/operation.ts';

/**
 * The operations that were written, in their order, and after them what follows from them: each
 * operation keeps its place in the file.
 */
export function operationsOf(inputs: readonly OperationInput[]): Operation[] {
  return [...inputs.flatMap(operationOf), ...inputs.flatMap(followersOf)];
}

/** For each of them, the one among the inputs that it was written in. */
export function writtenIn(inputs: readonly OperationInput[]): readonly number[] {
  const of = (made: (input: OperationInput) => readonly Operation[]): readonly number[] =>
    inputs.flatMap((input, at) => made(input).map(() => at));
  return [...of(operationOf), ...of(followersOf)];
}

/** Columns that lead to one whose type changes, and change with it. */
function followersOf({ changeType: written }: OperationInput): Operation[] {
  const { column, type, up, down } = written ?? {};
  const followers = written?.references?.follow ?? [];
  return followers.flatMap((follower) => {
    const own = quoteExisting(follower.column);
    const said = (sql: string | undefined): string =>
      sql === undefined ? own : renamedIn(sql, column ?? '', own, `changeType of ${column ?? ''}`);
    const conversion = { type: type ?? '', up: said(up), down: said(down) };
    const border = written?.reversible;
    const reversible = border === undefined ? undefined : { ...border, while: said(border.while) };
    return [{ operation: 'changeType', ...follower, ...conversion, ...lossOf({ reversible }) }];
  });
}

/**
 * The operation that was written, with its defaults. Nothing for what this version lacks; whoever
 * wrote it is told by `refuseUnsupported`.
 */
export function operationOf(input: OperationInput): Operation[] {
  return [
    ...addCheck(input),
    ...addColumn(input),
    ...addForeignKey(input),
    ...addKey(input),
    ...changeType(input),
    ...createIndex(input),
    ...createTable(input),
    ...dropColumn(input),
    ...mergeTables(input),
    ...splitList(input),
    ...splitTable(input),
    ...sql(input),
    ...plain(input),
  ];
}

function addCheck({ addCheck: written }: OperationInput): Operation[] {
  if (written === undefined) return [];
  const { table, name, check, enforce = 'contract', column, up, down = null } = written;
  const replaces = column === undefined || up === undefined ? null : { column, up, down };
  return [{ operation: 'addCheck', table, name, check, enforce, replaces }];
}

function addColumn({ addColumn: written }: OperationInput): Operation[] {
  if (written === undefined) return [];
  const { table, column, type, up, feeds, notNull = false, default: value = null } = written;
  const one = { operation: 'addColumn', table, column, type } as const;
  if (up === undefined && feeds === undefined) return [{ ...one, notNull, default: value }];
  return [{ ...one, ...pairOf(written), ...lossOf(written) }];
}

type WrittenColumn = NonNullable<OperationInput['addColumn']>;

function pairOf({ column, type, up = '', down = {}, feeds = {} }: WrittenColumn) {
  const [fed] = Object.entries(feeds);
  if (fed === undefined) return { up, down };
  const [location, key] = fed;
  const pair = feedsPair({ column, type, location, key });
  return { up: pair.up, down: { [location]: pair.down } };
}

function addForeignKey({ addForeignKey: written }: OperationInput): Operation[] {
  if (written === undefined) return [];
  const { onDelete = 'no action', onUpdate = 'no action', enforce = 'contract' } = written;
  const references = { schema: null, ...present(written.references) };
  return [{ operation: 'addForeignKey', ...written, references, onDelete, onUpdate, enforce }];
}

function addKey({ addUnique: unique, addPrimaryKey: primary }: OperationInput): Operation[] {
  if (unique !== undefined) {
    const { include = [], nulls = 'distinct', enforce = 'contract' } = unique;
    return [{ operation: 'addUnique', ...unique, include, nulls, enforce }];
  }
  if (primary === undefined) return [];
  const { name = `${cutTo(58, primary.table)}_pkey`, enforce = 'contract' } = primary;
  return [{ operation: 'addPrimaryKey', ...primary, name, enforce }];
}

/** Left out, a conversion is the cast that every conversion ends with. */
function changeType({ changeType: written }: OperationInput): Operation[] {
  if (written === undefined) return [];
  const { table, column, type } = written;
  const [up, down] = [written.up, written.down].map((one) => one ?? quoteExisting(column));
  const conversion = { up: up ?? '', down: down ?? '', ...lossOf(written) };
  return [{ operation: 'changeType', table, column, type, ...conversion }];
}

function lossOf({ lossy, reversible }: Declared) {
  return {
    ...(lossy === undefined ? {} : { lossy }),
    ...(reversible === undefined ? {} : { reversible: borderOf(reversible) }),
  };
}

interface Declared {
  readonly lossy?: DeclaredLoss | undefined;
  readonly reversible?: WrittenBorder | undefined;
}

interface WrittenBorder {
  readonly while: string;
  readonly warnBefore?: number | undefined;
}

const borderOf = ({ while: holds, warnBefore }: WrittenBorder): Reversible => ({
  while: holds,
  ...(warnBefore === undefined ? {} : { warnBeforeMs: warnBefore }),
});

function createIndex({ createIndex: written }: OperationInput): Operation[] {
  if (written === undefined) return [];
  const { table, name, columns, using: method = 'btree', include = [], where = null } = written;
  const parts = columns.map((part) => {
    const given = typeof part === 'string' ? { column: part } : part;
    const { column = null, expression = null, opclass = null, order = 'asc', nulls = null } = given;
    return { column, expression, opclass, order, nulls };
  });
  return [{ operation: 'createIndex', table, name, method, parts, include, where }];
}

function createTable({ createTable: written }: OperationInput): Operation[] {
  if (written === undefined) return [];
  const columns = written.columns.map(({ default: value = null, notNull = false, ...column }) => {
    const { name, type, identity } = column;
    return { name, type, notNull, default: value, ...(identity === undefined ? {} : { identity }) };
  });
  return [{ operation: 'createTable', ...written, columns }];
}

function dropColumn({ dropColumn: written }: OperationInput): Operation[] {
  if (written === undefined) return [];
  const { table, column, down } = written;
  return [{ operation: 'dropColumn', table, column, ...(down === undefined ? {} : { down }) }];
}

function splitList({ splitList: written }: OperationInput): Operation[] {
  if (written === undefined) return [];
  const nothing = { key: {}, position: 'position', type: null, up: null, down: null };
  const rest = { missing: null, foreignKey: false };
  return [{ operation: 'splitList', ...nothing, ...rest, ...present(written) }];
}

function splitTable({ splitTable: written }: OperationInput): Operation[] {
  if (written === undefined) return [];
  const { table, into, key = {}, foreignKey = false } = written;
  const columns = written.columns.map(moved);
  return [{ operation: 'splitTable', table, into, key, columns, foreignKey }];
}

function mergeTables({ mergeTables: written }: OperationInput): Operation[] {
  if (written === undefined) return [];
  const { table, from, key = {} } = written;
  return [{ operation: 'mergeTables', table, from, key, columns: written.columns.map(moved) }];
}

type WrittenMove = NonNullable<OperationInput['splitTable']>['columns'][number];

/** A column that keeps its name unless it is given another. */
function moved(one: WrittenMove) {
  const given = typeof one === 'string' ? { column: one } : one;
  return { to: given.column, ...present(given), column: given.column };
}

function sql({ sql: written }: OperationInput): Operation[] {
  if (written === undefined) return [];
  const { tables, expand = '', contract = '', down = '' } = written;
  const [table = '', ...also] = tables;
  return [{ operation: 'sql', table, also, expand, contract, down }];
}

/** Without the keys that nobody wrote. */
function present<T extends object>(written: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const entries = Object.entries(written).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}

/** Those that are carried out as they are written. */
function plain(input: OperationInput): Operation[] {
  const { dropIndex, dropNotNull, dropTable } = input;
  const { renameColumn, renameTable, setDefault, setNotNull } = input;
  if (dropIndex !== undefined) return [{ operation: 'dropIndex', ...dropIndex }];
  if (dropNotNull !== undefined) return [{ operation: 'dropNotNull', ...dropNotNull }];
  if (dropTable !== undefined) return [{ operation: 'dropTable', ...dropTable }];
  if (renameColumn !== undefined) return [{ operation: 'renameColumn', ...renameColumn }];
  if (renameTable !== undefined) return [{ operation: 'renameTable', ...renameTable }];
  if (setDefault !== undefined) return [{ operation: 'setDefault', ...setDefault }];
  return setNotNull === undefined ? [] : [{ operation: 'setNotNull', ...setNotNull }];
}
