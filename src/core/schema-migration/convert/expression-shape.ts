import {
  fieldsIn,
  namesIn,
  nodeIn,
  nodesIn,
  type SyntaxNode,
  textIn,
  within,
} from '../lint/syntax-tree.ts';

/** An SQL expression as it is written, bare of qualifiers, and what it is made of. */
export interface Expression {
  readonly sql: string;
  readonly node: SyntaxNode;
}

/** The column that a node is, without what it is qualified with; null for anything else. */
export function columnIn(node: SyntaxNode | null): string | null {
  if (node?.kind !== 'ColumnRef') return null;
  return namesIn(node.fields, 'fields').at(-1) ?? null;
}

/** Columns that an expression reads, each once, in the order in which they are written. */
export function columnsOf(node: SyntaxNode): readonly string[] {
  const names = [...within(node)].flatMap((one) => columnIn(one) ?? []);
  return [...new Set(names)];
}

/** Whether it reads rows other than its own. */
export function isQuery(node: SyntaxNode): boolean {
  return [...within(node)].some(({ kind }) => kind === 'SubLink');
}

/** Operator and operands; null for anything else, and for what is more than an operator. */
export function operatorIn({ kind, fields }: SyntaxNode): {
  readonly operator: string;
  readonly left: SyntaxNode | null;
  readonly right: SyntaxNode | null;
} | null {
  if (kind !== 'A_Expr' || textIn(fields, 'kind') !== 'AEXPR_OP') return null;
  const operator = namesIn(fields, 'name').at(-1) ?? '';
  return { operator, left: nodeIn(fields, 'lexpr'), right: nodeIn(fields, 'rexpr') };
}

/** The function's name and arguments. COALESCE and NULLIF count as functions. */
export function callIn({ kind, fields }: SyntaxNode): {
  readonly name: string;
  readonly args: readonly SyntaxNode[];
} | null {
  if (kind === 'CoalesceExpr') return { name: 'coalesce', args: nodesIn(fields, 'args') };
  if (kind === 'FuncCall') {
    return { name: namesIn(fields, 'funcname').at(-1) ?? '', args: nodesIn(fields, 'args') };
  }
  const isNullif = kind === 'A_Expr' && textIn(fields, 'kind') === 'AEXPR_NULLIF';
  if (!isNullif) return null;
  const args = ['lexpr', 'rexpr'].flatMap((side) => nodeIn(fields, side) ?? []);
  return { name: 'nullif', args };
}

/** What a cast casts; null for anything else. */
export function castIn({ kind, fields }: SyntaxNode): SyntaxNode | null {
  return kind === 'TypeCast' ? nodeIn(fields, 'arg') : null;
}

/** The text of a constant, without its quotes; null for anything else, and for NULL. */
export function constantIn(node: SyntaxNode | null): string | null {
  if (node?.kind === 'TypeCast') return constantIn(castIn(node));
  if (node?.kind !== 'A_Const') return null;
  const { fields } = node;
  if ('sval' in fields) return textIn(fieldsIn(fields, 'sval'), 'sval');
  if ('fval' in fields) return textIn(fieldsIn(fields, 'fval'), 'fval');
  if (!('ival' in fields)) return null;
  const { ival } = fieldsIn(fields, 'ival');
  return typeof ival === 'number' ? String(ival) : '0';
}

/** True for a number as it is written. */
export function isNumber(node: SyntaxNode | null): boolean {
  return node?.kind === 'A_Const' && ('ival' in node.fields || 'fval' in node.fields);
}

/** The column that a condition asks about; `isNull` tells which way. Null for any other condition. */
export function nullTestIn(
  node: SyntaxNode,
): { readonly column: string; readonly isNull: boolean } | null {
  if (node.kind !== 'NullTest') return null;
  const column = columnIn(nodeIn(node.fields, 'arg'));
  if (column === null) return null;
  return { column, isNull: textIn(node.fields, 'nulltesttype') === 'IS_NULL' };
}
