import { feedsPair } from '../feeds.ts';
import { cutTo, LONGEST_NAME, quoteLiteral } from '../identifier.ts';
import type { SyntaxNode } from '../lint/syntax-tree.ts';
import type { Operation } from '../operation.ts';
import type { KnownTables } from './known-tables.ts';
import { zeroOf } from './drop-column.ts';
import {
  callIn,
  castIn,
  columnIn,
  columnsOf,
  constantIn,
  type Expression,
  nullTestIn,
  operatorIn,
} from './expression-shape.ts';
import type { ColumnPiece, Fill } from './pieces.ts';
import { quoteIfNeeded, wayBack } from './way-back.ts';

/** Operations with what is to be said of each. */
export interface Told {
  readonly operation: Operation;
  readonly doubts: readonly string[];
}

const told = (operation: Operation, ...doubts: readonly (string | undefined)[]): Told => ({
  operation,
  doubts: doubts.filter((one) => one !== undefined),
});

/** What all that was said of a column comes to. */
export function columnOperations(piece: ColumnPiece, known: KnownTables): readonly Told[] {
  if (piece.isNew) return piece.fill === null ? ownColumn(piece) : filledColumn(piece, piece.fill);
  return [...changedValues(piece, known), ...changedDefault(piece, known)];
}

function ownColumn({ table, name, type, notNull, default: value = null }: ColumnPiece) {
  const one = { operation: 'addColumn', table, column: name, type: type ?? 'text' } as const;
  if (notNull !== true || value !== null) {
    return [told({ ...one, notNull: notNull === true, default: value })];
  }
  const start = zeroOf(one.type);
  const doubt = `default: ${name} is NOT NULL and nothing fills it; rows that are there, and those of the old version, get ${start}`;
  return [told({ ...one, notNull: true, default: start }, doubt)];
}

function filledColumn(piece: ColumnPiece, fill: Fill): readonly Told[] {
  const { table, name, type, notNull, default: value = null, replaces } = piece;
  const one = { operation: 'addColumn', table, column: name, type: type ?? 'text' } as const;
  const [source] = columnsOf(fill.value.node).filter((column) => column !== name);
  const up = upOf(fill, name, value ?? 'NULL');
  const fed = replaces ?? source;
  if (fed === undefined) {
    const constant = constantIn(fill.value.node);
    if (constant === null || fill.where !== null) return [];
    const start = quoteLiteral(constant);
    const doubt = `default: the file gives ${name} this value in all rows that are there; here new rows get it as well`;
    const own = { ...one, notNull: notNull === true, default: start };
    return [told(own, value === null ? doubt : undefined)];
  }
  return [
    told(...pairOf(one, fill, { up, fed, isKept: replaces === null })),
    ...bound(piece, value),
  ];
}

type NewColumn = { readonly operation: 'addColumn' } & Readonly<
  Record<'table' | 'column' | 'type', string>
>;

function pairOf(
  one: NewColumn,
  fill: Fill,
  { up, fed, isKept }: { readonly up: string; readonly fed: string; readonly isKept: boolean },
): readonly [Operation, string | undefined] {
  const isWhole = up === fill.value.sql;
  const key = jsonKeyIn(fill.value.node);
  if (isKept && isWhole && key !== null) {
    const pair = feedsPair({ ...one, location: fed, key });
    return [{ ...one, up: pair.up, down: { [fed]: pair.down } }, undefined];
  }
  if (isKept) {
    const doubt =
      `down: ${fed} stays, and ${one.column} follows it; where the new version writes something else to ` +
      `${one.column}, verify holds until \`down\` says what ${fed} becomes`;
    return [{ ...one, up, down: { [fed]: quoteIfNeeded(fed) } }, doubt];
  }
  const { down, lossy, doubt } = wayBack(fill.value, fed, one.column);
  const loses = isWhole ? lossy : (lossy ?? 'up');
  return [
    { ...one, up, down: { [fed]: down }, ...(loses === undefined ? {} : { lossy: loses }) },
    doubt,
  ];
}

/** The key that is read out of a JSON column: `profile ->> 'country'`, with or without a cast. */
function jsonKeyIn(node: SyntaxNode): string | null {
  const { operator, left, right } = operatorIn(castIn(node) ?? node) ?? {};
  const isKey = operator === '->>' && columnIn(left ?? null) !== null;
  return isKey ? constantIn(right ?? null) : null;
}

/** What a filled column has besides its values comes when both versions have been brought together. */
function bound({ table, name, notNull }: ColumnPiece, value: string | null): readonly Told[] {
  const column = quoteIfNeeded(name);
  const isNotNull = {
    operation: 'addCheck',
    table,
    name: cutTo(LONGEST_NAME, `${table}_${name}_not_null`),
    check: `${column} IS NOT NULL`,
    ...({
      enforce: 'contract',
      replaces: null,
    } as const),
  } as const;
  const doubt = `NOT NULL becomes the check ${isNotNull.name}: with it SET NOT NULL reads no row when you run it after contract`;
  const start = {
    operation: 'sql',
    table,
    also: [],
    expand: '',
    down: '',
    contract: `ALTER TABLE ${quoteIfNeeded(table)} ALTER COLUMN ${column} SET DEFAULT ${value ?? ''}`,
  } as const;
  const later = `default of ${name}: it stands from contract on; until then inserts get what \`up\` gives`;
  return [
    ...(notNull === true ? [told(isNotNull, doubt)] : []),
    ...(value === null ? [] : [told(start, later)]),
  ];
}

/** The value for every row: where the UPDATE left rows out, they keep what they have. */
function upOf({ value, where }: Fill, column: string, otherwise: string): string {
  if (where === null || isSaidAnyway(where, value, column)) return value.sql;
  return `CASE WHEN ${where.sql} THEN ${value.sql} ELSE ${otherwise} END`;
}

/** The column is empty everywhere, or NULL would give NULL. */
function isSaidAnyway(where: Expression, value: Expression, column: string): boolean {
  const test = nullTestIn(where.node);
  if (test === null) return false;
  if (test.isNull) return test.column === column;
  const isStrict = callIn(value.node) === null && operatorIn(value.node)?.operator !== undefined;
  const reads = columnsOf(value.node);
  return (
    reads.length === 1 && reads[0] === test.column && (isStrict || value.node.kind !== 'CaseExpr')
  );
}

function changedValues(piece: ColumnPiece, known: KnownTables): readonly Told[] {
  const { table, name, type, fill, notNull } = piece;
  const column = quoteIfNeeded(name);
  if (type !== null) return changedType(piece, type);
  if (notNull === true) {
    const up = fill === null ? column : orElse(fill, column);
    const doubt =
      fill === null
        ? `up: nothing tells what stands for NULL in ${name}; a row that holds it would stop the backfill: coalesce(${column}, …)`
        : noDefault(piece, known);
    return [told({ operation: 'setNotNull', table, column: name, up }, doubt)];
  }
  if (notNull === false) return [relaxed(piece, known)];
  return fill === null ? [] : rewritten(piece, fill, known);
}

/** A write that leaves the column out goes on as it did since expand. */
function noDefault(
  { table, name, default: value }: ColumnPiece,
  known: KnownTables,
): string | undefined {
  const isGiven = value !== undefined || (known.column(table, name)?.default ?? null) !== null;
  if (isGiven) return undefined;
  return `default: from contract on, what leaves ${name} out gets what stands for NULL`;
}

function orElse(fill: Fill, column: string): string {
  const test = fill.where === null ? null : nullTestIn(fill.where.node);
  if (test?.isNull === true) return `coalesce(${column}, ${fill.value.sql})`;
  return upOf(fill, '', column);
}

function changedType({ table, name, using, notNull }: ColumnPiece, type: string): readonly Told[] {
  const column = quoteIfNeeded(name);
  const one = { operation: 'changeType', table, column: name, type } as const;
  const back = using === null ? { down: column } : wayBack(using, name, name);
  const { down, lossy, doubt } = back as ReturnType<typeof wayBack>;
  const changed = {
    ...one,
    up: using?.sql ?? column,
    down,
    ...(lossy === undefined ? {} : { lossy }),
  };
  const unsure =
    using === null
      ? `down: a cast back; expand tries ${name} on the rows that are there, and holds where a value would not come back`
      : doubt;
  const required = { operation: 'setNotNull', table, column: name, up: column } as const;
  return [told(changed, unsure), ...(notNull === true ? [told(required)] : [])];
}

function relaxed({ table, name }: ColumnPiece, known: KnownTables): Told {
  const column = quoteIfNeeded(name);
  const type = known.column(table, name)?.type;
  const down = `coalesce(${column}, ${zeroOf(type ?? 'text')})`;
  const guess =
    type === undefined ? `; the type of ${name} is not known here, --schema FILE tells it` : '';
  const doubt = `down: where the new version writes NULL, the old one reads ${zeroOf(type ?? 'text')}${guess}`;
  return told({ operation: 'dropNotNull', table, column: name, down }, doubt);
}

/** An UPDATE by itself: the column with other values, and of the same type. */
function rewritten({ table, name }: ColumnPiece, fill: Fill, known: KnownTables): readonly Told[] {
  const column = quoteIfNeeded(name);
  const type = known.column(table, name)?.type;
  if (type === undefined) return [];
  const up = upOf(fill, '', column);
  const back = wayBack({ ...fill.value, sql: up }, name, name);
  const down = up === fill.value.sql ? back.down : column;
  const doubt = `UPDATE: the new version reads the new values, the old one keeps what it has; writes of the old version are converted as well`;
  const one = {
    operation: 'changeType',
    table,
    column: name,
    type,
    up,
    down,
    lossy: 'up',
  } as const;
  return [told(one, doubt)];
}

function changedDefault(
  { table, name, default: value, fill, using }: ColumnPiece,
  known: KnownTables,
): readonly Told[] {
  const one = { operation: 'setDefault', table, column: name } as const;
  if (value !== undefined) return [told({ ...one, default: value })];
  const kept = known.column(table, name)?.default ?? null;
  if (kept === null || (fill === null && using === null)) return [];
  const doubt = `default: the file leaves it at ${kept}, whatever becomes of the values`;
  return [told({ ...one, default: kept }, doubt)];
}
