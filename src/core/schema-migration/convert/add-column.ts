import { addedColumn, definitionOf } from '../lint/statement.ts';
import { type Fields, type SyntaxNode, textIn } from '../lint/syntax-tree.ts';
import { addConstraint } from './add-constraint.ts';
import type { TablePart } from './table-part.ts';
import { columnText, defaultText } from './column-text.ts';
import { type Draft, NotConvertible } from './draft.ts';
import { columnParts } from './create-table.ts';
import { refuseUnsaidColumn } from './refuse-unsaid.ts';
import { runAtExpand } from './run-by-author.ts';
import { quoteIfNeeded } from './way-back.ts';

/** Begins a column; what fills it, and what it takes the place of, later statements say. */
export function addColumn(part: TablePart, draft: Draft): void {
  const { table, command, tokens, place } = part;
  const column = addedColumn(command);
  const definition = definitionOf(command);
  if (column === null || definition === null) return;
  const created = draft.newTable(table);
  if (created !== null) {
    created.columns.push(...columnParts(definition, tokens));
    addOthers(part, column.constraints, column.name, draft);
    return;
  }
  refuseUnsaid(part, definition, column.constraints);
  const value = defaultText(tokens, column.constraints);
  const isKnown = column.constraints.some((one) => textIn(one, 'contype') === 'CONSTR_NOTNULL');
  const isComputed = value !== null && !CONSTANT.test(value);
  if (isComputed) addByAuthor(part, column.name, draft);
  else {
    const piece = draft.column(table, column.name, place);
    piece.isNew = true;
    piece.type = columnText(tokens, definition);
    piece.default = value ?? undefined;
    if (isKnown) piece.notNull = true;
  }
  addOthers(part, column.constraints, column.name, draft);
}

/** Of a constant PostgreSQL makes a note. */
const CONSTANT = /^('([^']|'')*'(::[\w ."(),[\]]+)?|-?\d+(\.\d+)?|true|false|null)$/i;

/** A default such as now() is worked out once for all rows that are there: nothing is rewritten. */
function addByAuthor(part: TablePart, column: string, draft: Draft): void {
  const { table } = part;
  const doubt =
    `${column}: its default is computed, so the statement stays yours in an operation \`sql\`; ` +
    'a rollback drops the column with what the new version wrote to it';
  const down = `ALTER TABLE ${quoteIfNeeded(table)} DROP COLUMN ${quoteIfNeeded(column)}`;
  runAtExpand(draft, { ...part, tables: [table] }, down, doubt);
}

function refuseUnsaid(
  { table, place, tokens }: TablePart,
  definition: SyntaxNode,
  constraints: readonly Fields[],
): void {
  const kinds = constraints.map((one) => textIn(one, 'contype'));
  const isNumbered = /serial$/i.test(columnText(tokens, definition));
  if (isNumbered || kinds.some((kind) => /IDENTITY|GENERATED/.test(kind))) {
    throw new NotConvertible(
      `numbering the rows that are there, or computing what they store, rewrites ${table} under a lock: ` +
        'add a plain column with `up`, and give new rows their value by setDefault in a migration that follows',
      place,
    );
  }
  refuseUnsaidColumn(definition);
  const value = defaultText(tokens, constraints);
  if (value === null || CONSTANT.test(value) || !kinds.some((kind) => apart.test(kind))) return;
  throw new NotConvertible(
    'a column with a computed default stays yours in an operation `sql`: add its constraint by a statement of its own',
    place,
  );
}

/** Constraints that become operations of their own. */
const apart = /CHECK|FOREIGN|UNIQUE|PRIMARY/;

/** Constraints that are written beside the column, but for those that are a part of it. */
function addOthers(
  part: TablePart,
  constraints: readonly Fields[],
  column: string,
  draft: Draft,
): void {
  for (const constraint of constraints) {
    if (apart.test(textIn(constraint, 'contype'))) {
      addConstraint(part, constraint, draft, column);
    }
  }
}
