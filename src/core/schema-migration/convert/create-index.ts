import type { Statement, Token } from '../lint/statement.ts';
import {
  type Fields,
  fieldsIn,
  flagIn,
  namesIn,
  nodesIn,
  type SyntaxNode,
  textIn,
} from '../lint/syntax-tree.ts';
import type { IndexPart } from '../operation.ts';
import { type Draft, NotConvertible } from './draft.ts';
import { callIn } from './expression-shape.ts';
import { givenName } from './given-names.ts';
import { behind, inBrackets, listed, written } from './written-sql.ts';

/** Always built beside the writers, whether the file says CONCURRENTLY or not. */
export function createIndex({ fields, place, tokens }: Statement, draft: Draft): void {
  const table = draft.tableIn(fieldsIn(fields, 'relation'));
  const elements = nodesIn(fields, 'indexParams');
  const include = nodesIn(fields, 'indexIncludingParams').map((one) => textIn(one.fields, 'name'));
  if (nodesIn(fields, 'options').length > 0 || textIn(fields, 'tableSpace') !== '') {
    throw new NotConvertible(
      'createIndex knows no WITH and no TABLESPACE: leave them out, or run it by hand',
    );
  }
  const isPartial = 'whereClause' in fields;
  const { name, doubts } = givenName(
    textIn(fields, 'idxname'),
    table,
    ...elements.map(wordFor),
    'idx',
  );
  if (flagIn(fields, 'unique')) {
    const columns = elements.flatMap((one) => textIn(one.fields, 'name') || []);
    const isPlain = columns.length === elements.length && elements.every(isUsual);
    if (isPartial || !isPlain) throw new NotConvertible(noUnique(name));
    const nulls = flagIn(fields, 'nulls_not_distinct') ? 'equal' : 'distinct';
    const enforce = draft.newTable(table) === null ? 'contract' : 'expand';
    const one = { operation: 'addUnique', table, name, columns, include, nulls, enforce } as const;
    const doubt = `a unique index becomes the unique constraint ${name}, which has an index of the same name`;
    draft.operation(place, one, ...doubts, doubt);
    return;
  }
  const method = textIn(fields, 'accessMethod') || 'btree';
  const lists = listed(inBrackets(behindOn(tokens)));
  const parts = elements.map((one, at) => partOf(one, lists[at] ?? [], table));
  const where = isPartial ? written(behind(tokens, 'WHERE'), [table]) : null;
  const one = { operation: 'createIndex', table, name, method, parts, include, where } as const;
  draft.operation(place, one, ...doubts);
}

const noUnique = (name: string): string =>
  'no operation makes a unique index over an expression or over some of the rows: build it by hand after contract, ' +
  `CREATE UNIQUE INDEX CONCURRENTLY ${name} …, or before it where the old version keeps it already`;

function behindOn(tokens: readonly Token[]): readonly Token[] {
  return behind(tokens, 'ON');
}

function isUsual({ fields }: SyntaxNode): boolean {
  return (
    textIn(fields, 'ordering') === 'SORTBY_DEFAULT' &&
    textIn(fields, 'nulls_ordering') === 'SORTBY_NULLS_DEFAULT' &&
    !('opclass' in fields)
  );
}

/** What PostgreSQL puts into an index's name for one of its parts. */
function wordFor({ fields }: SyntaxNode): string {
  const name = textIn(fields, 'name');
  if (name !== '') return name;
  const expression = nodesIn({ list: [fields['expr']] }, 'list')[0];
  return (expression === undefined ? null : callIn(expression)?.name) ?? 'expr';
}

function partOf({ fields }: SyntaxNode, tokens: readonly Token[], table: string): IndexPart {
  if ('collation' in fields) {
    throw new NotConvertible('createIndex knows no COLLATE: build it by hand, CONCURRENTLY');
  }
  const column = textIn(fields, 'name');
  const ordering = textIn(fields, 'nulls_ordering');
  return {
    column: column === '' ? null : column,
    expression: column === '' ? expressionOf(tokens, table) : null,
    opclass: opclassOf(fields),
    order: textIn(fields, 'ordering') === 'SORTBY_DESC' ? 'desc' : 'asc',
    nulls: ordering.endsWith('FIRST') ? 'first' : ordering.endsWith('LAST') ? 'last' : null,
  };
}

const opclassOf = (fields: Fields): string | null => namesIn(fields, 'opclass').join('.') || null;

/** Up to the end of its first bracket: behind that stand class and order. */
function expressionOf(tokens: readonly Token[], table: string): string {
  const inner = inBrackets(tokens);
  if (tokens[0]?.text === '(') return written(inner, [table]);
  const start = tokens.findIndex(({ text }) => text === '(');
  return written(tokens.slice(0, start + inner.length + 2), [table]);
}
