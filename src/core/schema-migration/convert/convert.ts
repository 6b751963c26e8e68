import type { Statement } from '../lint/statement.ts';
import { nodesIn, textIn } from '../lint/syntax-tree.ts';
import type { Sql } from '../operation.ts';
import { alterTable } from './alter-table.ts';
import { columnOperations } from './column-operations.ts';
import type { Conversion, ConvertedOperation, Remark } from './conversion.ts';
import { createIndex } from './create-index.ts';
import { createTable } from './create-table.ts';
import { Draft, NotConvertible } from './draft.ts';
import { constantIn } from './expression-shape.ts';
import { dropObjects } from './drop-objects.ts';
import { remarksAt } from './given-names.ts';
import type { KnownTables } from './known-tables.ts';
import {
  byHand,
  comment,
  createFunction,
  createPolicy,
  createTrigger,
  createView,
  grant,
  needless,
} from './other-statements.ts';
import type { AuthorPiece, ColumnPiece, Piece, TablePiece } from './pieces.ts';
import { rename } from './rename.ts';
import { tableOperation } from './table-operations.ts';
import { quoteIfNeeded } from './way-back.ts';
import { insert, update } from './write-rows.ts';

/**
 * The operations that a script's statements come to. Statements that belong together become one; what
 * no operation says is refused with the reason; nothing is left out in silence. Pure: the same script
 * gives the same operations.
 */
export function convert(statements: readonly Statement[], known: KnownTables): Conversion {
  const draft = new Draft(known);
  for (const statement of statements) read(statement, draft);
  const refused = [...draft.refused];
  const operations = draft.pieces.flatMap((piece) => finished(piece, draft, refused));
  return {
    schema: draft.schema,
    operations,
    refused: refused.toSorted((one, other) => one.place - other.place),
    needless: draft.needless,
  };
}

const readers: Readonly<Record<string, (statement: Statement, draft: Draft) => void>> = {
  AlterTableStmt: alterTable,
  CommentStmt: comment,
  CreateFunctionStmt: createFunction,
  CreatePolicyStmt: createPolicy,
  CreateStmt: createTable,
  CreateTrigStmt: createTrigger,
  DropStmt: dropObjects,
  GrantStmt: grant,
  IndexStmt: createIndex,
  InsertStmt: insert,
  RenameStmt: rename,
  UpdateStmt: update,
  ViewStmt: createView,
};

function read(statement: Statement, draft: Draft): void {
  const { kind, place } = statement;
  if (kind === 'VariableSetStmt') lookIn(statement, draft);
  const why = needless[kind];
  if (why !== undefined) {
    draft.needless.push({ place, message: why });
    return;
  }
  try {
    const reader = readers[kind];
    if (reader === undefined) throw new NotConvertible(byHand[kind] ?? nothingSays);
    reader(statement, draft);
  } catch (fault) {
    if (!(fault instanceof NotConvertible)) throw fault;
    draft.refused.push({ place: fault.place ?? place, message: fault.message });
  }
}

/** `SET search_path` says which tables those are that come without a schema. */
function lookIn({ fields }: Statement, draft: Draft): void {
  if (textIn(fields, 'name') !== 'search_path') return;
  draft.searchPath = constantIn(nodesIn(fields, 'args')[0] ?? null) ?? 'public';
}

const nothingSays =
  'no operation says it; run it by hand, or write an operation `sql` with your own expand, contract and down';

function finished(piece: Piece, draft: Draft, refused: Remark[]): readonly ConvertedOperation[] {
  const { place, doubts } = piece;
  switch (piece.kind) {
    case 'operation':
      return [{ operation: piece.operation, place, doubts }];
    case 'column':
      return ofColumn(piece, draft, refused);
    case 'table':
      return ofTable(piece, draft, refused);
    case 'author':
      return ofAuthor(piece, draft, refused);
  }
}

function ofColumn(piece: ColumnPiece, draft: Draft, refused: Remark[]) {
  const { place } = piece;
  const told = columnOperations(piece, draft.known);
  if (told.length === 0) {
    const at = piece.fill?.place ?? place;
    refused.push({ place: at, message: fillRefusal(piece) });
  }
  const own = told.map(({ operation, doubts }, index) => ({
    operation,
    place,
    doubts: [...remarksAt(place, doubts), ...(index === 0 ? piece.doubts : [])],
  }));
  return [...own, ...followers(piece, draft)];
}

/** A key of another type takes the columns that lead to it along, where the schema tells them. */
function followers(
  { table, name, type, isNew, place }: ColumnPiece,
  draft: Draft,
): readonly ConvertedOperation[] {
  if (type === null || isNew) return [];
  const isSaid = (one: Link): boolean =>
    draft.columns(one.table).some((said) => said.name === one.column && said.type !== null);
  const found: Link[] = [];
  const collect = ({ table: at, column }: Link): void => {
    for (const one of draft.known.leadingTo(at, column)) {
      if (isSaid(one) || found.includes(one)) continue;
      found.push(one);
      collect(one);
    }
  };
  collect({ table, column: name });
  return found.map((one) => {
    const column = quoteIfNeeded(one.column);
    const doubt = `${one.table}.${one.column} leads to ${table}.${name} and becomes ${type} with it; the file leaves it as it is`;
    const changed = { table: one.table, column: one.column, type, up: column, down: column };
    return {
      operation: { operation: 'changeType', ...changed },
      place,
      doubts: remarksAt(place, [doubt]),
    };
  });
}

type Link = ReturnType<KnownTables['leadingTo']>[number];

const fillRefusal = ({ table, name, isNew }: ColumnPiece): string =>
  isNew
    ? `what fills ${table}.${name} reads no old column, so nothing keeps it in step: add it with a constant default`
    : `an UPDATE of ${table}.${name} becomes a changeType to its own type, which is not known here: give the ` +
      "database's schema by --schema FILE";

function ofTable(piece: TablePiece, draft: Draft, refused: Remark[]) {
  const { place, doubts } = piece;
  const told = tableOperation(piece, draft.known);
  if ('refusal' in told) {
    refused.push({ place, message: told.refusal });
    return [];
  }
  return [
    { operation: told.operation, place, doubts: [...doubts, ...remarksAt(place, told.doubts)] },
  ];
}

function ofAuthor(piece: AuthorPiece, draft: Draft, refused: Remark[]) {
  const { place, doubts, expand, contract, down } = piece;
  const tables = [...piece.tables, ...draft.pieces.flatMap(tableOfPiece)];
  const [table, ...also] = piece.tables.size > 0 ? [...piece.tables] : tables.slice(0, 1);
  if (table === undefined) {
    refused.push({ place, message: 'it belongs to no table: run it by hand first' });
    return [];
  }
  const text = (parts: readonly string[]): string => parts.map((one) => `${one};\n`).join('');
  const operation: Sql = {
    operation: 'sql',
    table,
    also,
    expand: text(expand),
    contract: text(contract),
    down: text(down),
  };
  return [{ operation, place, doubts }];
}

function tableOfPiece(piece: Piece): readonly string[] {
  if (piece.kind === 'column') return [piece.table];
  return piece.kind === 'operation' ? [piece.operation.table] : [];
}
