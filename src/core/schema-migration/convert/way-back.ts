import { quoteExisting, quoteLiteral } from '../identifier.ts';
import type { SyntaxNode } from '../lint/syntax-tree.ts';
import { nodeIn, nodesIn } from '../lint/syntax-tree.ts';
import type { DeclaredLoss } from '../operation.ts';
import {
  callIn,
  castIn,
  columnIn,
  constantIn,
  type Expression,
  isNumber,
  operatorIn,
} from './expression-shape.ts';

/** How a value goes back where it came from. */
export interface WayBack {
  /** SQL expression over the new column. */
  readonly down: string;
  readonly lossy?: DeclaredLoss;
  /** What the author has to know of it. */
  readonly doubt?: string;
}

/**
 * Proposes `down` for an `up`: exact where the conversion can be turned round, and with a doubt where
 * something is lost on the way. A cast needs none of its own, since every conversion ends with one.
 * @param from the old column that gets the value back
 * @param to the new column that holds it
 */
export function wayBack({ sql, node }: Expression, from: string, to: string): WayBack {
  const place = quoteIfNeeded(to);
  const reads = (one: SyntaxNode | null | undefined): boolean => columnIn(one ?? null) === from;
  if (reads(node) || reads(castIn(node))) return { down: place };
  return (
    ofCall(node, reads, place, from) ??
    ofOperator(node, reads, place) ??
    ofCase(node, reads, place, from) ?? {
      down: 'NULL',
      lossy: 'both',
      doubt: `down: what \`${from}\` was before cannot be told from ${sql}: NULL`,
    }
  );
}

type Reads = (node: SyntaxNode | null | undefined) => boolean;

const forgetful = new Set(['lower', 'upper', 'initcap', 'trim', 'btrim', 'ltrim', 'rtrim']);
const forgetfulOfNull = new Set(['coalesce', 'nullif']);

function ofCall(node: SyntaxNode, reads: Reads, place: string, from: string): WayBack | null {
  const call = callIn(node);
  if (call === null || !readsThrough(call.args[0], reads)) return null;
  const { name, args } = call;
  const format = constantIn(args[1] ?? null);
  if (name === 'to_date' || name === 'to_timestamp') {
    if (format === null) return { down: `extract(epoch FROM ${place})` };
    return { down: `to_char(${place}, ${quoteLiteral(format)})` };
  }
  if (forgetful.has(name)) {
    const doubt = `down: what \`${from}\` was before ${name} cannot be told; the old version reads the new value`;
    return { down: place, lossy: 'up', doubt };
  }
  if (!forgetfulOfNull.has(name)) return null;
  const doubt = `down: where ${name} put something else, what \`${from}\` was before cannot be told`;
  return { down: place, lossy: 'up', doubt };
}

/** The column itself, or a cast of it. */
function readsThrough(node: SyntaxNode | null | undefined, reads: Reads): boolean {
  return reads(node) || (node !== null && node !== undefined && reads(castIn(node)));
}

const opposite: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*' };

function ofOperator(node: SyntaxNode, reads: Reads, place: string): WayBack | null {
  const found = operatorIn(node);
  if (found === null || !readsThrough(found.left, reads) || !isNumber(found.right)) return null;
  const turned = opposite[found.operator];
  const number = constantIn(found.right);
  if (turned === undefined || number === null) return null;
  const isWhole = /^\d+$/.test(number);
  // Between whole numbers a division would cut off what a cast of the result can still round.
  const down = `${place} ${turned} ${turned === '/' && isWhole ? `${number}.0` : number}`;
  if (found.operator !== '/' || !isWhole) return { down };
  const doubt = 'down: between whole numbers the division forgets what is left over';
  return { down, lossy: 'up', doubt };
}

/** `CASE status WHEN 'a' THEN 1 … END` read from right to left. */
function ofCase(node: SyntaxNode, reads: Reads, place: string, from: string): WayBack | null {
  if (node.kind !== 'CaseExpr' || !reads(nodeIn(node.fields, 'arg'))) return null;
  const pairs = nodesIn(node.fields, 'args').flatMap(({ fields }) => {
    const [old, value] = [nodeIn(fields, 'expr'), nodeIn(fields, 'result')].map(literalOf);
    return old === undefined || value === undefined ? [] : [[old, value] as const];
  });
  if (pairs.length < nodesIn(node.fields, 'args').length) return null;
  const whenThen = pairs.map(([old, value]) => `WHEN ${value} THEN ${old}`);
  const down = `CASE ${place} ${whenThen.join(' ')} END`;
  const known = pairs.map(([old]) => old).join(', ');
  const doubt = `down: what \`${from}\` holds besides ${known} does not come back`;
  return { down, lossy: 'up', doubt };
}

/** A constant as SQL writes it; absent for anything else. */
function literalOf(node: SyntaxNode | null): string | undefined {
  const text = constantIn(node);
  if (text === null) return undefined;
  return isNumber(node) ? text : quoteLiteral(text);
}

/** Words that PostgreSQL does not take for a column or table unless they are quoted. */
const reserved = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
   column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
   current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
   from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
   localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
   returning right select session_user similar some symmetric system_user table tablesample then to trailing true
   union unique user using variadic verbose when where window with`.split(/\s+/),
);

/** A name as SQL writes it, without quotes where none are needed. */
export function quoteIfNeeded(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name) ? name : quoteExisting(name);
}
