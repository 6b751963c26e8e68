import {
  addedConstraint,
  columnOf,
  commandsOf,
  definitionOf,
  type Statement,
  type Token,
} from '../lint/statement.ts';
import { type Fields, fieldsIn, nodeIn, placeIn, textIn } from '../lint/syntax-tree.ts';
import { addColumn } from './add-column.ts';
import { addConstraint, validateConstraint } from './add-constraint.ts';
import { columnText } from './column-text.ts';
import { type Draft, NotConvertible } from './draft.ts';
import { dropColumn } from './drop-column.ts';
import type { TableColumn } from './pieces.ts';
import type { TablePart } from './table-part.ts';
import { runAtContract, runAtExpand } from './run-by-author.ts';
import { behind, isWord, listed, upTo, written } from './written-sql.ts';

/** Each part by itself, as if it were a statement of its own. */
export function alterTable(statement: Statement, draft: Draft): void {
  if (textIn(statement.fields, 'objtype') !== 'OBJECT_TABLE') {
    throw new NotConvertible('it is about no table; run it by hand');
  }
  const table = draft.tableIn(fieldsIn(statement.fields, 'relation'));
  const [head, ...rest] = headOf(statement.tokens);
  const parts = listed(rest.flat());
  for (const [at, command] of commandsOf(statement).entries()) {
    const tokens = parts[at] ?? [];
    const place = at === 0 ? statement.place : (tokens[0]?.place ?? statement.place);
    const sql = `${written(head ?? [])} ${written(tokens)}`;
    alterPart({ table, command, tokens, place, sql }, draft);
  }
}

/** `ALTER TABLE ONLY shop.users`, and what follows. */
function headOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  let at = tokens.findIndex((token) => !isWord(token, 'ALTER', 'TABLE', 'IF', 'EXISTS', 'ONLY'));
  while (tokens[at + 1]?.text === '.') at += 2;
  if (tokens[at + 1]?.text === '*') at += 1;
  return [tokens.slice(0, at + 1), tokens.slice(at + 1)];
}

type Alter = (part: TablePart, draft: Draft) => void;

const alters: Readonly<Record<string, Alter>> = {
  AT_AddColumn: addColumn,
  AT_AddConstraint: (part, draft) => {
    const constraint = addedConstraint(part.command);
    if (constraint !== null) addConstraint(part, constraint, draft);
  },
  AT_AlterColumnType: alterType,
  AT_ColumnDefault: alterDefault,
  AT_DisableRowSecurity: (part, draft) =>
    runAtContract(draft, { ...part, tables: [part.table] }, untilContract('row security')),
  AT_DropColumn: dropColumn,
  AT_DropConstraint: dropConstraint,
  AT_DropNotNull: (part, draft) => setNull(part, draft, false),
  AT_EnableRowSecurity: (part, draft) => {
    const down = part.sql.replace(/\bENABLE\b/i, 'DISABLE');
    runAtExpand(draft, { ...part, tables: [part.table] }, down);
  },
  AT_ReplicaIdentity: later,
  AT_SetNotNull: (part, draft) => setNull(part, draft, true),
  AT_SetRelOptions: later,
  AT_SetStatistics: later,
  AT_SetStorage: later,
  AT_ValidateConstraint: validateConstraint,
};

function alterPart(part: TablePart, draft: Draft): void {
  const alter = alters[part.command.subtype];
  if (alter !== undefined) return alter(part, draft);
  const head = written(part.tokens.slice(0, 3));
  throw new NotConvertible(
    `no operation says \`${head} …\`; run it by hand, or write an operation \`sql\` with your own expand, contract and down`,
    part.place,
  );
}

const untilContract = (what: string): string =>
  `${what}: it ends with contract; until then it holds for both versions`;

/** What concerns nobody's reads and writes waits for the end of the old version. */
function later(part: TablePart, draft: Draft): void {
  runAtContract(draft, { ...part, tables: [part.table] });
}

function dropConstraint(part: TablePart, draft: Draft): void {
  const { name } = part.command;
  draft.droppedConstraints.add(name);
  runAtContract(draft, { ...part, tables: [part.table] }, untilContract(name));
}

function ownColumn({ table, command, place }: TablePart, draft: Draft): TableColumn | null {
  const created = draft.newTable(table);
  if (created === null) return null;
  const column = created.columns.find(({ name }) => name === command.name);
  if (column !== undefined) return column;
  throw new NotConvertible(`${table} has no column ${command.name}`, place);
}

function setNull(part: TablePart, draft: Draft, notNull: boolean): void {
  const own = ownColumn(part, draft);
  if (own === null) draft.column(part.table, part.command.name, part.place).notNull = notNull;
  else own.notNull = notNull;
}

function alterDefault(part: TablePart, draft: Draft): void {
  const isSet = definitionOf(part.command) !== null;
  const value = isSet ? written(behind(part.tokens, 'DEFAULT')) : null;
  const own = ownColumn(part, draft);
  if (own === null) draft.column(part.table, part.command.name, part.place).default = value;
  else own.default = value;
}

function alterType(part: TablePart, draft: Draft): void {
  const { table, command, tokens, place } = part;
  if (draft.newTable(table) !== null) {
    throw new NotConvertible('write the type into CREATE TABLE: nobody has rows there yet', place);
  }
  const definition = definitionOf(command);
  if (columnOf(definition) === null || definition === null) return;
  const piece = draft.column(table, command.name, place);
  if (piece.fill !== null || piece.isNew) {
    throw new NotConvertible(
      `${table}.${command.name} is also filled or made in this file; change its type in a migration of its own`,
      place,
    );
  }
  piece.type = columnText(tokens, definition);
  refuseCollation(definition.fields, place);
  const node = nodeIn(definition.fields, 'raw_default');
  if (node === null) return;
  piece.using = { node, sql: written(upTo(behind(tokens, 'USING'), ','), [table]) };
}

function refuseCollation(definition: Fields, place: number): void {
  if (!('collClause' in definition)) return;
  throw new NotConvertible(
    'no operation gives a column another collation; run it by hand at a quiet time',
    placeIn(fieldsIn(definition, 'collClause')) ?? place,
  );
}
