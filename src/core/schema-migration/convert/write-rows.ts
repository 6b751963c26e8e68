import type { Statement, Token } from '../lint/statement.ts';
import {
  type Fields,
  fieldsIn,
  nodeIn,
  nodesIn,
  type SyntaxNode,
  textIn,
} from '../lint/syntax-tree.ts';
import { type Draft, NotConvertible } from './draft.ts';
import { type Expression, isQuery } from './expression-shape.ts';
import { behind, listed, upTo, written } from './written-sql.ts';

const notByHand =
  'every row would be written in one transaction, and nothing takes it back; run it in batches by hand, ' +
  'or say it as the `up` of an operation';

/** What an UPDATE of all rows puts into columns: their `up`. */
export function update({ fields, place, tokens }: Statement, draft: Draft): void {
  const relation = fieldsIn(fields, 'relation');
  const table = draft.tableIn(relation);
  if ('fromClause' in fields || 'withClause' in fields) {
    throw new NotConvertible(
      `it reads other tables, and \`up\` reads its own row only: ${notByHand}`,
    );
  }
  const qualifiers = [table, textIn(fieldsIn(relation, 'alias'), 'aliasname')];
  const where = whereOf(fields, tokens, qualifiers);
  const assignments = listed(upTo(behind(tokens, 'SET'), 'WHERE', 'RETURNING'));
  for (const [at, target] of nodesIn(fields, 'targetList').entries()) {
    const name = textIn(target.fields, 'name');
    const node = nodeIn(target.fields, 'val');
    if (node === null || node.kind === 'MultiAssignRef') {
      throw new NotConvertible(
        'it sets several columns at once: write each of them as column = value',
      );
    }
    const value = { node, sql: written(behind(assignments[at] ?? [], '='), qualifiers) };
    refuseQuery(value.node);
    fillColumn(table, name, { value, where, place }, draft);
  }
}

function fillColumn(
  table: string,
  name: string,
  fill: { readonly value: Expression; readonly where: Expression | null; readonly place: number },
  draft: Draft,
): void {
  if (draft.newTable(table) !== null) {
    throw new NotConvertible(`${table} is made by this file; fill it by INSERT … SELECT alone`);
  }
  const piece = draft.column(table, name, fill.place);
  if (piece.fill !== null || (piece.type !== null && !piece.isNew)) {
    throw new NotConvertible(`${table}.${name} is filled twice: write one \`up\` that says both`);
  }
  piece.fill = fill;
}

function whereOf(
  fields: Fields,
  tokens: readonly Token[],
  qualifiers: readonly string[],
): Expression | null {
  const node = nodeIn(fields, 'whereClause');
  if (node === null) return null;
  refuseQuery(node);
  return { node, sql: written(upTo(behind(tokens, 'WHERE'), 'RETURNING', 'ON'), qualifiers) };
}

function refuseQuery(node: SyntaxNode): void {
  if (!isQuery(node)) return;
  throw new NotConvertible(`it asks a query, and \`up\` reads its own row only: ${notByHand}`);
}

/** INSERT … SELECT out of one table into one that the file makes: how that is filled. */
export function insert({ fields, place, tokens }: Statement, draft: Draft): void {
  const table = draft.tableIn(fieldsIn(fields, 'relation'));
  const created = draft.newTable(table);
  const select = nodeIn(fields, 'selectStmt');
  const sources = select === null ? [] : nodesIn(select.fields, 'fromClause');
  const [source] = sources;
  if (created === null || select === null || source?.kind !== 'RangeVar' || sources.length > 1) {
    throw new NotConvertible(
      "rows are the application's: run it by hand, or write an operation `sql` whose `down` takes them back",
    );
  }
  const isPlain = [
    'groupClause',
    'distinctClause',
    'havingClause',
    'limitCount',
    'withClause',
  ].every((clause) => !(clause in select.fields));
  if (!isPlain) {
    throw new NotConvertible(
      'a row of the new table is made of many rows of the old one, which no operation keeps in step',
    );
  }
  const from = draft.tableIn(source.fields);
  const qualifiers = [from, textIn(fieldsIn(source.fields, 'alias'), 'aliasname')];
  const names = nodesIn(fields, 'cols').map((one) => textIn(one.fields, 'name'));
  const to = names.length > 0 ? names : created.columns.map(({ name }) => name);
  const chosen = behind(tokens, 'SELECT');
  const values = listed(upTo(chosen, 'FROM'));
  const columns = nodesIn(select.fields, 'targetList').flatMap(({ fields: target }, at) => {
    const node = nodeIn(target, 'val');
    const name = to[at];
    if (node === null || name === undefined) return [];
    return [{ to: name, value: { node, sql: written(upTo(values[at] ?? [], 'AS'), qualifiers) } }];
  });
  const where = whereOf(select.fields, behind(chosen, 'FROM'), qualifiers);
  created.filled = { from, columns, where, place };
}
